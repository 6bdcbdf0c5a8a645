package dev.twotower.spark.ranking;

import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.rounds.PartRun;
import dev.twotower.trainer.rounds.RoundPlan;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;

/** Loads a model for the users of a part, on an executor. */
@FunctionalInterface
public interface PartModels extends Serializable {
  PartRun open(int part) throws IOException, InterruptedException;

  /** The model of a finished run. */
  static PartModels ofRun(Path data, Path run) {
    String dataPath = data.toString();
    String runPath = run.toString();
    return part -> PartRun.of(PartedDataset.open(Path.of(dataPath)), Path.of(runPath), part);
  }

  /** The model after a round. */
  static PartModels ofRound(Path data, Path run, RoundPlan plan, int round) {
    String dataPath = data.toString();
    String runPath = run.toString();
    return part -> {
      RunConfig config = RunDirectory.open(Path.of(runPath)).config();
      return PartRun.ofRound(
          PartedDataset.open(Path.of(dataPath)), config, plan, Path.of(runPath), round, part);
    };
  }
}
