package dev.twotower.eval.batch;

import dev.twotower.data.dataset.ContextColumn;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.message.Problems;
import dev.twotower.data.message.Suggestion;
import dev.twotower.data.sampling.RowBatch;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.Mask;
import dev.twotower.masking.MaskSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;

/**
 * Reads the ids of a batch's rows, with the context columns that the masks name. Besides the data
 * set's own context columns, masks may name {@code time} (in seconds), {@code request} and {@code
 * user}.
 */
public final class BatchReader {
  private static final double MISSING_CODE = 0;

  private final Interactions read;
  private final Values[] contexts;

  /** Values of a context column, by a row's number or by its place in the rows that are read. */
  private record Values(LongToDoubleFunction of, boolean byNumber) {}

  /**
   * @throws IllegalArgumentException when a context mask names a column that is not there, or asks
   *     for a window over one that is not numeric
   */
  public BatchReader(Interactions rows, MaskSet masks) {
    this(rows, masks, Map.of());
  }

  /**
   * @param own columns that a program computes, by name; they hide the data set's
   * @throws IllegalArgumentException when a context mask names a column that is not there, or asks
   *     for a window over one that is not numeric
   */
  public BatchReader(Interactions rows, MaskSet masks, Map<String, ContextValues> own) {
    this(rows, rows, masks, own);
  }

  /**
   * @param rows the rows of the split by number, for a program's own columns
   * @param read the same rows by place ({@link RowBatch#place}), for all others
   * @param own columns that a program computes, by name; they hide the data set's
   * @throws IllegalArgumentException when a context mask names a column that is not there, or asks
   *     for a window over one that is not numeric
   */
  public BatchReader(
      Interactions rows, Interactions read, MaskSet masks, Map<String, ContextValues> own) {
    this.read = read;
    List<Values> found = new ArrayList<>();
    Problems problems = new Problems();
    masks
        .contexts()
        .forEach(
            mask ->
                problems.parse(
                    () ->
                        found.add(
                            own.containsKey(mask.column())
                                ? new Values(own.get(mask.column()).of(rows), true)
                                : new Values(column(read, mask, own), false))));
    problems.check();
    this.contexts = found.toArray(Values[]::new);
  }

  private static LongToDoubleFunction column(
      Interactions rows, Mask.Context mask, Map<String, ContextValues> own) {
    return switch (mask.column()) {
      case "time" -> rows::seconds;
      case "request" -> rows::request;
      case "user" -> rows::user;
      default -> stored(rows, mask, own);
    };
  }

  private static LongToDoubleFunction stored(
      Interactions rows, Mask.Context mask, Map<String, ContextValues> own) {
    if (!rows.contextColumns().contains(mask.column())) {
      List<String> allowed = new ArrayList<>(List.of("time", "request", "user"));
      allowed.addAll(rows.contextColumns());
      allowed.addAll(own.keySet());
      throw new IllegalArgumentException(
          "mask '%s': there is no column '%s'; columns of this data set: %s"
              .formatted(mask, mask.column(), Suggestion.among(mask.column(), allowed)));
    }
    ContextColumn column = rows.context(mask.column());
    if (mask.width().isPresent() && !column.numeric()) {
      throw new IllegalArgumentException(
          "mask '%s': column '%s' is not numeric, so it has no windows; use context:%s"
              .formatted(mask, mask.column(), mask.column()));
    }
    // Code 0 stands for a missing value, which agrees with nothing (design 3.1).
    return column.numeric()
        ? column::value
        : row -> column.value(row) == MISSING_CODE ? Double.NaN : column.value(row);
  }

  /** An empty batch of the shape this reader fills. */
  public BatchIds newBatch() {
    return new BatchIds(contexts.length);
  }

  /** Reads the batch's rows, replacing what {@code into} held. */
  public void read(RowBatch batch, BatchIds into) {
    into.clear();
    for (int i = 0; i < batch.size(); i++) {
      long place = batch.place(i);
      int at = into.append(read.user(place), read.request(place), read.item(place));
      for (int c = 0; c < contexts.length; c++) {
        Values values = contexts[c];
        into.setContext(c, at, values.of.applyAsDouble(values.byNumber ? batch.rows()[i] : place));
      }
    }
  }
}
