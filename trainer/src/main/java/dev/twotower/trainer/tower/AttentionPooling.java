package dev.twotower.trainer.tower;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;

/**
 * Pools a bag of vectors by softmax attention with one learned query a: {@code sum_j softmax_j(h_j
 * . a / sqrt(w)) h_j} over the used places (additive form of Yang et al. 2016 without its extra
 * layer). The query starts at 0, which is the mean. Inputs: vectors (n, L, w) and weights (n, L), 0
 * where unused; output (n, w), zeros for an empty bag.
 */
final class AttentionPooling extends AbstractBlock {
  private static final float UNUSED = -1e9f;

  private final Parameter query;

  AttentionPooling(int width) {
    query =
        addParameter(
            Parameter.builder()
                .setName("query")
                .setType(Parameter.Type.OTHER)
                .optInitializer(Initializer.ZEROS)
                .optShape(new Shape(width, 1))
                .build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray vectors = inputs.get(0);
    NDArray used = inputs.get(1).gt(0).toType(DataType.FLOAT32, false);
    NDArray learned = store.getValue(query, vectors.getDevice(), training);
    // An array that lives as long as the inputs: the memory behind a plain number is freed before
    // the backward pass reads it.
    NDArray scale = vectors.getManager().create((float) (1 / Math.sqrt(vectors.getShape().get(2))));
    NDArray scores = vectors.matMul(learned).squeeze(2).mul(scale);
    NDArray open = scores.add(used.neg().add(1).mul(UNUSED));
    NDArray weights = open.softmax(1).mul(used).expandDims(2);
    return new NDList(vectors.mul(weights).sum(new int[] {1}));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {new Shape(inputs[0].get(0), inputs[0].get(2))};
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    // no children
  }
}
