package dev.twotower.data.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** One Arrow IPC file being written in record batches of a fixed number of rows. */
final class ArrowFileOutput implements AutoCloseable {
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

  static Field int32(String name) {
    return field(name, new ArrowType.Int(32, true));
  }

  static Field int64(String name) {
    return field(name, new ArrowType.Int(64, true));
  }

  static Field float32(String name) {
    return field(name, new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
  }

  static Field float64(String name) {
    return field(name, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
  }

  static Field text(String name) {
    return field(name, ArrowType.Utf8.INSTANCE);
  }

  private static Field field(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
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
