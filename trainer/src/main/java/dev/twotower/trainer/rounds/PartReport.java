package dev.twotower.trainer.rounds;

import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.optimizer.Temperature;

/**
 * What a part left in a round, apart from its arrays.
 *
 * @param part its number
 * @param epoch and
 * @param batch where its next batch comes from
 * @param steps steps of the round
 * @param rows rows of the round
 * @param loss sum over these rows
 * @param seconds time in steps
 * @param temperature the temperature and its optimiser
 * @param denseSteps steps of the dense optimiser
 * @param touchedBytes bytes that the merge reads
 */
public record PartReport(
    int part,
    long epoch,
    long batch,
    long steps,
    long rows,
    double loss,
    double seconds,
    Temperature.State temperature,
    long denseSteps,
    long touchedBytes) {
  SamplerPosition next() {
    return new SamplerPosition(epoch, batch);
  }
}
