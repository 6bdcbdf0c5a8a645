package dev.twotower.eval.falsenegatives;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.sampling.Layout;

/**
 * How a log's rows cluster in requests and users, as far as it matters for batches.
 *
 * @param requests requests that have rows
 * @param rowsPerRequest rows / requests
 * @param typicalRequestRows rows of the request an average row belongs to: sum of squares / rows
 * @param typicalUserRows rows of the user an average row belongs to
 */
public record LogShape(
    long requests, double rowsPerRequest, double typicalRequestRows, double typicalUserRows) {

  /** Rows of the split. */
  public long rows() {
    return Math.round(requests * rowsPerRequest);
  }

  /** Reads the shape of a split that has rows, in one pass. */
  public static LogShape of(Interactions rows) {
    if (rows.rows() == 0) {
      throw new IllegalArgumentException("the split has no rows; choose one that has");
    }
    long requests = 0;
    double requestSquares = 0;
    double userSquares = 0;
    long row = 0;
    while (row < rows.rows()) {
      long end = rows.requestEnd(rows.request(row));
      requests++;
      requestSquares += (double) (end - row) * (end - row);
      int user = rows.user(row);
      if (row == rows.userStart(user)) {
        double count = (double) (rows.userEnd(user) - row);
        userSquares += count * count;
      }
      row = end;
    }
    double all = rows.rows();
    return new LogShape(requests, all / requests, requestSquares / all, userSquares / all);
  }

  /**
   * The shape that is left when requests are read in pieces, as if a piece were a request. A
   * request of n rows makes at most (n + P - 1)/P pieces, and that number is counted: buffers
   * computed for this shape err on the large side.
   *
   * @param rows most rows of a piece, P
   */
  public LogShape pieces(int rows) {
    double most = Math.max(1, (rowsPerRequest - 1) / rows + 1);
    return new LogShape(
        Math.round(requests * most),
        rowsPerRequest / most,
        Math.min(rows, typicalRequestRows),
        typicalUserRows);
  }

  /** Expected share of the anchor's own request among its candidates, in any layout but IID. */
  public double ownRequestShare(int batchSize) {
    return Math.min(typicalRequestRows - 1, batchSize - 1.0) / batchSize;
  }

  /** Expected share of the same user's rows among an anchor's candidates in shuffled rows. */
  double shuffledShare() {
    return (typicalUserRows - 1) / Math.max(1, requests * rowsPerRequest - 1);
  }

  /**
   * Expected share of the same user's rows among an anchor's candidates: what a measurement of this
   * layout finds.
   */
  public double sameUserShare(Layout.Requests layout, int batchSize) {
    LogShape read = pieces(layout.piece());
    return Math.min(
        1, read.ownRequestShare(batchSize) + read.otherRequestsShare(layout.buffer(), batchSize));
  }

  /**
   * Expected share of the same user's other requests among an anchor's candidates in the layout
   * {@code requests:G} (package description).
   *
   * @param buffer G, at least 1
   */
  public double otherRequestsShare(double buffer, int batchSize) {
    double others = Math.max(0, typicalUserRows - typicalRequestRows) / batchSize;
    double requestsOfBatch = Math.max(1, batchSize / rowsPerRequest);
    double together = 1 + buffer / requestsOfBatch * Math.expm1(-requestsOfBatch / buffer);
    // A buffer that holds the whole log shuffles it, and no better than that.
    double shuffled = Math.min(1, requestsOfBatch / requests);
    return Math.min(1, others * Math.max(together, shuffled));
  }
}
