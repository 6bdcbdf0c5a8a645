package dev.twotower.eval.ranking;

import java.nio.FloatBuffer;

/** Scores given as a matrix of users x items. */
record MatrixScorer(float[][] matrix) implements Scorer {
  @Override
  public int items() {
    return matrix[0].length;
  }

  @Override
  public FloatBuffer scores(int[] users, int from, int count) {
    FloatBuffer buffer = FloatBuffer.allocate(count * items());
    for (int i = 0; i < count; i++) {
      buffer.put(matrix[users[from + i]]);
    }
    return buffer.flip();
  }
}
