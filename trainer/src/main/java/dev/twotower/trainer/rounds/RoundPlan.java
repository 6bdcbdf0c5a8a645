package dev.twotower.trainer.rounds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.json.Json;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.OptimizerConfig;
import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
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
    SUM;

    /**
     * What is asked for, or else {@link #SUM} under Adagrad. A step of Adam's is as long for a
     * small gradient as for a large one, so the sum of P parts' steps would be P times too long.
     */
    public static Merge of(Optional<Merge> asked, OptimizerConfig.Tables tables) {
      return asked.orElse(tables == OptimizerConfig.Tables.ROWWISE_ADAGRAD ? SUM : MEAN);
    }
  }

  /** What a batch of {@code batchSize} rows is. */
  public enum Batches {
    /** Of all parts together: each has its share of the rows, and the items of the others'. */
    LOG,
    /** Of each part. */
    PART;

    /** Why items cannot stand for the other parts' rows; empty where they can. */
    public static Optional<String> against(LogQ logQ, RunConfig config) {
      LossConfig loss = config.loss();
      if (logQ == LogQ.PART) {
        return Optional.of("--log-q part, whose counts leave the other parts' rows out");
      }
      if (loss.counting() == LossConfig.Counting.UNIQUE) {
        return Optional.of("loss.counting=unique, which knows batches of rows alone");
      }
      if (loss.correction() == LossConfig.Correction.STREAMING) {
        return Optional.of("loss.correction=streaming, which sees a part's rows alone");
      }
      if (loss.queue() > 0) {
        return Optional.of(
            "loss.queue=%d, which remembers a part's rows alone".formatted(loss.queue()));
      }
      return config.masks().contexts().isEmpty()
          ? Optional.empty()
          : Optional.of(
              "masks=%s, whose contexts the other parts' rows come without"
                  .formatted(config.masks()));
    }

    /**
     * What is asked for, or else {@link #LOG} where items can stand for rows.
     *
     * @throws IllegalArgumentException when {@link #LOG} is asked for and they cannot
     */
    public static Batches of(Optional<Batches> asked, LogQ logQ, RunConfig config) {
      Optional<String> against = against(logQ, config);
      if (against.isPresent() && asked.equals(Optional.of(LOG))) {
        throw new IllegalArgumentException(
            "--batches: received log together with %s; leave one of the two out"
                .formatted(against.get()));
      }
      return against.isPresent() ? PART : asked.orElse(LOG);
    }
  }

  /**
   * The plan of a run that is gone on with.
   *
   * @throws IllegalArgumentException when an earlier version began it under a rule that this one
   *     does not have
   */
  public static RoundPlan read(Path file) throws IOException {
    JsonNode stored = Json.INDENTED.readTree(file.toFile());
    RoundPlan plan = Json.INDENTED.treeToValue(stored, RoundPlan.class);
    if (!stored.has("batches") && plan.merge == Merge.SUM && plan.parts > 1) {
      throw new IllegalArgumentException(
          "'%s' was written by an earlier version, whose --merge sum added changes in full; this one weighs them, and a run keeps one rule to its end: train again, or go on with that version"
              .formatted(file));
    }
    return plan;
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
