package dev.twotower.trainer.tower;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.parallel.Chunks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A tower with a built-in head, forward and backward in closed form and in chunks of entities,
 * which may run on several threads at once (theory in the package description). What is kept from a
 * forward to a backward pass lies in buffers that one batch after another uses. Serves one batch at
 * a time.
 */
final class ClosedTower {
  /** Entities whose hidden layers fit a core's cache. */
  private static final int CPU_CHUNK = 512;

  private final NDManager owner;
  private final TowerMath math;
  private final boolean sums;
  private final int width;
  private final List<NDArray> parameters;
  private final List<NDArray> centred = new ArrayList<>();
  private final long parameterCount;
  private final RowBuffer inputs;
  private final RowBuffer inputGradients;
  private final List<RowBuffer> kept = new ArrayList<>();
  private final RowBuffer units;
  private final RowBuffer lengths;
  private final List<RowBuffer> shared = new ArrayList<>();
  private NDArray parts;

  // Of the batch at hand.
  private List<InputFeature> features;
  private Chunks chunks;
  private NDArray x;
  private NDArray dx;
  private List<NDArray> keptRows;
  private NDArray u;
  private NDArray length;

  /**
   * @param tower a tower that {@link Tower#closed} says this is for
   * @param owner of the buffers
   * @param math of its device
   */
  ClosedTower(Tower tower, int dim, NDManager owner, TowerMath math) {
    this.math = math;
    this.owner = owner;
    this.parameters = tower.parameters().values().stream().map(each -> each.getArray()).toList();
    this.parameterCount = parameters.stream().mapToLong(NDArray::size).sum();
    this.sums = parameters.isEmpty();
    this.width = sums ? dim : tower.features().stream().mapToInt(Feature::width).sum();
    this.inputs = new RowBuffer(owner, width);
    this.inputGradients = new RowBuffer(owner, width);
    for (int layer = 0; layer < parameters.size() / 4; layer++) {
      int hidden = (int) parameters.get(4 * layer).getShape().get(0);
      for (int each : new int[] {hidden, 1, hidden}) {
        kept.add(new RowBuffer(owner, each));
      }
      centred.add(owner.create(parameters.get(4 * layer).getShape()));
      centred.add(owner.create(new Shape(hidden)));
    }
    this.units = new RowBuffer(owner, dim);
    this.lengths = new RowBuffer(owner, 1);
    tower
        .features()
        .forEach(feature -> shared.add(new RowBuffer(owner, Math.max(1, feature.width()))));
  }

  static int chunkSize(NDManager manager) {
    return manager.getDevice().isGpu() ? Integer.MAX_VALUE : CPU_CHUNK;
  }

  /** Takes up a batch. */
  void begin(NDManager step, TowerInput input, Map<String, NDArray> leaves) {
    int size = input.size();
    chunks = Chunks.ofAtMost(chunkSize(owner), size);
    features = new ArrayList<>();
    int column = 0;
    for (TowerInput.Values values : input.features()) {
      features.add(InputFeature.of(step, input, values, leaves, column));
      column += sums ? 0 : values.feature.width();
    }
    boolean asItIs = features.size() == 1 && features.get(0).inOrder();
    x = asItIs ? features.get(0).leaf() : inputs.rows(size);
    dx = inputGradients.rows(size);
    keptRows = kept.stream().map(buffer -> buffer.rows(size)).toList();
    u = units.rows(size);
    length = lengths.rows(size);
    for (int i = 0; i < features.size(); i++) {
      features.get(i).share(shared.get(i));
    }
    if (parts == null || parts.getShape().get(0) < chunks.count()) {
      if (parts != null) {
        parts.close();
      }
      parts = owner.create(new Shape(chunks.count(), parameterCount));
    }
    math.centre(parameters, centred);
  }

  int chunks() {
    return chunks.count();
  }

  void forward(int chunk) {
    int from = chunks.from(chunk);
    int to = chunks.to(chunk);
    for (int i = 0; i < features.size(); i++) {
      if (features.get(i).leaf() != x) {
        features.get(i).read(x, sums && i > 0, from, to);
      }
    }
    math.forward(x, parameters, centred, keptRows, u, length, from, to);
  }

  /** The batch's unit vectors, n x dim. */
  NDArray vectors(NDManager step) {
    return u.get(step, new NDIndex().addSliceDim(0, chunks.size()));
  }

  void backward(NDArray gradient, int chunk, List<NDArray> scratch) {
    int from = chunks.from(chunk);
    int to = chunks.to(chunk);
    math.backward(
        gradient, x, parameters, centred, keptRows, u, length, dx, parts, scratch, chunk, from, to);
    for (InputFeature feature : features) {
      feature.shareGradient(dx, from, to);
    }
  }

  /** Floats that a thread needs of each of its arrays while it works on a chunk of the batch. */
  int scratchSize() {
    int widest = (int) u.getShape().get(1);
    for (NDArray rows : keptRows) {
      widest = Math.max(widest, (int) rows.getShape().get(1));
    }
    return Math.multiplyExact(chunks.largest(), widest);
  }

  /** Floats that the gradient of the dense parameters takes. */
  long parameterCount() {
    return parameterCount;
  }

  /** Writes the gradient of the dense parameters, the sum of the chunks' parts in their order. */
  void addUp(NDManager step, NDArray into) {
    NDArray used =
        parts.getShape().get(0) == chunks.count()
            ? parts
            : parts.get(step, new NDIndex().addSliceDim(0, chunks.count()));
    math.total(used, parameters, into);
  }

  /** The features that read a table, in their order. */
  List<InputFeature> readers(String table) {
    return features.stream().filter(feature -> feature.reads(table)).toList();
  }

  NDArray inputGradient() {
    return dx;
  }
}
