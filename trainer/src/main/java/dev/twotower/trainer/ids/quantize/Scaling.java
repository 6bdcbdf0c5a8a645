package dev.twotower.trainer.ids.quantize;

/**
 * Centres vectors and gives them a mean square of 1 per component, so that losses are shares of the
 * variance whatever the scale of the vectors.
 *
 * @param mean of the vectors
 * @param factor by which centred vectors are multiplied
 */
record Scaling(float[] mean, float factor) {
  static Scaling of(float[][] vectors) {
    int dimension = vectors[0].length;
    double[] sums = new double[dimension];
    for (float[] vector : vectors) {
      for (int d = 0; d < dimension; d++) {
        sums[d] += vector[d];
      }
    }
    float[] mean = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      mean[d] = (float) (sums[d] / vectors.length);
    }
    double squares = 0;
    for (float[] vector : vectors) {
      for (int d = 0; d < dimension; d++) {
        squares += Math.pow(vector[d] - mean[d], 2);
      }
    }
    double meanSquare = squares / ((double) vectors.length * dimension);
    return new Scaling(mean, meanSquare == 0 ? 1 : (float) (1 / Math.sqrt(meanSquare)));
  }

  float[][] apply(float[][] vectors) {
    float[][] scaled = new float[vectors.length][mean.length];
    for (int row = 0; row < vectors.length; row++) {
      for (int d = 0; d < mean.length; d++) {
        scaled[row][d] = (vectors[row][d] - mean[d]) * factor;
      }
    }
    return scaled;
  }
}
