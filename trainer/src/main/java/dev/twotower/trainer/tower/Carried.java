package dev.twotower.trainer.tower;

import java.io.Serializable;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a model has from the run that it started from, and its own training rows do not show; or,
 * for the users of a part of a log, what the rest of the log says of the requests' features.
 *
 * @param rows by table, the rows that mean something although training may not read them
 * @param standards by feature ({@code item.price}), the mean and 1/standard deviation that its
 *     numbers are standardised with: the same number is then the same input
 * @param alone whether the model has nothing else: it was not trained on the data set that it is
 *     asked about
 */
public record Carried(Map<String, BitSet> rows, Map<String, float[]> standards, boolean alone)
    implements Serializable {
  /** Of a model that started from nothing. */
  public static final Carried NOTHING = new Carried(Map.of(), Map.of(), false);

  public Carried {
    rows = new LinkedHashMap<>(rows);
    standards = new LinkedHashMap<>(standards);
  }

  boolean row(String table, int row) {
    BitSet carried = rows.get(table);
    return carried != null && carried.get(row);
  }
}
