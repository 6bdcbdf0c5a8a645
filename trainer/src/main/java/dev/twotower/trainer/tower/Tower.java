package dev.twotower.trainer.tower;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.core.Embedding;
import ai.djl.training.ParameterStore;
import dev.twotower.trainer.tower.Feature.Source;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A tower: features, pooling, a head and the final L2 normalisation. */
public final class Tower {
  /** The parameter with a vector for each kind of feedback in a history. */
  public static final String EVENTS = "user.history." + TransformerPooling.EVENTS;

  private static final double EPSILON = 1e-12;

  private final String side;
  private final List<Feature> features;
  private final Block head;
  private final Map<String, AbstractBlock> pooling = new LinkedHashMap<>();

  /**
   * @param side {@code user} or {@code item}, for names
   * @param features the inputs, in the order in which the head sees them
   * @param head a block from {@code (n, w1), (n, w2), ...} to {@code (n, dim)}
   */
  public Tower(String side, List<Feature> features, Block head) {
    this.side = side;
    this.features = List.copyOf(features);
    this.head = head;
    for (Feature feature : features) {
      if (feature.source() == Source.HISTORY_ATTENTION) {
        pooling.put(feature.name(), new AttentionPooling(feature.width()));
      } else if (feature.source() == Source.HISTORY_TRANSFORMER) {
        pooling.put(
            feature.name(),
            new TransformerPooling(
                feature.transformer().orElseThrow(), feature.width(), feature.kinds().size()));
      }
    }
  }

  /** Creates the parameters of head and pooling. */
  public void initialize(NDManager manager) {
    for (AbstractBlock each : pooling.values()) {
      each.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 1), new Shape(1, 1));
    }
    head.initialize(
        manager,
        DataType.FLOAT32,
        features.stream().map(f -> new Shape(1, f.width())).toArray(Shape[]::new));
  }

  /** Whether {@link ClosedTowers} can pass it: a built-in head, and no learned pooling. */
  public boolean closed() {
    return head instanceof TowerHead && pooling.isEmpty();
  }

  public List<Feature> features() {
    return features;
  }

  /** The dense parameters by name, in a fixed order. */
  public Map<String, Parameter> parameters() {
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    pooling.forEach(
        (name, block) ->
            block
                .getParameters()
                .forEach(p -> parameters.put(side + "." + name + "." + p.getKey(), p.getValue())));
    head.getParameters().forEach(p -> parameters.put(side + "." + p.getKey(), p.getValue()));
    return parameters;
  }

  /**
   * Unit vectors of a batch of entities, in the autograd graph of {@code leaves} and of the dense
   * parameters.
   *
   * @param input the entities' features
   * @param leaves for each table the rows that the batch touches
   * @return n x dim
   */
  public NDArray forward(
      NDManager manager,
      ParameterStore store,
      TowerInput input,
      Map<String, NDArray> leaves,
      boolean training) {
    NDList arrays = new NDList();
    for (TowerInput.Values values : input.features()) {
      arrays.add(array(manager, store, input, values, leaves, training));
    }
    NDArray raw = head.forward(store, arrays, training).singletonOrThrow();
    return raw.normalize(2, 1, EPSILON);
  }

  private NDArray array(
      NDManager manager,
      ParameterStore store,
      TowerInput input,
      TowerInput.Values values,
      Map<String, NDArray> leaves,
      boolean training) {
    int size = input.size();
    Feature feature = values.feature;
    if (!feature.embedded()) {
      float[] used = Arrays.copyOf(values.values, size * feature.width());
      return manager.create(used, new Shape(size, feature.width()));
    }
    NDArray leaf = leaves.get(feature.table());
    return switch (feature.source()) {
      case ID, CODE -> {
        if (input.inOrder(values, input.touched(feature.table()))) {
          yield leaf;
        }
        yield lookup(manager, values, leaf, new Shape(size));
      }
      case CODES, HISTORY_MEAN -> {
        Shape bags = new Shape(size, values.length);
        NDArray vectors = lookup(manager, values, leaf, bags);
        // Not a batched product: its gradient is an outer product, which the engine is slow at.
        NDArray weights = weights(manager, values, new Shape(size, values.length, 1));
        yield vectors.mul(weights).sum(new int[] {1});
      }
      case HISTORY_ATTENTION, HISTORY_TRANSFORMER -> {
        Shape bags = new Shape(size, values.length);
        NDArray vectors = lookup(manager, values, leaf, bags);
        NDList inputs = new NDList(vectors, weights(manager, values, bags));
        for (int[] codes : values.codesOfPlaces()) {
          inputs.add(manager.create(Arrays.copyOf(codes, (int) bags.size()), bags));
        }
        yield pooling.get(feature.name()).forward(store, inputs, training).singletonOrThrow();
      }
      case NUMBER, VECTOR -> throw new AssertionError(feature);
    };
  }

  private static NDArray lookup(
      NDManager manager, TowerInput.Values values, NDArray leaf, Shape shape) {
    int[] used = Arrays.copyOf(values.numbers, (int) shape.size());
    NDArray numbers = manager.create(used, shape);
    return Embedding.embedding(numbers, leaf, SparseFormat.DENSE).singletonOrThrow();
  }

  private static NDArray weights(NDManager manager, TowerInput.Values values, Shape shape) {
    return manager.create(Arrays.copyOf(values.weights, (int) shape.size()), shape);
  }

  @Override
  public String toString() {
    return side + " tower" + features;
  }
}
