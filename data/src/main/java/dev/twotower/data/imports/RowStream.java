package dev.twotower.data.imports;

import dev.twotower.data.dataset.DatasetWriter;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.random.Streams;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Hands sorted batches to the writer, and draws a validation part out of the train rows on the way:
 * of a user's n train rows it takes fraction * n, rounded up or down at random so that the share
 * holds on average, but never the last one (selection sampling, Knuth, TAOCP 2, 3.4.2, algorithm
 * S). Draws depend on the seed and the user's number alone.
 */
final class RowStream implements QuerySession.BatchReader {
  private static final Split[] SPLITS = Split.values();
  private static final long REPORT_EVERY = 1 << 16;

  private final DatasetWriter writer;
  private final ImportProgress progress;
  private final long total;
  private final double[] context;
  private final double validation;
  private final int[] trainRows;
  private final long seed;
  private final long[] written = new long[SPLITS.length];
  private long done;
  private int user = -1;
  private int request = -1;
  private UniformRandomProvider draws;
  private int rowsLeft;
  private int toDraw;

  /**
   * @param validation the share of train rows to draw, 0 for none
   * @param trainRows train rows of each user; unused without a share
   */
  RowStream(
      DatasetWriter writer,
      ImportProgress progress,
      long total,
      int contexts,
      double validation,
      int[] trainRows,
      long seed) {
    this.writer = writer;
    this.progress = progress;
    this.total = total;
    this.context = new double[contexts];
    this.validation = validation;
    this.trainRows = trainRows;
    this.seed = seed;
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
      if (users.get(row) != user) {
        startUser(users.get(row));
      }
      if (requests.get(row) != request) {
        request = requests.get(row);
        writer.request(user);
      }
      for (int c = 0; c < contexts.length; c++) {
        context[c] = contexts[c].get(row);
      }
      Split split = place(SPLITS[splits.get(row)]);
      writer.row(split, items.get(row), times.get(row), weights.get(row), context);
      written[split.index()]++;
      if (++done % REPORT_EVERY == 0) {
        progress.at("write", done, total);
      }
    }
  }

  private void startUser(int next) {
    user = next;
    if (validation > 0) {
      draws = Streams.stream(seed, "import.validation", user);
      rowsLeft = trainRows[user];
      toDraw = Math.min(rowsLeft - 1, (int) (validation * rowsLeft + draws.nextDouble()));
    }
  }

  private Split place(Split given) {
    if (given != Split.TRAIN || validation == 0) {
      return given;
    }
    boolean drawn = toDraw > 0 && draws.nextDouble() * rowsLeft < toDraw;
    rowsLeft--;
    toDraw -= drawn ? 1 : 0;
    return drawn ? Split.VALIDATION : Split.TRAIN;
  }

  /** Rows handed over so far. */
  long done() {
    return done;
  }

  long written(Split split) {
    return written[split.index()];
  }
}
