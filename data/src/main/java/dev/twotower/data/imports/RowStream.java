package dev.twotower.data.imports;

import dev.twotower.data.dataset.DatasetWriter;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.splits.ValidationDraw;
import dev.twotower.data.odd.LogCensus;
import dev.twotower.data.odd.LogTally;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Hands sorted batches to the writer; train rows that are drawn go to validation on the way. */
final class RowStream implements QuerySession.BatchReader {
  private static final Split[] SPLITS = Split.values();
  private static final long REPORT_EVERY = 1 << 16;

  private final DatasetWriter writer;
  private final ImportProgress progress;
  private final long total;
  private final double[] context;
  private final Map<Integer, ContextLists> lists;
  private final Optional<ValidationDraw> draw;
  private final LogTally tally;
  private final Optional<RepeatedRows> repeats;
  private final long[] written = new long[SPLITS.length];
  private long done;
  private int request = -1;

  /**
   * @param lists of context columns by their number
   * @param draw draws train rows for validation; empty where the log has its own
   * @param tally counts all rows
   * @param repeats counts those that repeat another; empty where none can be left, or none told
   */
  RowStream(
      DatasetWriter writer,
      ImportProgress progress,
      long total,
      int contexts,
      Map<Integer, ContextLists> lists,
      Optional<ValidationDraw> draw,
      LogTally tally,
      Optional<RepeatedRows> repeats) {
    this.writer = writer;
    this.progress = progress;
    this.total = total;
    this.context = new double[contexts];
    this.lists = lists;
    this.draw = draw;
    this.tally = tally;
    this.repeats = repeats;
  }

  @Override
  public void batch(VectorSchemaRoot batch) {
    IntVector users = (IntVector) batch.getVector("u");
    IntVector items = (IntVector) batch.getVector("i");
    IntVector requests = (IntVector) batch.getVector("q");
    BigIntVector times = (BigIntVector) batch.getVector("t");
    Float4Vector weights = (Float4Vector) batch.getVector("w");
    IntVector splits = (IntVector) batch.getVector("s");
    Float8Vector[] contexts = new Float8Vector[context.length];
    for (int c = 0; c < contexts.length; c++) {
      contexts[c] = (Float8Vector) batch.getVector("c" + c);
    }
    for (int row = 0; row < batch.getRowCount(); row++) {
      if (requests.get(row) != request) {
        request = requests.get(row);
        writer.request(users.get(row));
      }
      for (int c = 0; c < contexts.length; c++) {
        context[c] = contexts[c].get(row);
      }
      for (Map.Entry<Integer, ContextLists> list : lists.entrySet()) {
        int c = list.getKey();
        context[c] = list.getValue().code((int) context[c]);
      }
      tally.row(users.get(row), request, items.get(row), times.get(row));
      if (repeats.isPresent()) {
        repeats.get().row(request, items.get(row), times.get(row), weights.get(row), context);
      }
      Split split = place(users.get(row), SPLITS[splits.get(row)]);
      writer.row(split, items.get(row), times.get(row), weights.get(row), context);
      written[split.index()]++;
      if (++done % REPORT_EVERY == 0) {
        progress.at("write", done, total);
      }
    }
  }

  private Split place(int user, Split given) {
    return given == Split.TRAIN && draw.isPresent() && draw.get().next(user)
        ? Split.VALIDATION
        : given;
  }

  /** All rows, counted. */
  LogCensus census() {
    return tally.census();
  }

  /** Rows handed over so far. */
  long done() {
    return done;
  }

  long written(Split split) {
    return written[split.index()];
  }
}
