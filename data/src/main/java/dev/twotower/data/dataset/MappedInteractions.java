package dev.twotower.data.dataset;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongToDoubleFunction;

/** One split's rows over mapped part files. */
final class MappedInteractions implements Interactions {
  private final long rows;
  private final Blocks.Ints user;
  private final Blocks.Ints item;
  private final Blocks.Ints request;
  private final Blocks.Longs time;
  private final boolean timed;
  private final long factor;
  private final Blocks.Floats weight;
  private final Map<String, ContextColumn> contexts = new LinkedHashMap<>();
  private final Offsets userOffsets;
  private final Offsets requestOffsets;

  /** First rows of users or requests in this split. */
  record Offsets(Blocks.Longs starts, int size, long rows) {
    private static final Offsets NONE = new Offsets(null, 0, 0);

    long start(int index) {
      return index < size ? starts.get(index) : rows;
    }

    long end(int index) {
      return index + 1 < size ? starts.get(index + 1) : rows;
    }
  }

  MappedInteractions(
      List<ArrowFile> parts,
      Manifest.Schema schema,
      TextColumn vocabulary,
      Map<String, ListedValues> lists,
      int shift,
      Offsets userOffsets,
      Offsets requestOffsets) {
    this.rows = parts.stream().mapToLong(ArrowFile::rows).sum();
    this.user = Blocks.ints(parts, "user", shift);
    this.item = Blocks.ints(parts, "item", shift);
    this.request = Blocks.ints(parts, "request", shift);
    this.time = Blocks.longs(parts, "time", shift);
    this.timed = schema.time() != Manifest.TimeUnit.ORDINAL;
    this.factor = schema.time().factor();
    this.weight = schema.weights() ? Blocks.floats(parts, "weight", shift) : null;
    for (Manifest.Context context : schema.context()) {
      String column = InteractionOutput.contextColumn(context.name());
      LongToDoubleFunction values =
          context.numeric()
              ? Blocks.doubles(parts, column, shift)::get
              : Blocks.ints(parts, column, shift)::get;
      contexts.put(
          context.name(), new Context(context, values, vocabulary, lists.get(context.name())));
    }
    this.userOffsets = userOffsets;
    this.requestOffsets = requestOffsets;
  }

  /** A split without rows of a data set that has such columns. */
  static MappedInteractions none(Manifest.Schema schema) {
    return new MappedInteractions(List.of(), schema, null, Map.of(), 0, Offsets.NONE, Offsets.NONE);
  }

  private record Context(
      Manifest.Context declared,
      LongToDoubleFunction values,
      TextColumn vocabulary,
      ListedValues listed)
      implements ContextColumn {
    @Override
    public String name() {
      return declared.name();
    }

    @Override
    public boolean numeric() {
      return declared.numeric();
    }

    @Override
    public double value(long row) {
      return values.applyAsDouble(row);
    }

    @Override
    public Optional<ListedValues> lists() {
      return Optional.ofNullable(listed);
    }

    @Override
    public int cardinality() {
      return coded() ? declared.cardinality() : ContextColumn.super.cardinality();
    }

    @Override
    public String text(int code) {
      return coded()
          ? vocabulary.get(declared.vocabularyStart() + code)
          : ContextColumn.super.text(code);
    }

    private boolean coded() {
      return !declared.numeric() && vocabulary != null;
    }
  }

  @Override
  public long rows() {
    return rows;
  }

  @Override
  public int user(long row) {
    return user.get(row);
  }

  @Override
  public int item(long row) {
    return item.get(row);
  }

  @Override
  public void items(long start, int count, int[] into, int at) {
    item.copy(start, count, into, at);
  }

  @Override
  public int request(long row) {
    return request.get(row);
  }

  @Override
  public long time(long row) {
    return time.get(row) * factor;
  }

  @Override
  public boolean timed() {
    return timed;
  }

  @Override
  public float weight(long row) {
    return weight == null ? 1f : weight.get(row);
  }

  @Override
  public long userStart(int index) {
    return userOffsets.start(index);
  }

  @Override
  public long userEnd(int index) {
    return userOffsets.end(index);
  }

  @Override
  public long requestStart(int index) {
    return requestOffsets.start(index);
  }

  @Override
  public long requestEnd(int index) {
    return requestOffsets.end(index);
  }

  @Override
  public List<String> contextColumns() {
    return List.copyOf(contexts.keySet());
  }

  @Override
  public ContextColumn context(String name) {
    ContextColumn column = contexts.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          contexts.isEmpty()
              ? "there is no context column '" + name + "'; this data set has none"
              : "there is no context column '%s'; this data set has %s"
                  .formatted(name, contexts.keySet()));
    }
    return column;
  }
}
