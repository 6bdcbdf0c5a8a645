package dev.twotower.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.eval.ranking.Scorer;
import dev.twotower.eval.topk.TiledScorer;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.tower.Feature;
import dev.twotower.trainer.tower.Histories;
import dev.twotower.trainer.tower.Tower;
import dev.twotower.trainer.tower.TowerInput;
import dev.twotower.trainer.tower.TowerInputs;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Scores users against the whole catalogue with a model as it is now: the cosine, and what the
 * package description says for users and items that nothing is known of. Item vectors are computed
 * once, at construction; users as of the moment they are asked about, with the values of their last
 * request before the split. Close it to free the item vectors.
 */
public final class ModelScorer implements Scorer, AutoCloseable {
  private static final int CHUNK = 8192;

  /**
   * Users whose vectors and scores are computed at once, others filling up. The engine sums the
   * products of one or two rows in another order than those of more; so a user's scores are the
   * same, to the last bit, in whatever company they are asked for.
   */
  static final int FEWEST_ROWS = 8;

  /** The score of an item that nothing is known of: below any cosine. */
  public static final float UNKNOWN_ITEM = -2;

  private final TwoTowerModel model;
  private final NDManager manager;
  private final TowerInputs inputs;
  private final Interactions asOf;
  private final HistoryEnds moments;
  private final LastRequests last;
  private final boolean readsRequests;
  private final TrainCounts counts;
  private final BitSet earlierUsers;
  private final int items;
  private final NDArray itemVectors;
  private final ModelTiles tiles;
  private final float[] lengths;

  /** Scores for users who have no vector, made when the first of them is met. */
  private float[] byPopularity;

  private float[] host = new float[0];

  /**
   * @param data the data set the model was made for
   * @param split the split whose users are scored; their histories end where {@link HistoryEnds}
   *     says
   */
  public ModelScorer(TwoTowerModel model, Dataset data, Split split) {
    this.model = model;
    this.manager = model.manager().newSubManager();
    this.asOf = data.interactions(split);
    this.counts = data.trainCounts();
    this.earlierUsers = model.earlierUsers();
    this.items = data.items();
    List<Interactions> before =
        split == Split.TEST
            ? List.of(data.interactions(Split.VALIDATION), data.interactions(Split.TRAIN))
            : List.of(data.interactions(Split.TRAIN));
    this.inputs = new TowerInputs(model.sources(), new Histories(before));
    this.moments = HistoryEnds.of(data, split);
    this.last = new LastRequests(before);
    this.readsRequests = model.users().features().stream().anyMatch(Feature::ofRequest);
    this.itemVectors = Devices.onOneThread((Supplier<NDArray>) this::allItems);
    this.tiles = new ModelTiles(this::users, itemVectors, item -> byPopularity()[item]);
    this.lengths = lengths(itemVectors);
  }

  /** Something that is 0 for a vector of zeros alone. */
  static float[] lengths(NDArray vectors) {
    try (NDArray absolute = vectors.abs();
        NDArray sums = absolute.sum(new int[] {1})) {
      return sums.toFloatArray();
    }
  }

  /** Training rows of each item, scaled to stay below 1; those without any as without a vector. */
  synchronized float[] byPopularity() {
    if (byPopularity == null) {
      byPopularity = new float[items];
      float most = 1 + Arrays.stream(counts.toArray()).max().orElse(0);
      for (int item = 0; item < items; item++) {
        byPopularity[item] = counts.rows(item) == 0 ? UNKNOWN_ITEM : counts.rows(item) / most;
      }
    }
    return byPopularity;
  }

  private NDArray allItems() {
    NDList chunks = new NDList();
    for (int from = 0; from < items; from += CHUNK) {
      int start = from;
      int count = Math.min(CHUNK, items - from);
      chunks.add(
          vectors(
              manager,
              inputs,
              model.items(),
              inputs.items(),
              count,
              i -> inputs.addItem(start + i)));
    }
    NDArray all = NDArrays.concat(chunks, 0);
    chunks.close();
    return all;
  }

  @Override
  public int items() {
    return items;
  }

  /** Unit vectors of all items, items x dim, on the model's device; owned by this scorer. */
  public NDArray itemVectors() {
    return itemVectors;
  }

  /**
   * Unit vectors of users.
   *
   * @return count x dim, row-major
   */
  public float[] userVectors(int[] users, int from, int count) {
    try (NDManager scratch = manager.newSubManager()) {
      float[] vectors = users(scratch, users, from, count).toFloatArray();
      return Arrays.copyOf(vectors, count * (vectors.length / Math.max(FEWEST_ROWS, count)));
    }
  }

  /** Somebody of whom nothing is known, whom popularity ranks for. */
  public NewUser nobody() {
    return new NewUser(
        new float[Math.toIntExact(itemVectors.getShape().get(1))], byPopularity().clone());
  }

  /**
   * What a model says of somebody who is not in the log, or in a request that is not.
   *
   * @param vector unit vector, or zeros where nothing is known
   * @param scores of all items, as for any other user
   */
  public record NewUser(float[] vector, float[] scores) {
    /** Whether nothing is known, so that the scores are the items' popularity. */
    public boolean byPopularity() {
      for (float value : vector) {
        if (value != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Scores all items for somebody who is not in the log: with the unknown row in the place of an
   * id, and the features and the history given.
   *
   * @param user a table of one user, with the features that the user tower reads, those of requests
   *     among them
   * @param history items, newest first
   */
  public NewUser newUser(EntityTable user, int[] history) {
    TowerInputs own =
        new TowerInputs(model.sources().withUsers(user, user), Histories.given(history));
    return once(own, () -> own.addUser(0, 0, Long.MAX_VALUE, false));
  }

  /**
   * Scores all items for a user in a request that is not in the log.
   *
   * @param request a table of one request, with the features of requests that the user tower reads
   */
  public NewUser inRequest(int user, EntityTable request) {
    TowerInputs.Sources from = model.sources();
    TowerInputs own =
        new TowerInputs(from.withUsers(from.users(), request), new Histories(last.splits()));
    return once(own, () -> own.addUser(user, 0, moments.of(user), true));
  }

  private NewUser once(TowerInputs own, Runnable add) {
    ModelTiles.Queries query =
        (owner, users, from, count) ->
            vectors(owner, own, model.users(), own.users(), FEWEST_ROWS, i -> add.run());
    int[] alone = {0};
    try (NDManager scratch = manager.newSubManager()) {
      float[] rows = query.of(scratch, alone, 0, 1).toFloatArray();
      float[] vector = Arrays.copyOf(rows, rows.length / FEWEST_ROWS);
      float[] scores = new float[items];
      scores(new ModelTiles(query, itemVectors, item -> byPopularity()[item]), alone, 0, 1, scores);
      return new NewUser(vector, scores);
    }
  }

  @Override
  public FloatBuffer scores(int[] users, int from, int count) {
    int size = Math.multiplyExact(count, items);
    if (host.length < size) {
      host = new float[size];
    }
    scores(tiles, users, from, count, host);
    return FloatBuffer.wrap(host, 0, size);
  }

  private void scores(ModelTiles of, int[] users, int from, int count, float[] into) {
    float[] row = new float[TiledScorer.TILE_ITEMS];
    for (int start = 0; start < count; start += TiledScorer.BLOCK_USERS) {
      int block = Math.min(TiledScorer.BLOCK_USERS, count - start);
      try (TiledScorer.Block scores = of.block(users, from + start, block)) {
        for (int first = 0; first < items; first += TiledScorer.TILE_ITEMS) {
          int width = Math.min(TiledScorer.TILE_ITEMS, items - first);
          scores.tile(first, width);
          for (int user = 0; user < block; user++) {
            scores.row(user, row);
            System.arraycopy(row, 0, into, (start + user) * items + first, width);
          }
        }
      }
    }
  }

  @Override
  public TiledScorer tiled() {
    return tiles;
  }

  /** Each request with its own values; a history ends where it does for the user. */
  @Override
  public Optional<TiledScorer> ofRequests() {
    return readsRequests
        ? Optional.of(new ModelTiles(this::requests, itemVectors, item -> byPopularity()[item]))
        : Optional.empty();
  }

  /**
   * Scores some of the items, numbered by their place among them.
   *
   * @param some items, ascending; their vectors are freed with this scorer
   */
  public TiledScorer tiled(int[] some) {
    return new ModelTiles(
        this::users, gather(manager, itemVectors, some), place -> byPopularity()[some[place]]);
  }

  /**
   * Scores some of the items, numbered by their place among them, for items in the place of users:
   * the cosine of their vectors.
   *
   * @param some items, ascending; their vectors are freed with this scorer
   */
  public TiledScorer similar(int[] some) {
    return new ModelTiles(
        this::itemRows, gather(manager, itemVectors, some), place -> Float.NEGATIVE_INFINITY);
  }

  private NDArray itemRows(NDManager owner, int[] numbers, int from, int count) {
    int[] rows = new int[Math.max(FEWEST_ROWS, count)];
    Arrays.setAll(rows, i -> numbers[from + Math.min(i, count - 1)]);
    return gather(owner, itemVectors, rows);
  }

  /** Whether an item has a vector, so that something is known of it. */
  public boolean known(int item) {
    return lengths[item] > 0;
  }

  /** Whether the vector of a user without training rows comes from the run that this continues. */
  public boolean earlier(int user) {
    return earlierUsers.get(user);
  }

  /** Rows of an array by number. */
  static NDArray gather(NDManager owner, NDArray array, int[] rows) {
    try (NDArray numbers = owner.create(rows)) {
      NDArray gathered = Embedding.embedding(numbers, array, SparseFormat.DENSE).singletonOrThrow();
      gathered.attach(owner);
      return gathered;
    }
  }

  /**
   * Vectors of users, in no fewer than {@link #FEWEST_ROWS} rows. Several threads may ask.
   *
   * @return rows x dim, of which the first {@code count} are theirs
   */
  synchronized NDArray users(NDManager owner, int[] users, int from, int count) {
    return vectors(
        owner,
        inputs,
        model.users(),
        inputs.users(),
        Math.max(FEWEST_ROWS, count),
        i -> {
          int user = users[from + Math.min(i, count - 1)];
          inputs.addUser(user, request(user), moments.of(user), true);
        });
  }

  private synchronized NDArray requests(NDManager owner, int[] requests, int from, int count) {
    return vectors(
        owner,
        inputs,
        model.users(),
        inputs.users(),
        Math.max(FEWEST_ROWS, count),
        i -> {
          int request = requests[from + Math.min(i, count - 1)];
          int user = asOf.user(asOf.requestStart(request));
          inputs.addUser(user, request, moments.of(user), true);
        });
  }

  /**
   * The request whose values a user's vector is made with: the last before the split; {@link
   * TowerInputs#NO_REQUEST} where there is none, or the model reads no such values.
   */
  public int request(int user) {
    return readsRequests ? last.of(user) : TowerInputs.NO_REQUEST;
  }

  private NDArray vectors(
      NDManager owner,
      TowerInputs batch,
      Tower tower,
      TowerInput input,
      int count,
      IntConsumer add) {
    try (NDManager scratch = owner.newSubManager()) {
      batch.clear(count, count);
      for (int i = 0; i < count; i++) {
        add.accept(i);
      }
      Map<String, NDArray> leaves = new LinkedHashMap<>();
      batch
          .touchedRows()
          .forEach(
              (table, rows) ->
                  leaves.put(
                      table,
                      model
                          .tables()
                          .get(table)
                          .gather(scratch.create(rows, new Shape(rows.length)))));
      NDArray vectors = tower.forward(scratch, model.store(), input, leaves, false).stopGradient();
      vectors.attach(owner);
      return vectors;
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
