package dev.twotower.trainer.correction;

import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.RunConfig;
import java.util.Optional;

/** Makes the estimate of q that a configuration asks for. */
public final class Proposals {
  private Proposals() {}

  /**
   * The configured estimate; empty for no correction. A {@link StreamingRates} receives batches
   * from their reader.
   */
  public static Optional<Proposal> create(RunConfig config, TrainCounts counts) {
    LossConfig loss = config.loss();
    return switch (loss.correction()) {
      case NONE -> Optional.empty();
      case EMPIRICAL ->
          Optional.of(
              switch (loss.counting()) {
                case ROWS -> new RowRates(counts);
                case UNIQUE ->
                    HitRates.of(config.layout(), counts, config.batchSize(), config.seed());
              });
      case STREAMING ->
          Optional.of(
              new StreamingRates(loss.streaming(), loss.counting(), counts.items(), config.seed()));
      case LEAVE_USER_OUT -> Optional.of(new RowRates(counts));
    };
  }
}
