package dev.twotower.trainer.tower;

import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.trainer.config.HistoryConfig;
import dev.twotower.trainer.tower.Feature.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * One tower's inputs for a batch, on the host: for each feature the numbers of its touched rows, or
 * its values. Filled entity by entity by one thread; buffers are reused.
 */
public final class TowerInput {
  /** The values of one feature; places of bags that are not used hold number 0 and weigh 0. */
  static final class Values {
    final Feature feature;
    final FeatureColumn column;
    final float mean;
    final float scale;
    final IntPredicate known;
    final int[] history;
    final long[] times;
    final int[] kinds;
    int length = 1;
    int[] numbers = new int[0];
    float[] weights = new float[0];

    /** Of places of a history, the codes of {@link TimeGaps}; empty where none reads them. */
    int[] gaps = new int[0];

    /** Of places of a history, the codes of {@link HistoryKinds}; empty where none reads them. */
    int[] events = new int[0];

    /** Codes of kinds by those of the log. */
    int[] codeOfKind = new int[1];

    float[] values = new float[0];
    boolean inOrder;
    final Places places = new Places();
    private TouchedRows rows;

    Values(Feature feature, EntityTable entities, float[] standard, IntPredicate known) {
      this.feature = feature;
      boolean plain = feature.source() == Source.ID || feature.history();
      this.column = plain ? null : entities.feature(feature.name());
      this.mean = standard[0];
      this.scale = standard[1];
      this.known = known;
      this.history = new int[feature.length()];
      this.times = new long[feature.length()];
      this.kinds = new int[readsEvents() ? feature.length() : 0];
    }

    boolean readsGaps() {
      return feature.transformer().map(HistoryConfig::gaps).orElse(false);
    }

    boolean readsEvents() {
      return !feature.kinds().isEmpty();
    }

    /** What a transformer reads of the places of a history, beside their items. */
    List<int[]> codesOfPlaces() {
      List<int[]> codes = new ArrayList<>();
      if (readsGaps()) {
        codes.add(gaps);
      }
      if (readsEvents()) {
        codes.add(events);
      }
      return codes;
    }

    /** Notes the codes of a history that was read. */
    void writeCodes(int count, int from) {
      if (readsGaps()) {
        TimeGaps.write(times, count, gaps, from);
      }
      for (int place = 0; place < kinds.length; place++) {
        events[from + place] = place < count ? codeOfKind[kinds[place]] : 0;
      }
    }

    float standardised(float value) {
      float difference = value - mean;
      // Two numbers may lie farther apart than float32 reaches.
      return Float.isFinite(difference)
          ? difference * scale
          : (float) (((double) value - mean) * scale);
    }

    /** The table row that stands for an id or code: its own, or the unknown row. */
    long row(int number) {
      return known.test(number) ? number : feature.ids();
    }
  }

  private static final int[] NONE = {};

  private final List<Values> features;
  private final Map<String, TouchedRows> touched;
  private final Histories histories;
  private int size;

  TowerInput(List<Values> features, Map<String, TouchedRows> touched, Histories histories) {
    this.features = features;
    this.touched = touched;
    features.forEach(values -> values.rows = touched.get(values.feature.table()));
    this.histories = histories;
    for (Values values : features) {
      if (values.readsEvents()) {
        values.codeOfKind = histories.codes(values.feature.kinds());
      }
    }
  }

  /** Empties the input and makes room for {@code capacity} entities. */
  void clear(int capacity) {
    size = 0;
    for (Values values : features) {
      int places =
          switch (values.feature.source()) {
            case ID, CODE -> 1;
            case CODES -> 4;
            case HISTORY_MEAN, HISTORY_ATTENTION, HISTORY_TRANSFORMER -> values.feature.length();
            case NUMBER, VECTOR -> 0;
          };
      values.length = Math.max(places, values.length);
      values.numbers = fit(values.numbers, capacity * values.length);
      values.weights = fit(values.weights, capacity * values.length);
      values.gaps = fit(values.gaps, values.readsGaps() ? capacity * values.length : 0);
      values.events = fit(values.events, values.readsEvents() ? capacity * values.length : 0);
      values.values =
          fit(values.values, values.feature.embedded() ? 0 : capacity * values.feature.width());
    }
  }

  /**
   * Appends an entity.
   *
   * @param entity the user or item
   * @param request the request that the user is in, {@link TowerInputs#NO_REQUEST} for none and for
   *     items
   * @param time the moment that histories must precede; unused for items
   * @param known false to take the unknown row for its id
   */
  void add(int entity, int request, long time, boolean known) {
    for (Values values : features) {
      int index = values.feature.ofRequest() ? request : entity;
      switch (values.feature.source()) {
        case ID -> single(values, known ? values.row(entity) : values.feature.ids());
        case CODE -> single(values, values.row(index < 0 ? 0 : values.column.code(index)));
        case CODES -> bag(values, index < 0 ? NONE : values.column.codes(index));
        case HISTORY_MEAN, HISTORY_ATTENTION, HISTORY_TRANSFORMER -> {
          int count = histories.read(entity, time, values.history, values.times, values.kinds);
          bag(values, values.history, count);
          values.writeCodes(count, size * values.length);
        }
        case NUMBER -> {
          float value = index < 0 ? Float.NaN : values.column.value(index);
          boolean missing = Float.isNaN(value);
          values.values[2 * size] = missing ? 0 : values.standardised(value);
          values.values[2 * size + 1] = missing ? 1 : 0;
        }
        case VECTOR -> {
          int width = values.feature.width();
          float[] vector = new float[width];
          values.column.vector(index, vector);
          System.arraycopy(vector, 0, values.values, size * width, width);
        }
      }
    }
    size++;
  }

  private void single(Values values, long row) {
    values.numbers[size] = values.rows.number(row);
  }

  private void bag(Values values, int[] codes) {
    if (codes.length > values.length) {
      widen(values, codes.length);
    }
    bag(values, codes, codes.length);
  }

  private void bag(Values values, int[] codes, int count) {
    TouchedRows rows = values.rows;
    int at = size * values.length;
    for (int i = 0; i < values.length; i++) {
      boolean used = i < count;
      values.numbers[at + i] = used ? rows.number(values.row(codes[i])) : 0;
      values.weights[at + i] = used ? 1f / count : 0;
    }
  }

  /**
   * Makes bags longer, keeping those already written; rare, since lengths stay from batch to batch.
   */
  private void widen(Values values, int length) {
    int capacity = values.numbers.length / values.length;
    int[] numbers = new int[capacity * length];
    float[] weights = new float[capacity * length];
    for (int entity = 0; entity < size; entity++) {
      System.arraycopy(
          values.numbers, entity * values.length, numbers, entity * length, values.length);
      System.arraycopy(
          values.weights, entity * values.length, weights, entity * length, values.length);
    }
    values.numbers = numbers;
    values.weights = weights;
    values.length = length;
  }

  /** Puts the rows behind each entity behind the table rows that it reads. */
  void count(InputCounts counts) {
    for (Values values : features) {
      switch (values.feature.source()) {
        case ID, CODE -> {
          TouchedRows rows = values.rows;
          for (int entity = 0; entity < size; entity++) {
            rows.add(values.numbers[entity], counts.sums[entity], counts.squares[entity]);
          }
        }
        case CODES, HISTORY_MEAN, HISTORY_ATTENTION, HISTORY_TRANSFORMER -> {
          TouchedRows rows = values.rows;
          for (int place = 0; place < size * values.length; place++) {
            int entity = place / values.length;
            float share = values.weights[place];
            rows.add(
                values.numbers[place],
                share * counts.sums[entity],
                share * share * counts.squares[entity]);
          }
        }
        case NUMBER, VECTOR -> {}
      }
    }
  }

  /** Entities appended. */
  public int size() {
    return size;
  }

  List<Values> features() {
    return features;
  }

  /** Whether the feature's numbers are 0, 1, 2, ...: then its rows need no second gather. */
  boolean inOrder(Values values, TouchedRows rows) {
    if (rows.count() != size) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      if (values.numbers[i] != i) {
        return false;
      }
    }
    return true;
  }

  /** Finds where features read their tables, for passes in closed form; once all is added. */
  void findPlaces() {
    for (Values each : features) {
      if (!each.feature.embedded()) {
        continue;
      }
      TouchedRows rows = each.rows;
      boolean single =
          each.feature.source() == Feature.Source.ID
              || each.feature.source() == Feature.Source.CODE;
      each.inOrder = single && inOrder(each, rows);
      if (!each.inOrder) {
        float[] weights = single ? null : each.weights;
        each.places.find(each.numbers, weights, each.length, size, rows.count());
      }
    }
  }

  TouchedRows touched(String table) {
    return touched.get(table);
  }

  private static int[] fit(int[] buffer, int size) {
    return buffer.length >= size ? buffer : Arrays.copyOf(buffer, size);
  }

  private static float[] fit(float[] buffer, int size) {
    return buffer.length >= size ? buffer : Arrays.copyOf(buffer, size);
  }
}
