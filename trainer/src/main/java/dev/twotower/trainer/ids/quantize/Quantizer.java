package dev.twotower.trainer.ids.quantize;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.initializer.Initializer;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.optimizer.DenseParameters;
import dev.twotower.trainer.tensor.ArrayMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Encoder, category head, codes and decoder (theory in the package description). Everything lives
 * on one device under one manager. Equal configuration and seed give equal initial weights on a
 * device.
 */
final class Quantizer implements AutoCloseable {
  private final int latent;
  private final NDManager manager;
  private final Perceptron encoder;
  private final Perceptron decoder;
  private final Optional<Perceptron> head;
  private final List<Parameter> codebooks = new ArrayList<>();
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final DenseParameters dense;

  /**
   * Arrays that live as long as this: a plain number in a product is freed by the engine's Java
   * side at once, while the graph still needs it for the backward pass.
   */
  private final NDArray commitment;

  private final NDArray categoryLength;

  /** 1 for each latent number, the factor between a level and the next for the category part. */
  private final NDArray fade;

  private final NDArray unfade;

  Quantizer(QuantizeConfig config, int dimension, Device device) {
    Engine.getInstance().setRandomSeed((int) Streams.key(config.seed(), "quantize.weights"));
    this.latent = config.latent() == 0 ? dimension : config.latent();
    this.manager = NDManager.newBaseManager(device);
    int category = config.categoryWidth();
    // Drawn on the CPU, so that a device does not change what a seed gives.
    NDManager host = Devices.drawing(manager);
    try {
      this.encoder = new Perceptron(host, dimension, config.hidden(), latent);
      List<Integer> mirrored = new ArrayList<>(config.hidden());
      Collections.reverse(mirrored);
      this.decoder = new Perceptron(host, latent, mirrored, dimension);
      parameters.putAll(encoder.parameters("encoder"));
      parameters.putAll(decoder.parameters("decoder"));
      this.head =
          category == 0
              ? Optional.empty()
              : Optional.of(new Perceptron(host, dimension, config.hidden(), category));
      head.ifPresent(perceptron -> parameters.putAll(perceptron.parameters("head")));
      for (int level = 0; level < config.levels(); level++) {
        Parameter codes =
            Parameter.builder()
                .setName("level_" + (level + 1))
                .setType(Parameter.Type.OTHER)
                .optInitializer(Initializer.ZEROS)
                .optShape(new Shape(config.sizes().get(level), latent + category))
                .build();
        codes.initialize(host, DataType.FLOAT32);
        codebooks.add(codes);
        parameters.put(codes.getName(), codes);
      }
      this.dense =
          new DenseParameters(manager, parameters, config.learningRate(), config.weightDecay());
    } finally {
      if (host != manager) {
        host.close();
      }
    }
    this.commitment = manager.create((float) config.commitment());
    this.categoryLength = manager.create((float) Math.sqrt(config.tree().lambda() * dimension));
    float[] factors = new float[latent + category];
    Arrays.fill(factors, 0, latent, 1);
    Arrays.fill(factors, latent, factors.length, (float) Math.sqrt(config.levelDecay()));
    this.fade = manager.create(factors);
    this.unfade = fade.pow(-1);
  }

  NDManager manager() {
    return manager;
  }

  DenseParameters dense() {
    return dense;
  }

  int levels() {
    return codebooks.size();
  }

  /** Length of latent vectors, the category part aside. */
  int latent() {
    return latent;
  }

  boolean hasHead() {
    return head.isPresent();
  }

  /**
   * Lets encoder and head start as the projection on some directions, and the decoder as the way
   * back.
   *
   * @param directions orthonormal, dimension x at most latent
   */
  void startFrom(double[][] directions) {
    int dimension = directions.length;
    float[][] in = new float[latent][dimension];
    float[][] back = new float[dimension][latent];
    for (int d = 0; d < dimension; d++) {
      for (int l = 0; l < directions[d].length; l++) {
        in[l][d] = (float) directions[d][l];
        back[d][l] = (float) directions[d][l];
      }
    }
    encoder.startFrom(in);
    decoder.startFrom(back);
    head.ifPresent(perceptron -> perceptron.startFrom(in));
  }

  /** Latent vectors, the category part after the others: n x (latent + category width). */
  NDArray encode(NDArray vectors) {
    NDArray z = encoder.forward(vectors);
    return head.isEmpty() ? z : z.concat(category(vectors).mul(categoryLength), 1);
  }

  /** The head's unit vectors, n x category width. */
  NDArray category(NDArray vectors) {
    return head.orElseThrow().forward(vectors).normalize(2, 1, 1e-12);
  }

  /** Vectors of latent ones; the category part plays no role. */
  NDArray decode(NDArray joint) {
    return decoder.forward(
        head.isEmpty() ? joint : joint.get(new NDIndex().addAllDim().addSliceDim(0, latent)));
  }

  /** The category part of latent vectors. */
  NDArray categoryPart(NDArray joint) {
    return joint.get(new NDIndex().addAllDim().addSliceDim(latent, joint.getShape().get(1)));
  }

  /** Overwrites one code. */
  void replace(int level, int code, float[] value) {
    new ArrayMatrix("", codebooks.get(level).getArray()).write(code, value);
  }

  /** Overwrites all codes of a level. */
  void replaceAll(int level, float[][] values) {
    for (int code = 0; code < values.length; code++) {
      replace(level, code, values[code]);
    }
  }

  /**
   * A batch of latent vectors, quantised.
   *
   * @param numbers for each level the code numbers, int64, n
   * @param residuals for each level what it quantised, n x width, detached
   * @param prefixes for each level the vectors that the codes up to it stand for, n x width, in the
   *     graph of the codes
   * @param loss L_rq, a scalar
   */
  record Quantised(
      List<NDArray> numbers, List<NDArray> residuals, List<NDArray> prefixes, NDArray loss) {
    NDArray last() {
      return prefixes.get(prefixes.size() - 1);
    }

    /** The code numbers of each level. */
    int[][] codes() {
      return numbers.stream().map(Nearest::ints).toArray(int[][]::new);
    }
  }

  /** Quantises latent vectors, n x width, in their graph; arrays belong to their manager. */
  Quantised quantise(NDArray latentVectors) {
    NDManager owner = latentVectors.getManager();
    List<NDArray> numbers = new ArrayList<>();
    List<NDArray> residuals = new ArrayList<>();
    List<NDArray> prefixes = new ArrayList<>();
    NDArray residual = latentVectors;
    NDArray scale = null;
    NDArray sum = null;
    NDArray loss = null;
    for (Parameter codebook : codebooks) {
      NDArray fixed = codebook.getArray().stopGradient();
      fixed.attach(owner);
      NDArray detached = residual.stopGradient();
      NDArray nearest = Nearest.of(detached, fixed);
      NDArray code =
          Embedding.embedding(nearest, codebook.getArray(), SparseFormat.DENSE).singletonOrThrow();
      code.attach(owner);
      NDArray detachedCode = code.stopGradient();
      NDArray pull = detached.sub(code).square().mean();
      NDArray commit = residual.sub(detachedCode).square().mean().mul(commitment);
      loss = loss == null ? pull.add(commit) : loss.add(pull).add(commit);
      sum = sum == null ? code : sum.add(scale == null ? code : code.mul(scale));
      numbers.add(nearest);
      residuals.add(detached);
      prefixes.add(sum);
      residual = residual.sub(detachedCode);
      if (head.isPresent()) {
        residual = residual.mul(fade);
        scale = scale == null ? unfade.duplicate() : scale.mul(unfade);
        scale.attach(owner);
      }
    }
    return new Quantised(numbers, residuals, prefixes, loss);
  }

  /**
   * For each level the vectors that given codes up to it stand for, n x width.
   *
   * @param codes rows x levels
   */
  List<NDArray> prefixes(NDManager owner, int[][] codes) {
    List<NDArray> prefixes = new ArrayList<>();
    NDArray scale = null;
    for (int level = 0; level < codebooks.size(); level++) {
      int at = level;
      long[] numbers = Arrays.stream(codes).mapToLong(row -> row[at]).toArray();
      NDArray code =
          Embedding.embedding(
                  owner.create(numbers), codebooks.get(level).getArray(), SparseFormat.DENSE)
              .singletonOrThrow()
              .stopGradient();
      code.attach(owner);
      NDArray part = scale == null ? code : code.mul(scale);
      prefixes.add(level == 0 ? part : prefixes.get(level - 1).add(part));
      if (head.isPresent()) {
        scale = scale == null ? unfade.duplicate() : scale.mul(unfade);
        scale.attach(owner);
      }
    }
    return prefixes;
  }

  /** The flat array that holds every parameter, by the name that checkpoints give it. */
  Map<String, NDArray> weights() {
    return Map.of("dense", dense.weights());
  }

  /** Every parameter in its own shape; codes are {@code level_1}, {@code level_2}, ... */
  Map<String, NDArray> named() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    parameters.forEach((name, parameter) -> arrays.put(name, parameter.getArray()));
    return arrays;
  }

  @Override
  public void close() {
    manager.close();
  }
}
