package dev.twotower.trainer.command.text;

import dev.twotower.eval.falsenegatives.BatchColumn;
import dev.twotower.eval.falsenegatives.BatchFigures;
import dev.twotower.eval.page.Sheet;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The table of batches for a terminal: the shared columns, then its own. */
public final class BatchTable {
  private final List<BatchColumn> columns;
  private final TextTable table;

  public BatchTable(List<BatchColumn> columns, String... more) {
    this.columns = columns;
    this.table =
        new TextTable(
            Stream.concat(columns.stream().map(BatchColumn::heading), Arrays.stream(more))
                .toArray(String[]::new));
  }

  /** Adds a row; {@code more} are the cells of the table's own columns. */
  public void add(BatchFigures batches, Object... more) {
    Stream<Object> shared =
        columns.stream()
            .map(
                column ->
                    column.share()
                        ? TextTable.percent((Double) column.value(batches))
                        : column.value(batches));
    table.add(Stream.concat(shared, Arrays.stream(more)).toArray());
  }

  Sheet.Table forPage() {
    return table.forPage();
  }

  @Override
  public String toString() {
    return table.toString();
  }
}
