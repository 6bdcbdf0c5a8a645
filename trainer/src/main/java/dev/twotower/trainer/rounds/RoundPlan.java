package dev.twotower.trainer.rounds;

import dev.twotower.data.random.Streams;
import dev.twotower.trainer.config.RunConfig;
import java.io.Serializable;

/**
 * How a run is cut into rounds; {@code rounds/plan.json}.
 *
 * @param parts parts of the data set
 * @param perEpoch rounds of an epoch
 * @param logQ whose counts the sampling correction uses
 * @param merge how rows of tables are merged
 * @param dataset checksum of the data set's manifest
 */
public record RoundPlan(int parts, int perEpoch, LogQ logQ, Merge merge, String dataset)
    implements Serializable {
  /** Whose counts the sampling correction uses. */
  public enum LogQ {
    /** Those of the whole log. */
    LOG,
    /** Those of the part, from which its batches are drawn. */
    PART
  }

  /** How rows of shared tables are merged. */
  public enum Merge {
    /** By the mean, weighted by the steps that touched the row. */
    MEAN,
    /** By the sum of changes. */
    SUM
  }

  public RoundPlan {
    if (perEpoch < 1 || perEpoch > 100_000) {
      throw new IllegalArgumentException(
          "rounds per epoch is " + perEpoch + "; allowed: 1 to 100000; change --rounds-per-epoch");
    }
  }

  /** The epoch that a round, counted from 1, belongs to. */
  public long epoch(int round) {
    return (round - 1L) / perEpoch;
  }

  /** Whether an epoch ends with a round. */
  public boolean endsEpoch(int round) {
    return round % perEpoch == 0;
  }

  /** The batch that a round stops before, of an epoch of so many; the last one takes all. */
  long end(int round, long batchesPerEpoch) {
    long inEpoch = (round - 1L) % perEpoch + 1;
    return inEpoch == perEpoch ? Long.MAX_VALUE : batchesPerEpoch * inEpoch / perEpoch;
  }

  /** A part's configuration: the run's, with a seed of its own. */
  static RunConfig of(RunConfig run, int part) {
    if (part == 0) {
      return run;
    }
    long seed = Streams.key(run.seed(), "rounds.part", part) & Integer.MAX_VALUE;
    return run.with("seed=" + seed);
  }
}
