package dev.twotower.trainer.rounds;

import dev.twotower.trainer.config.LossConfig;
import java.io.Serializable;
import java.util.Optional;

/**
 * How a run is cut into rounds; {@code rounds/plan.json}.
 *
 * @param parts parts of the data set
 * @param perEpoch rounds of an epoch
 * @param logQ whose counts the sampling correction uses
 * @param merge how rows of tables are merged
 * @param batches what a batch is; absent from plans of earlier versions, which know {@link
 *     Batches#PART} alone
 * @param dataset checksum of the data set's manifest
 */
public record RoundPlan(
    int parts, int perEpoch, LogQ logQ, Merge merge, Batches batches, String dataset)
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
    /** By the sum of changes, each as long as Adagrad allows all of them together. */
    SUM
  }

  /** What a batch of {@code batchSize} rows is. */
  public enum Batches {
    /** Of all parts together: each has its share of the rows, and draws the others' items. */
    LOG,
    /** Of each part. */
    PART;

    /** Why draws cannot be counted like rows; empty where they can. */
    public static Optional<String> against(LogQ logQ, LossConfig loss) {
      if (logQ == LogQ.PART) {
        return Optional.of("--log-q part, whose counts leave the other parts' rows out");
      }
      if (loss.counting() == LossConfig.Counting.UNIQUE) {
        return Optional.of("loss.counting=unique, which knows batches of rows alone");
      }
      return loss.correction() == LossConfig.Correction.STREAMING
          ? Optional.of("loss.correction=streaming, which sees a part's rows alone")
          : Optional.empty();
    }

    /**
     * What is asked for, or else {@link #LOG} where draws can be counted like rows.
     *
     * @throws IllegalArgumentException when {@link #LOG} is asked for and they cannot
     */
    public static Batches of(Optional<Batches> asked, LogQ logQ, LossConfig loss) {
      Optional<String> against = against(logQ, loss);
      if (against.isPresent() && asked.equals(Optional.of(LOG))) {
        throw new IllegalArgumentException(
            "--batches: received log together with %s; allowed: part, or counts of the whole log"
                .formatted(against.get()));
      }
      return against.isPresent() ? PART : asked.orElse(LOG);
    }
  }

  public RoundPlan {
    batches = batches == null ? Batches.PART : batches;
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
}
