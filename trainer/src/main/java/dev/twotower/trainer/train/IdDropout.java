package dev.twotower.trainer.train;

import dev.twotower.data.random.Streams;
import dev.twotower.trainer.config.RunConfig;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Chooses which ids of a batch are replaced by the unknown row (Volkovs et al. 2017, DropoutNet): a
 * tower that sometimes sees only its other features learns to place entities it has never seen. The
 * unknown row itself stays zero, so that an entity without its id is represented by its features
 * alone, in training and at inference.
 */
final class IdDropout {
  private final double users;
  private final double items;
  private final long seed;
  private UniformRandomProvider random;

  IdDropout(RunConfig config) {
    this.users = config.user().idDropout();
    this.items = config.item().idDropout();
    this.seed = config.seed();
  }

  /** Begins a batch; equal (seed, number) give equal answers. */
  void startBatch(long number) {
    if (users > 0 || items > 0) {
      random = Streams.stream(seed, "train.id-dropout", number);
    }
  }

  boolean keepsUser() {
    return users == 0 || random.nextDouble() >= users;
  }

  boolean keepsItem() {
    return items == 0 || random.nextDouble() >= items;
  }
}
