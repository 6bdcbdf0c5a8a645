package dev.twotower.trainer.tower;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.Initializer;
import ai.djl.util.PairList;
import dev.twotower.trainer.config.HistoryConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Pools a history by causal self-attention (theory in the package description). Vectors of places,
 * gaps and kinds start at 0, and layers as the identity: training begins at the mean. Inputs:
 * vectors (n, L, w), newest first, weights (n, L), 0 where unused, and where gaps and kinds of
 * feedback are read their codes, (n, L) each, in this order; output (n, w), zeros for an empty
 * history.
 */
final class TransformerPooling extends AbstractBlock {
  static final String GAPS = "gaps";
  static final String EVENTS = "events";

  private static final float CLOSED = -1e9f;

  private final int length;
  private final int width;
  private final Parameter positions;

  /** What the codes of a place add to its vector, in the order of the inputs. */
  private final List<Parameter> added = new ArrayList<>();

  private final List<Block> layers = new ArrayList<>();

  /**
   * @param kinds of feedback that are told apart
   */
  TransformerPooling(HistoryConfig history, int width, int kinds) {
    this.length = history.length();
    this.width = width;
    positions = zeros("positions", length);
    if (history.gaps()) {
      added.add(zeros(GAPS, TimeGaps.CODES));
    }
    if (history.events()) {
      added.add(zeros(EVENTS, kinds + 1));
    }
    for (int layer = 1; layer <= history.layers(); layer++) {
      boolean last = layer == history.layers();
      layers.add(addChildBlock("layer", new TransformerLayer(width, history.heads(), last)));
    }
  }

  private Parameter zeros(String name, int rows) {
    return addParameter(
        Parameter.builder()
            .setName(name)
            .setType(Parameter.Type.OTHER)
            .optInitializer(Initializer.ZEROS)
            .optShape(new Shape(rows, width))
            .build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
    NDArray vectors = inputs.get(0);
    NDManager manager = vectors.getManager();
    NDArray used = inputs.get(1).gt(0).toType(DataType.FLOAT32, false);
    NDArray unused = used.neg().add(1).mul(CLOSED).expandDims(1).expandDims(1);
    NDArray x = vectors.add(store.getValue(positions, vectors.getDevice(), training));
    for (int each = 0; each < added.size(); each++) {
      NDArray codes = store.getValue(added.get(each), vectors.getDevice(), training);
      NDArray rows =
          Embedding.embedding(inputs.get(2 + each), codes, SparseFormat.DENSE).singletonOrThrow();
      rows.attach(manager);
      x = x.add(rows);
    }
    x = older(store, x, unused, training);
    Block last = layers.get(layers.size() - 1);
    NDArray mean = x.mul(inputs.get(1).expandDims(2)).sum(new int[] {1}, true);
    NDArray newest = last.forward(store, new NDList(x, unused, mean), training).singletonOrThrow();
    return new NDList(newest.squeeze(1).mul(used.get(new NDIndex(":, 0:1"))));
  }

  /** What all layers but the last give at all places. */
  NDArray older(ParameterStore store, NDArray vectors, NDArray unused, boolean training) {
    NDArray x = vectors;
    if (layers.size() > 1) {
      NDArray closed = unused.add(newer(vectors.getManager()));
      for (Block layer : layers.subList(0, layers.size() - 1)) {
        x = layer.forward(store, new NDList(x, closed), training).singletonOrThrow();
      }
    }
    return x;
  }

  /** What keeps a place, a row, from those that are newer. */
  private NDArray newer(NDManager manager) {
    float[] closed = new float[length * length];
    for (int place = 0; place < length; place++) {
      for (int other = 0; other < place; other++) {
        closed[place * length + other] = CLOSED;
      }
    }
    return manager.create(closed, new Shape(1, 1, length, length));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    return new Shape[] {new Shape(inputs[0].get(0), width)};
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
    Shape vectors = new Shape(1, length, width);
    for (Block layer : layers) {
      layer.initialize(manager, dataType, vectors, new Shape(1, 1, 1, length));
    }
  }
}
