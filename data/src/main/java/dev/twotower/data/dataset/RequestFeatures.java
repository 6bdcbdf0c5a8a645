package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The requests of a data set as entities with features: the context columns of their rows, each
 * under the name {@code context.NAME}. They are read where they lie, at the request's first row in
 * the first split that holds it, so nothing is kept for a request. Rows of all kinds of feedback
 * tell of their request, positives or not. A column of lists, such as the words of a query, is a
 * multi-valued feature. What is not equal for all rows of a request is no feature of it: {@link
 * #check}.
 */
public final class RequestFeatures implements EntityTable {
  private static final String PREFIX = "context.";

  /** Training rows that {@link #likely} looks at: some milliseconds for a log of any size. */
  private static final int LOOKED_AT = 100_000;

  /** Of so many rows, one at least must follow another of its request to tell anything. */
  private static final int ROWS_PER_FOLLOWER = 10;

  private final Dataset data;
  private final Interactions[] splits;
  private final Map<String, FeatureColumn> features = new LinkedHashMap<>();

  private RequestFeatures(Dataset data) {
    this.data = data;
    this.splits = new Interactions[Split.values().length];
    for (Split split : Split.values()) {
      splits[split.ordinal()] = data.stored(split);
    }
    for (String name : splits[0].contextColumns()) {
      // What somebody did in the end is not known at the request.
      if (!name.equals(Dataset.KINDS)) {
        features.put(name(name), new Column(name));
      }
    }
  }

  /** The requests of all splits. */
  public static RequestFeatures of(Dataset data) {
    return new RequestFeatures(data);
  }

  /** What a context column is called as a feature. */
  public static String name(String contextColumn) {
    return PREFIX + contextColumn;
  }

  /**
   * Whether a feature of the user tower is one of requests: by its name, unless users have a
   * feature of that very name.
   */
  public static boolean names(String feature, EntityTable users) {
    return feature.startsWith(PREFIX)
        && users.features().stream().noneMatch(column -> column.name().equals(feature));
  }

  /**
   * Context columns that look like features of requests: all rows of each request have one value,
   * among the first training rows. {@link #check} may still refuse one for later rows. None where
   * requests have about one row each: there any column has one value for each, such as what became
   * known only afterwards.
   *
   * @param contextColumns which to look at
   */
  public static List<String> likely(Dataset data, List<String> contextColumns) {
    return likely(data, contextColumns, LOOKED_AT);
  }

  static List<String> likely(Dataset data, List<String> contextColumns, long most) {
    Interactions rows = data.stored(Split.TRAIN);
    long end = Math.min(rows.rows(), most);
    long followers = 0;
    for (long row = 1; row < end; row++) {
      followers += rows.request(row) == rows.request(row - 1) ? 1 : 0;
    }
    if (followers == 0 || followers * ROWS_PER_FOLLOWER < end) {
      return List.of();
    }
    return contextColumns.stream()
        .filter(name -> !name.equals(Dataset.KINDS) && agrees(rows, rows.context(name), end))
        .toList();
  }

  private static boolean agrees(Interactions rows, ContextColumn values, long end) {
    for (long row = 1; row < end; row++) {
      if (Double.compare(values.value(row), values.value(row - 1)) != 0
          && rows.request(row) == rows.request(row - 1)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Refuses columns whose values differ between rows of a request. Takes a pass over the columns'
   * values in all splits.
   *
   * @param names of features
   * @throws BadDataException naming the first such request with its user, and both values
   */
  public void check(List<String> names) {
    for (String name : names) {
      Column column = (Column) feature(name);
      for (Interactions rows : splits) {
        check(column, rows);
      }
    }
  }

  private void check(Column column, Interactions rows) {
    ContextColumn values = rows.context(column.context);
    int request = -1;
    double first = 0;
    for (long row = 0; row < rows.rows(); row++) {
      double value = values.value(row);
      if (rows.request(row) != request) {
        request = rows.request(row);
        first = column.read(request);
      }
      if (Double.compare(value, first) != 0) {
        throw new BadDataException(
            "request %d of user '%s' has %s and %s in context column '%s'; allowed for a feature of requests: one value for all rows of a request. Import the column by another rule (--context %s=SQL), requests that end where it changes (--column request=..), or leave %s out of user.features"
                .formatted(
                    request,
                    data.userTable().id(rows.user(row)),
                    column.shown(first),
                    column.shown(value),
                    column.context,
                    column.context,
                    column.name()));
      }
    }
  }

  @Override
  public int size() {
    return data.requests();
  }

  /** The request's number: a data set keeps no other id of requests. */
  @Override
  public String id(int index) {
    return Integer.toString(index);
  }

  @Override
  public OptionalInt index(String externalId) {
    return OptionalInt.empty();
  }

  @Override
  public String name(int index) {
    return id(index);
  }

  @Override
  public List<FeatureColumn> features() {
    return new ArrayList<>(features.values());
  }

  @Override
  public FeatureColumn feature(String name) {
    return Features.find(features, "requests", name);
  }

  /** A context column, by requests. */
  private final class Column implements FeatureColumn {
    private final String context;
    private final ContextColumn[] columns = new ContextColumn[splits.length];
    private final boolean numeric;

    /** The values behind codes where they are lists; null where a code is one value. */
    private final ListedValues lists;

    Column(String context) {
      this.context = context;
      for (int split = 0; split < splits.length; split++) {
        columns[split] = splits[split].context(context);
      }
      this.numeric = columns[0].numeric();
      this.lists = columns[0].lists().orElse(null);
    }

    private double read(int request) {
      for (int split = 0; split < splits.length; split++) {
        long row = splits[split].requestStart(request);
        if (row < splits[split].requestEnd(request)) {
          return columns[split].value(row);
        }
      }
      throw new IllegalArgumentException(
          "request %d; allowed: 0 to %d".formatted(request, size() - 1));
    }

    private String shown(double value) {
      if (numeric) {
        return Double.isNaN(value) ? "no value" : Double.toString(value);
      }
      return value == 0 ? "no value" : "'" + columns[0].text((int) value) + "'";
    }

    @Override
    public String name() {
      return RequestFeatures.name(context);
    }

    @Override
    public FeatureKind kind() {
      return numeric
          ? FeatureKind.NUMERIC
          : lists == null ? FeatureKind.CATEGORICAL : FeatureKind.MULTI;
    }

    @Override
    public int cardinality() {
      return lists == null ? columns[0].cardinality() : lists.values().cardinality();
    }

    @Override
    public int code(int request) {
      if (numeric || lists != null) {
        throw Features.wrongKind(this, "single code");
      }
      return (int) read(request);
    }

    @Override
    public int[] codes(int request) {
      if (lists == null) {
        throw Features.wrongKind(this, "list of codes");
      }
      return lists.values().codes((int) read(request));
    }

    @Override
    public float value(int request) {
      if (!numeric) {
        throw Features.wrongKind(this, "number");
      }
      return (float) read(request);
    }

    @Override
    public int dimension() {
      throw Features.wrongKind(this, "dimension");
    }

    @Override
    public void vector(int request, float[] out) {
      throw Features.wrongKind(this, "vector");
    }

    @Override
    public String text(int code) {
      return lists == null ? columns[0].text(code) : lists.values().text(code);
    }

    @Override
    public List<String> values(String text) {
      return lists == null ? List.of(text) : lists.in(text);
    }
  }
}
