package dev.twotower.trainer.tower;

/**
 * The batch's rows behind each input of a tower, by their weights: what the optimisers' steps count
 * ({@code trainer.optimizer} says how).
 */
public final class InputCounts {
  final float[] sums;
  final float[] squares;

  /**
   * @param inputs entities of the tower's batch
   */
  public InputCounts(int inputs) {
    sums = new float[inputs];
    squares = new float[inputs];
  }

  /**
   * Counts a row of the batch.
   *
   * @param input the user (request) or item appended to the tower's batch, from 0
   * @param weight its weight in the loss, from 0, on any scale
   */
  public void add(int input, float weight) {
    sums[input] += weight;
    squares[input] += weight * weight;
  }
}
