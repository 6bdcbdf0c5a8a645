package dev.twotower.trainer.tower;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import dev.twotower.trainer.config.Precision;
import dev.twotower.trainer.cuda.CudaDevice;
import java.util.List;

/**
 * What a tower in closed form computes (theory in the package description), for rows [from, to) of
 * a batch. Parameters are weight, bias, gamma and beta of each hidden layer, then weight and bias
 * of the last layer; none for a tower that adds its features up.
 */
interface TowerMath {
  /**
   * The way that suits a device.
   *
   * @param precision of a GPU's products
   */
  static TowerMath on(Device device, Precision precision) {
    return CudaDevice.of(device)
        .<TowerMath>map(cuda -> new TowerKernels(cuda, precision))
        .orElse(TowerScript.MATH);
  }

  /** Copies rows of a table: {@code leaf[i] = table[rows[i]]}. */
  void gather(NDArray table, NDArray rows, NDArray leaf, int from, int to);

  /** Takes the mean over a hidden layer's outputs off its weights and biases. */
  void centre(List<NDArray> parameters, List<NDArray> centred);

  /**
   * Forward.
   *
   * @param x inputs, n x width
   * @param kept for the way back, three of each hidden layer: standardised outputs, 1 / deviation,
   *     and what ReLU leaves
   * @param u the unit vectors, n x dim
   * @param length what they were divided by, n x 1
   */
  void forward(
      NDArray x,
      List<NDArray> parameters,
      List<NDArray> centred,
      List<NDArray> kept,
      NDArray u,
      NDArray length,
      int from,
      int to);

  /**
   * Backward; arguments as in {@link #forward}.
   *
   * @param gradient dL/du
   * @param dx receives dL/dx
   * @param parts receives in row {@code chunk} what the chunk adds to the parameters' gradients,
   *     flat and in their order; {@link #total} makes gradients of them
   * @param scratch four arrays of at least (to - from) x the widest layer
   */
  void backward(
      NDArray gradient,
      NDArray x,
      List<NDArray> parameters,
      List<NDArray> centred,
      List<NDArray> kept,
      NDArray u,
      NDArray length,
      NDArray dx,
      NDArray parts,
      List<NDArray> scratch,
      int chunk,
      int from,
      int to);

  /** Adds up the chunks' parts, and takes means over outputs off those of hidden layers. */
  void total(NDArray parts, List<NDArray> parameters, NDArray into);
}
