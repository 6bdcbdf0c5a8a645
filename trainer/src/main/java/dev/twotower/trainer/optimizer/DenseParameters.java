package dev.twotower.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The towers' dense parameters, kept as views of one flat array so that an optimiser step costs the
 * same few engine calls however many parameters there are. Optimised by AdamW (Loshchilov and
 * Hutter 2019; beta1 0.9, beta2 0.999, epsilon 1e-8, decay decoupled).
 */
public final class DenseParameters implements AutoCloseable {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;

  private final Map<String, Parameter> parameters;
  private final NDArray weights;
  private final NDArray mean;
  private final NDArray variance;
  private final float learningRate;
  private final float decay;
  private long steps;

  /**
   * Takes over initialised parameters, from whatever device; their arrays become views of the flat
   * one, which lies on the manager's.
   */
  public DenseParameters(
      NDManager manager,
      Map<String, Parameter> parameters,
      double learningRate,
      double weightDecay) {
    this.parameters = new LinkedHashMap<>(parameters);
    this.learningRate = (float) learningRate;
    this.decay = (float) weightDecay;
    if (parameters.isEmpty()) {
      weights = manager.zeros(new Shape(0));
    } else {
      NDList flat = new NDList();
      for (Parameter parameter : parameters.values()) {
        flat.add(parameter.getArray().stopGradient().flatten());
      }
      NDArray all = NDArrays.concat(flat);
      weights = all.toDevice(manager.getDevice(), false);
      flat.close();
      weights.attach(manager);
      long from = 0;
      for (Parameter parameter : parameters.values()) {
        from = replace(manager, parameter, from);
      }
    }
    mean = weights.zerosLike();
    mean.attach(manager);
    variance = weights.zerosLike();
    variance.attach(manager);
  }

  private long replace(NDManager manager, Parameter parameter, long from) {
    Shape shape = parameter.getArray().getShape();
    long to = from + shape.size();
    parameter.close();
    parameter.setInitializer(
        (owner, ignored, type) -> weights.get(new NDIndex().addSliceDim(from, to)).reshape(shape));
    parameter.initialize(manager, DataType.FLOAT32);
    parameter.getArray().attach(manager);
    return to;
  }

  public boolean isEmpty() {
    return parameters.isEmpty();
  }

  /** Takes the gradients of the last backward pass, flat; owned by {@code manager}. */
  public NDArray gradient(NDManager manager) {
    NDList flat = new NDList();
    for (Parameter parameter : parameters.values()) {
      NDArray gradient = parameter.getArray().getGradient();
      gradient.attach(manager);
      flat.add(gradient.flatten());
    }
    NDArray taken = NDArrays.concat(flat);
    // Autograd adds to what is there, so what is there must go.
    for (Parameter parameter : parameters.values()) {
      JniUtils.zeroGrad((PtNDArray) parameter.getArray());
    }
    return taken;
  }

  /** The parts of a flat gradient by the parameters' names, as views of it. */
  public Map<String, NDArray> parts(NDArray gradient) {
    Map<String, NDArray> parts = new LinkedHashMap<>();
    long from = 0;
    for (Map.Entry<String, Parameter> parameter : parameters.entrySet()) {
      long to = from + parameter.getValue().getArray().size();
      parts.put(parameter.getKey(), gradient.get(new NDIndex().addSliceDim(from, to)));
      from = to;
    }
    return parts;
  }

  /** One AdamW step at its learning rate times a factor, 0 to 1 ({@link RateSchedule}). */
  public void scaledUpdate(NDArray gradient, double factor) {
    update(gradient, factor == 1 ? learningRate : (float) (learningRate * factor));
  }

  /** One AdamW step at the given learning rate. */
  public void update(NDArray gradient, float learningRate) {
    steps++;
    Optional<RowKernels> kernels = RowKernels.on(weights.getDevice());
    if (kernels.isPresent()) {
      RowKernels.Moments moments = new RowKernels.Moments(mean, variance, BETA1, BETA2, steps);
      kernels.get().adamW(weights, moments, gradient, learningRate, decay);
      return;
    }
    RowScript.SCRIPT.run(
        "adamW",
        weights,
        mean,
        variance,
        gradient,
        (double) BETA1,
        (double) BETA2,
        (double) EPSILON,
        1 - Math.pow(BETA1, steps),
        1 - Math.pow(BETA2, steps),
        (double) learningRate,
        (double) decay);
  }

  /**
   * Takes over the values of the same parameters, and if asked their optimiser's state.
   *
   * @param rows of parameters whose rows stand for other things there: for each row the one there,
   *     or -1 to leave it as it is
   */
  public void take(DenseParameters from, boolean withOptimizer, Map<String, int[]> rows) {
    if (isEmpty()) {
      return;
    }
    copy(from, from.weights, weights, rows);
    if (withOptimizer) {
      copy(from, from.mean, mean, rows);
      copy(from, from.variance, variance, rows);
      steps = from.steps;
    }
  }

  private void copy(DenseParameters other, NDArray from, NDArray into, Map<String, int[]> rows) {
    if (rows.isEmpty()) {
      copy(from, 0, into, 0, into.size());
      return;
    }
    long there = 0;
    long here = 0;
    for (Map.Entry<String, Parameter> parameter : parameters.entrySet()) {
      String name = parameter.getKey();
      long size = parameter.getValue().getArray().size();
      int[] matched = rows.getOrDefault(name, new int[1]);
      long width = size / matched.length;
      for (int row = 0; row < matched.length; row++) {
        if (matched[row] >= 0) {
          copy(from, there + matched[row] * width, into, here + row * width, width);
        }
      }
      here += size;
      there += other.parameters.get(name).getArray().size();
    }
  }

  /** In place, since the parameters are views. */
  private static void copy(NDArray from, long there, NDArray into, long here, long count) {
    try (NDArray part = from.get(new NDIndex().addSliceDim(there, there + count))) {
      into.set(new NDIndex().addSliceDim(here, here + count), part);
    }
  }

  public NDArray weights() {
    return weights;
  }

  public Map<String, NDArray> optimizerState() {
    return Map.of("mean", mean, "variance", variance);
  }

  public long steps() {
    return steps;
  }

  public void resumeAt(long steps) {
    this.steps = steps;
  }

  @Override
  public void close() {
    parameters.values().forEach(Parameter::close);
    weights.close();
    mean.close();
    variance.close();
  }
}
