package dev.twotower.trainer.train;

import dev.twotower.data.disk.Durable;
import dev.twotower.data.json.Json;
import dev.twotower.data.message.ProgramName;
import dev.twotower.data.message.ShellWord;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A batch that could not be trained on, because its loss or a gradient is not finite: what {@code
 * failed-batch-STEP.json} in a run's directory holds. It changed nothing, so it can be examined in
 * the state that the run had before that step.
 *
 * @param step the step that could not be taken
 * @param epoch epoch of the batch, from 0
 * @param batch number of the batch in its epoch, from 0
 * @param dataset checksum of the data set
 * @param examination what was found
 * @param rows the batch's rows of the training split
 */
record FailedBatch(
    long step, long epoch, long batch, String dataset, BatchExamination examination, long[] rows) {
  static final String PREFIX = "failed-batch-";

  /** Writes the batch into the run's directory, and says where, and what to try. */
  static IllegalStateException save(
      RunDirectory run,
      RunConfig config,
      Path data,
      String dataset,
      SamplerPosition position,
      PlannedBatch batch,
      BatchExamination found)
      throws IOException {
    FailedBatch failed =
        new FailedBatch(
            found.step(),
            position.epoch(),
            position.batch(),
            dataset,
            found,
            Arrays.copyOf(batch.rows.rows(), batch.size()));
    String file = PREFIX + found.step() + ".json";
    Durable.replace(run.path().resolve(file), Json.PLAIN.writeValueAsString(failed));
    return new IllegalStateException(
        ("not finite at step %d: %s; losses %s, norm of the gradients %s. That step was not taken."
                + " The batch is in %s; examine it with: %s train%s --out %s --replay %s."
                + " What may help: %s. A run keeps its configuration, and --resume reaches the same"
                + " batch, so train a new one: %s train --data %s --out NEW --set KEY=VALUE")
            .formatted(
                found.step(),
                found.firstNotFinite().isEmpty()
                    ? "the square of the gradients' norm"
                    : found.firstNotFinite(),
                found.losses(),
                found.gradientNorm(),
                run.path().resolve(file),
                ProgramName.typed(),
                run.data().option(Optional.of(data)),
                ShellWord.of(run.path()),
                ShellWord.of(run.path().resolve(file)),
                found.advice(config),
                ProgramName.typed(),
                ShellWord.of(data)));
  }
}
