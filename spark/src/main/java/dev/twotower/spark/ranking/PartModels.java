package dev.twotower.spark.ranking;

import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.rounds.PartRun;
import dev.twotower.trainer.rounds.RoundPlan;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.tower.Carried;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;

/** Loads a model for the users of a part, on an executor. */
@FunctionalInterface
public interface PartModels extends Serializable {
  PartRun open(int part) throws IOException, InterruptedException;

  /** The model of a finished run. */
  static PartModels ofRun(PartedDataset data, Path run) {
    String dataPath = data.directory().toString();
    String runPath = run.toString();
    Carried ofLog = PartRun.ofLog(data, RunDirectory.open(run).config());
    return part -> PartRun.of(PartedDataset.open(Path.of(dataPath)), Path.of(runPath), part, ofLog);
  }

  /**
   * The model after a round.
   *
   * @param ofLog what the whole log says of requests
   */
  static PartModels ofRound(Path data, Path run, RoundPlan plan, int round, Carried ofLog) {
    String dataPath = data.toString();
    String runPath = run.toString();
    return part -> {
      RunConfig config = RunDirectory.open(Path.of(runPath)).config();
      return PartRun.ofRound(
          PartedDataset.open(Path.of(dataPath)),
          config,
          plan,
          Path.of(runPath),
          round,
          part,
          ofLog);
    };
  }
}
