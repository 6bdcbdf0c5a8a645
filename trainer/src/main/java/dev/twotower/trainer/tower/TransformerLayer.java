package dev.twotower.trainer.tower;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.training.initializer.XavierInitializer;
import ai.djl.training.initializer.XavierInitializer.FactorType;
import ai.djl.training.initializer.XavierInitializer.RandomType;
import ai.djl.util.PairList;

/**
 * One layer of a transformer (Kang and McAuley 2018, 3.2): {@code y = x + O attention(norm(x))},
 * then {@code y + W2 relu(W1 norm(y) + b1) + b2}, with norm a LayerNorm before each part. Attention
 * has several heads of width w / heads, each {@code softmax(q . k / sqrt(w / heads))}. O and W2
 * start at 0, so that a layer begins as the identity.
 *
 * <p>Inputs: vectors (n, L, w), and what is added to the scores of places, (n, 1, L or 1, L).
 * Output: (n, L, w). The last layer asks for place 0 alone, and adds what it reads not to that
 * place but to a third input (n, 1, w), which is the shape of its output.
 */
final class TransformerLayer extends AbstractBlock {
  private static final float EPSILON = 1e-5f;
  private static final int UNIFORM_WITHIN = 3;

  private final int width;
  private final int heads;
  private final boolean newestAlone;
  private final Parameter attentionScale;
  private final Parameter attentionShift;
  private final Parameter query;
  private final Parameter key;
  private final Parameter value;
  private final Parameter output;
  private final Parameter innerScale;
  private final Parameter innerShift;
  private final Parameter inner;
  private final Parameter innerBias;
  private final Parameter outer;
  private final Parameter outerBias;

  /**
   * @param width of the vectors
   * @param heads a divisor of the width
   * @param newestAlone whether only the output at place 0 is asked for
   */
  TransformerLayer(int width, int heads, boolean newestAlone) {
    this.width = width;
    this.heads = heads;
    this.newestAlone = newestAlone;
    Initializer drawn = new XavierInitializer(RandomType.UNIFORM, FactorType.AVG, UNIFORM_WITHIN);
    Shape square = new Shape(width, width);
    Shape row = new Shape(width);
    attentionScale = parameter("attentionScale", Initializer.ONES, row);
    attentionShift = parameter("attentionShift", Initializer.ZEROS, row);
    query = parameter("query", drawn, square);
    key = parameter("key", drawn, square);
    value = parameter("value", drawn, square);
    output = parameter("output", Initializer.ZEROS, square);
    innerScale = parameter("innerScale", Initializer.ONES, row);
    innerShift = parameter("innerShift", Initializer.ZEROS, row);
    inner = parameter("inner", drawn, square);
    innerBias = parameter("innerBias", Initializer.ZEROS, row);
    outer = parameter("outer", Initializer.ZEROS, square);
    outerBias = parameter("outerBias", Initializer.ZEROS, row);
  }

  private Parameter parameter(String name, Initializer initializer, Shape shape) {
    return addParameter(
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.OTHER)
            .optInitializer(initializer)
            .optShape(shape)
            .build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    Weights weights = new Weights(store, inputs.get(0), training);
    NDArray x = inputs.get(0);
    NDArray normal = weights.normal(x, attentionScale, attentionShift);
    NDArray from = newestAlone ? inputs.get(2) : x;
    NDArray read =
        newestAlone
            ? newest(weights, normal, inputs.get(1)).reshape(from.getShape())
            : all(weights, normal, inputs.get(1));
    NDArray attended = from.add(weights.linear(read, output));
    NDArray second = weights.normal(attended, innerScale, innerShift);
    NDArray hidden = Activation.relu(weights.linear(second, inner, innerBias));
    return new NDList(attended.add(weights.linear(hidden, outer, outerBias)));
  }

  /** What all places read, (n, L, w). */
  private NDArray all(Weights weights, NDArray normal, NDArray closed) {
    NDArray queries = split(weights.linear(normal, query));
    NDArray keys = split(weights.linear(normal, key));
    NDArray values = split(weights.linear(normal, value));
    NDArray scores = queries.matMul(keys.transpose(0, 1, 3, 2)).mul(scale(normal)).add(closed);
    return scores.softmax(3).matMul(values).transpose(0, 2, 1, 3).reshape(normal.getShape());
  }

  /** From (n, L, w) to (n, heads, L, w / heads). */
  private NDArray split(NDArray rows) {
    Shape shape = rows.getShape();
    return rows.reshape(shape.get(0), shape.get(1), heads, width / heads).transpose(0, 2, 1, 3);
  }

  /**
   * What place 0 reads, (n, w), without keys and values of all places: {@code q . K h = (K^T q) .
   * h}, and the sum of weighted values is the value of the weighted sum.
   */
  private NDArray newest(Weights weights, NDArray normal, NDArray closed) {
    Shape shape = normal.getShape();
    NDArray asking = normal.get(new NDIndex(":, 0"));
    NDArray queries = byHead(weights.linear(asking, query));
    NDArray asked = queries.matMul(weights.byHead(key, heads)).transpose(1, 0, 2);
    NDArray scores = asked.matMul(normal.transpose(0, 2, 1)).mul(scale(normal));
    NDArray shares = scores.add(closed.squeeze(1)).softmax(2);
    NDArray sums = shares.matMul(normal).transpose(1, 0, 2);
    NDArray values = sums.matMul(weights.byHead(value, heads).transpose(0, 2, 1));
    return values.transpose(1, 0, 2).reshape(shape.get(0), width);
  }

  /** From (n, w) to (heads, n, w / heads). */
  private NDArray byHead(NDArray rows) {
    return rows.reshape(rows.getShape().get(0), heads, width / heads).transpose(1, 0, 2);
  }

  /**
   * An array that lives as long as the inputs: the memory behind a plain number is freed before the
   * backward pass reads it.
   */
  private NDArray scale(NDArray like) {
    return like.getManager().create((float) (1 / Math.sqrt((double) width / heads)));
  }

  /** The parameters as arrays, where the inputs are. */
  private record Weights(ParameterStore store, NDArray like, boolean training) {
    NDArray of(Parameter parameter) {
      return store.getValue(parameter, like.getDevice(), training);
    }

    /** The rows of a matrix by the head that they make, (heads, w / heads, w). */
    NDArray byHead(Parameter matrix, int heads) {
      NDArray rows = of(matrix);
      NDArray split = rows.reshape(heads, -1, rows.getShape().get(1));
      split.attach(like.getManager());
      return split;
    }

    NDArray linear(NDArray rows, Parameter weight) {
      return Linear.linear(rows, of(weight)).singletonOrThrow();
    }

    NDArray linear(NDArray rows, Parameter weight, Parameter bias) {
      return Linear.linear(rows, of(weight), of(bias)).singletonOrThrow();
    }

    NDArray normal(NDArray rows, Parameter scale, Parameter shift) {
      Shape width = of(scale).getShape();
      return LayerNorm.layerNorm(rows, width, of(scale), of(shift), EPSILON).singletonOrThrow();
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    long places = newestAlone ? 1 : inputs[0].get(1);
    return new Shape[] {new Shape(inputs[0].get(0), places, width)};
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    // no children
  }
}
