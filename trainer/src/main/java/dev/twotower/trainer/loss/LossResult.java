package dev.twotower.trainer.loss;

import ai.djl.ndarray.NDArray;
import dev.twotower.trainer.cuda.Transfer;

/**
 * A batch's loss with its gradients.
 *
 * @param numbers the weighted loss, and dL/d(1/tau): two float32 numbers, to be read in one
 *     transfer
 * @param queries dL/dX, queries x d
 * @param columns dL/dY, columns x d
 */
public record LossResult(NDArray numbers, NDArray queries, NDArray columns) {
  /** The two numbers as they are read from the device. */
  public record Read(float loss, float inverseTemperature) {}

  /** Waits for the device and reads the numbers. */
  public Read read() {
    float[] both = Transfer.read(numbers);
    return new Read(both[0], both[1]);
  }
}
