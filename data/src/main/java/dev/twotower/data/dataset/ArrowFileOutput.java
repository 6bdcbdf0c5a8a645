package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** One Arrow IPC file being written in record batches of a fixed number of rows. */
final class ArrowFileOutput implements AutoCloseable {
  /** Maps of memory hold 2^31 - 1 bytes, and a batch has a header too. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - (1L << 20);

  private final String path;
  private final Split split;
  private final int rowsPerBatch;
  private final ArrowSink sink;
  private final VectorSchemaRoot root;
  private final ArrowFileWriter writer;
  private int inBatch;
  private long rows;

  /**
   * @param directory the data set directory
   * @param path the file's name relative to it
   */
  ArrowFileOutput(
      ArrowSink.Opener opener,
      BufferAllocator allocator,
      Path directory,
      String path,
      Split split,
      List<Field> fields,
      int rowsPerBatch)
      throws IOException {
    this.path = path;
    this.split = split;
    this.rowsPerBatch = rowsPerBatch;
    this.sink = new ArrowSink(opener, directory.resolve(path));
    this.root = VectorSchemaRoot.create(new Schema(fields), allocator);
    this.writer = new ArrowFileWriter(root, null, sink);
    writer.start();
  }

  FieldVector vector(String name) {
    return root.getVector(name);
  }

  /** The slot of the row being filled, within the current batch. */
  int slot() {
    return inBatch;
  }

  /** Ends the row whose values were set at {@link #slot()}. */
  void endRow() throws IOException {
    inBatch++;
    rows++;
    if (inBatch == rowsPerBatch) {
      flush();
    }
  }

  private void flush() throws IOException {
    root.setRowCount(inBatch);
    long bytes = root.getFieldVectors().stream().mapToLong(FieldVector::getBufferSize).sum();
    if (bytes > MOST_BYTES) {
      throw new BadDataException(
          "rows %d to %d of %s take %d bytes; allowed: %d for one row; shorten its texts, lists or vectors"
              .formatted(rows - inBatch, rows - 1, path, bytes, MOST_BYTES));
    }
    writer.writeBatch();
    inBatch = 0;
    for (FieldVector vector : root.getFieldVectors()) {
      vector.reset();
    }
  }

  long rows() {
    return rows;
  }

  /** Writes what is left and the footer, and says what the file holds. */
  Manifest.DataFile finish() throws IOException {
    if (inBatch > 0) {
      flush();
    }
    writer.end();
    sink.close();
    return new Manifest.DataFile(path, split, rows, sink.bytes(), sink.sha256());
  }

  @Override
  public void close() throws IOException {
    root.close();
    sink.close();
  }
}
