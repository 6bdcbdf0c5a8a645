package dev.twotower.trainer.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** A batch whose loss is no number. */
final class FailedBatch {
  private FailedBatch() {}

  /** Writes the batch's rows into the run's directory, and says where and what to try. */
  static IllegalStateException of(
      RunDirectory run, long step, PlannedBatch batch, TrainingStep.Result result)
      throws IOException {
    boolean tree = Double.isFinite(result.loss());
    double loss = tree ? result.treeLoss() : result.loss();
    Path saved = run.path().resolve("failed-batch-" + step + ".json");
    long[] numbers = Arrays.copyOf(batch.rows.rows(), batch.size());
    new ObjectMapper()
        .writeValue(
            saved.toFile(), Map.of("step", step, "loss", String.valueOf(loss), "rows", numbers));
    return new IllegalStateException(
        "the %s is %s at step %d; the batch's rows are in %s. Try a smaller optimizer.learningRate or tableLearningRate, or optimizer.clipNorm=1"
            .formatted(tree ? "tree's loss" : "loss", loss, step, saved));
  }
}
