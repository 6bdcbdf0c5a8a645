package dev.twotower.eval.page;

import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.falsenegatives.BatchColumn;
import dev.twotower.eval.falsenegatives.BatchFigures;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The table of batches for a page: the shared columns, then its own. */
final class BatchTable {
  private final Html.Table table;

  BatchTable(String... more) {
    table =
        new Html.Table(
            Stream.concat(
                    Arrays.stream(BatchColumn.values()).map(BatchColumn::heading),
                    Arrays.stream(more))
                .toArray(String[]::new));
  }

  /** Adds a row; {@code more} are the cells of the table's own columns. */
  void row(BatchFigures batches, Object... more) {
    List<Object> cells =
        Stream.concat(
                Arrays.stream(BatchColumn.values()).map(column -> cell(column, batches)),
                Arrays.stream(more))
            .toList();
    table.row(cells.get(0).toString(), cells.subList(1, cells.size()).toArray());
  }

  private static Object cell(BatchColumn column, BatchFigures batches) {
    Object value = column.value(batches);
    if (column.share()) {
      return Numbers.percent((Double) value);
    }
    if (value instanceof Double number) {
      return Numbers.oneDecimal(number);
    }
    return value instanceof Integer number ? Numbers.whole(number) : value;
  }

  Html.Table table() {
    return table;
  }
}
