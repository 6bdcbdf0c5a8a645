package dev.twotower.data.dataset;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A small data set collected in memory, for tests and examples:
 *
 * <pre>{@code
 * try (Dataset data = new DatasetBuilder()
 *     .row(Split.TRAIN, 0, 5, 0, 100)       // user, item, request, time
 *     .row(Split.TEST, 0, 7, 1, 200)
 *     .write(folder.resolve("data"))) { ... }
 * }</pre>
 *
 * <p>Rows may come in any order. Users and items are numbers from 0; their external ids are {@code
 * u0}, {@code i0}, ... unless {@link #ids} says otherwise. A request is a label of its user: rows
 * of one user with the same label form one request, and a user's requests are stored in ascending
 * order of label. So labels 0..R-1 given in ascending order of user come back as the same request
 * numbers.
 */
public final class DatasetBuilder {
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, List<String>> contexts = new LinkedHashMap<>();
  private final Map<String, ListedValues> contextLists = new LinkedHashMap<>();
  private final List<FeatureColumn> userFeatures = new ArrayList<>();
  private final List<FeatureColumn> itemFeatures = new ArrayList<>();
  private List<String> itemNames = List.of();
  private int users;
  private int items;
  private IntUnaryOperator userId = IntUnaryOperator.identity();
  private IntUnaryOperator itemId = IntUnaryOperator.identity();
  private boolean weighted;
  private Manifest.TimeUnit timeUnit = Manifest.TimeUnit.EPOCH_MICROSECONDS;
  private long bytesPerBatch = BatchRows.Limit.BYTES;
  private int rowsPerBatch = DatasetSchema.DEFAULT_ROWS_PER_BATCH;
  private int[] parent;
  private List<String> nodeNames;
  private int[] itemNode;

  private record Row(
      Split split,
      int user,
      int item,
      int request,
      long time,
      float weight,
      List<Double> context) {}

  /**
   * Adds a row.
   *
   * @param time in microseconds since the epoch
   */
  public DatasetBuilder row(Split split, int user, int item, int request, long time) {
    return add(new Row(split, user, item, request, time, 1f, List.of()));
  }

  /**
   * Adds a row with weight and context.
   *
   * @param time in microseconds since the epoch
   * @param context a value per declared context column: the number, or the code
   */
  public DatasetBuilder row(
      Split split, int user, int item, int request, long time, float weight, double... context) {
    weighted |= weight != 1f;
    return add(
        new Row(
            split, user, item, request, time, weight, DoubleStream.of(context).boxed().toList()));
  }

  private DatasetBuilder add(Row row) {
    users = Math.max(users, row.user + 1);
    items = Math.max(items, row.item + 1);
    rows.add(row);
    return this;
  }

  /** Makes times a mere order of rows. */
  public DatasetBuilder withoutTimes() {
    timeUnit = Manifest.TimeUnit.ORDINAL;
    return this;
  }

  /** Makes room for users without rows. */
  public DatasetBuilder users(int atLeast) {
    users = Math.max(users, atLeast);
    return this;
  }

  /** Makes room for items without rows. */
  public DatasetBuilder items(int atLeast) {
    items = Math.max(items, atLeast);
    return this;
  }

  /**
   * Gives users and items other external ids: {@code u} and {@code i} with these numbers.
   *
   * @param ofUser of a user's number, distinct
   * @param ofItem of an item's number, distinct
   */
  public DatasetBuilder ids(IntUnaryOperator ofUser, IntUnaryOperator ofItem) {
    userId = ofUser;
    itemId = ofItem;
    return this;
  }

  /** Declares a numeric context column. */
  public DatasetBuilder numericContext(String name) {
    contexts.put(name, null);
    return this;
  }

  /** Declares a categorical context column: code 0 is missing, text i has code i + 1. */
  public DatasetBuilder categoricalContext(String name, List<String> texts) {
    contexts.put(name, texts);
    return this;
  }

  /**
   * Declares a context column of lists of words: code 0 is the empty one, list i has code i + 1.
   */
  public DatasetBuilder listContext(String name, List<List<String>> lists) {
    List<List<String>> all = new ArrayList<>(List.of(List.of()));
    all.addAll(lists);
    contexts.put(name, lists.stream().map(values -> String.join(" ", values)).toList());
    contextLists.put(name, new ListedValues(MemoryFeature.multi(name, all), true));
    return this;
  }

  public DatasetBuilder itemNames(List<String> names) {
    itemNames = names;
    return items(names.size());
  }

  public DatasetBuilder userFeature(FeatureColumn feature) {
    userFeatures.add(feature);
    return this;
  }

  public DatasetBuilder itemFeature(FeatureColumn feature) {
    itemFeatures.add(feature);
    return this;
  }

  /**
   * Adds a category tree.
   *
   * @param parents the parent of each node, -1 for a root
   * @param itemNodes the node of each item, -1 where it has none
   */
  public DatasetBuilder tree(int[] parents, List<String> names, int[] itemNodes) {
    parent = parents;
    nodeNames = names;
    itemNode = itemNodes;
    return items(itemNodes.length);
  }

  /** Sets the rows of a record batch, a power of two of at least 8, to test batch boundaries. */
  public DatasetBuilder rowsPerBatch(int count) {
    rowsPerBatch = count;
    return this;
  }

  /** Sets the most bytes of a record batch of users or items, to test wide rows. */
  DatasetBuilder bytesPerBatch(long bytes) {
    bytesPerBatch = bytes;
    return this;
  }

  /** Writes the data set to a directory that does not exist yet, and opens it. */
  public Dataset write(Path directory) {
    List<DatasetSchema.ContextSpec> specs = new ArrayList<>();
    contexts.forEach(
        (name, texts) ->
            specs.add(new DatasetSchema.ContextSpec(name, texts, contextLists.get(name))));
    DatasetSchema schema = new DatasetSchema(timeUnit, weighted, "log", specs, rowsPerBatch);
    List<Row> sorted = new ArrayList<>(rows);
    sorted.sort(
        Comparator.comparingInt(Row::user)
            .thenComparingInt(Row::request)
            .thenComparingLong(Row::time));
    try (DatasetWriter writer =
        DatasetWriter.create(directory, schema, ArrowSink.Opener.DISK, bytesPerBatch)) {
      Row previous = null;
      for (Row row : sorted) {
        if (previous == null || previous.user != row.user || previous.request != row.request) {
          writer.request(row.user);
        }
        writer.row(
            row.split,
            row.item,
            row.time,
            row.weight,
            row.context.stream().mapToDouble(Double::doubleValue).toArray());
        previous = row;
      }
      writer.users(new MemoryEntityTable(ids("u", users, userId), List.of(), userFeatures));
      if (parent != null) {
        writer.tree(parent, nodeNames, itemNode);
      }
      writer.items(new MemoryEntityTable(ids("i", items, itemId), itemNames, itemFeatures));
      writer.commit("given", Manifest.Provenance.of("memory", Map.of()));
    }
    return Dataset.open(directory);
  }

  private static List<String> ids(String prefix, int count, IntUnaryOperator id) {
    return IntStream.range(0, count).map(id).mapToObj(number -> prefix + number).toList();
  }
}
