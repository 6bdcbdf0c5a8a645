package dev.twotower.trainer.optimizer;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.twotower.trainer.cuda.Arguments;
import dev.twotower.trainer.cuda.CudaDevice;
import dev.twotower.trainer.cuda.CudaDevice.Entered;
import dev.twotower.trainer.cuda.CudaDevice.Kernel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Updates on a GPU, one kernel each. Used by one thread. */
final class RowKernels {
  private static final int THREADS = 256;
  private static final int MOST_BLOCKS = 4096;

  /** Blocks that share the squares of an array, each with a sum of its own. */
  private static final int SUMS = 128;

  private static final Map<CudaDevice, RowKernels> OF_DEVICE = new ConcurrentHashMap<>();

  private final CudaDevice device;
  private final Kernel adagrad;
  private final Kernel adam;
  private final Kernel adamW;
  private final Kernel squares;
  private final Arguments arguments = new Arguments(14);

  private RowKernels(CudaDevice device) {
    this.device = device;
    CudaDevice.Module module = device.module(RowKernels.class, "RowKernels");
    this.adagrad = module.kernel("adagrad");
    this.adam = module.kernel("adam");
    this.adamW = module.kernel("adamW");
    this.squares = module.kernel("squares");
  }

  /** Those of a device, where there are any. */
  static Optional<RowKernels> on(Device device) {
    return CudaDevice.of(device).map(cuda -> OF_DEVICE.computeIfAbsent(cuda, RowKernels::new));
  }

  /** Moving averages of AdamW, and the steps taken, this one included. */
  record Moments(NDArray mean, NDArray variance, double beta1, double beta2, long steps) {}

  private static long at(NDArray array) {
    return CudaDevice.address(array);
  }

  private void addRows(RowGradients touched, RowRates rates) {
    arguments
        .add(at(touched.rows()))
        .add(at(touched.values()))
        .add(at(CudaDevice.rowMajor(touched.gradient())))
        .add(touched.counts().map(RowKernels::at).orElse(0L))
        .add(touched.gradient().getShape().get(1))
        .add((double) rates.learningRate())
        .add((double) rates.decay())
        .add((double) rates.alignment());
  }

  /** {@link RowwiseAdagrad}. */
  void adagrad(NDArray weights, NDArray accumulator, RowGradients touched, RowRates rates) {
    try (Entered entered = device.enter()) {
      arguments.begin().add(at(weights)).add(at(accumulator));
      addRows(touched, rates);
      adagrad.launchRows(rows(touched), weights.getShape().get(1), arguments);
    }
  }

  /** {@link LazyAdam}. */
  void adam(
      NDArray weights,
      NDArray mean,
      NDArray variance,
      NDArray steps,
      RowGradients touched,
      RowRates rates,
      double logBeta1,
      double logBeta2) {
    try (Entered entered = device.enter()) {
      arguments.begin().add(at(weights)).add(at(mean)).add(at(variance)).add(at(steps));
      addRows(touched, rates);
      arguments.add(logBeta1).add(logBeta2);
      adam.launchRows(rows(touched), weights.getShape().get(1), arguments);
    }
  }

  private static int rows(RowGradients touched) {
    return Math.toIntExact(touched.gradient().getShape().get(0));
  }

  /** {@link DenseParameters}. */
  void adamW(NDArray weights, Moments moments, NDArray gradient, double rate, double decay) {
    try (Entered entered = device.enter()) {
      arguments.begin().add(at(weights)).add(at(moments.mean())).add(at(moments.variance()));
      arguments.add(at(gradient)).add(weights.size());
      arguments.add(moments.beta1()).add(moments.beta2());
      arguments.add(1 - Math.pow(moments.beta1(), moments.steps()));
      arguments.add(1 - Math.pow(moments.beta2(), moments.steps()));
      arguments.add(rate).add(decay);
      adamW.launch(
          (int) Math.min(MOST_BLOCKS, (weights.size() + THREADS - 1) / THREADS),
          THREADS,
          arguments);
    }
  }

  /** Sums of squares whose sum is that of all arrays, float32. */
  NDArray squares(NDManager owner, List<NDArray> arrays) {
    NDArray sums = owner.create(new Shape(arrays.size() * (long) SUMS), DataType.FLOAT32);
    try (Entered entered = device.enter()) {
      long into = at(sums);
      for (NDArray array : arrays) {
        NDArray flat = array.getShape().dimension() == 2 ? CudaDevice.rowMajor(array) : array;
        arguments.begin().add(at(flat)).add(array.size()).add(into);
        squares.launch(SUMS, THREADS, arguments);
        into += SUMS * (long) Float.BYTES;
      }
    }
    return sums;
  }
}
