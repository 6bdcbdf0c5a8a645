package dev.twotower.data.dataset;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Consecutive rows of one split as Arrow vectors over the mapped file: no value is copied (Arrow
 * allocates its own validity bitmap, one bit a row). Columns: {@code user}, {@code item}, {@code
 * request} int32; {@code time} int64; {@code weight} float32 where the data set has weights; {@code
 * context.NAME} int32 code or float64.
 *
 * <p>Close a slice before the data set it came from. The vectors are read-only: writing to them
 * crashes the process.
 */
public final class ArrowSlice implements AutoCloseable {
  private final long from;
  private final VectorSchemaRoot root;

  private ArrowSlice(long from, VectorSchemaRoot root) {
    this.from = from;
    this.root = root;
  }

  static ArrowSlice of(
      MappedInteractions rows,
      Manifest.Schema schema,
      long from,
      long to,
      BufferAllocator allocator) {
    MappedInteractions.Memory memory = rows.memory(from, to);
    int length = (int) (to - from);
    List<FieldVector> vectors = new ArrayList<>();
    add(vectors, FileColumns.int32("user"), memory.of("user", 4), length, allocator);
    add(vectors, FileColumns.int32("item"), memory.of("item", 4), length, allocator);
    add(vectors, FileColumns.int32("request"), memory.of("request", 4), length, allocator);
    if (schema.time().factor() == 1) {
      add(vectors, FileColumns.int64("time"), memory.of("time", 8), length, allocator);
    } else {
      vectors.add(times(rows, from, length, allocator));
    }
    if (schema.weights()) {
      add(vectors, FileColumns.float32("weight"), memory.of("weight", 4), length, allocator);
    }
    for (Manifest.Context context : schema.context()) {
      String name = InteractionOutput.contextColumn(context.name());
      Field field = context.numeric() ? FileColumns.float64(name) : FileColumns.int32(name);
      int bytes = context.numeric() ? Double.BYTES : Integer.BYTES;
      add(vectors, field, memory.of(context.name(), bytes), length, allocator);
    }
    return new ArrowSlice(from, new VectorSchemaRoot(vectors));
  }

  /** Times of another unit than they are stored in: the one column that is copied. */
  private static FieldVector times(
      MappedInteractions rows, long from, int length, BufferAllocator allocator) {
    BigIntVector times = (BigIntVector) FileColumns.int64("time").createVector(allocator);
    times.allocateNew(length);
    for (int i = 0; i < length; i++) {
      times.set(i, rows.time(from + i));
    }
    times.setValueCount(length);
    return times;
  }

  private static void add(
      List<FieldVector> vectors,
      Field field,
      ByteBuffer mapped,
      int length,
      BufferAllocator allocator) {
    FieldVector vector = field.createVector(allocator);
    try (ArrowBuf values =
        mapped.capacity() == 0
            ? allocator.getEmpty()
            : allocator.wrapForeignAllocation(new Mapped(mapped))) {
      vector.loadFieldBuffers(new ArrowFieldNode(length, 0), List.of(allocator.getEmpty(), values));
    }
    vectors.add(vector);
  }

  /** Mapped memory, kept alive by the reference to its buffer. */
  private static final class Mapped extends ForeignAllocation {
    @SuppressWarnings({"unused", "FieldCanBeLocal"})
    private final ByteBuffer owner;

    Mapped(ByteBuffer owner) {
      super(owner.capacity(), MemoryUtil.getByteBufferAddress(owner));
      this.owner = owner;
    }

    @Override
    protected void release0() {}
  }

  /** The first row's number in its split. */
  public long from() {
    return from;
  }

  public int rows() {
    return root.getRowCount();
  }

  public IntVector users() {
    return (IntVector) root.getVector("user");
  }

  public IntVector items() {
    return (IntVector) root.getVector("item");
  }

  public IntVector requests() {
    return (IntVector) root.getVector("request");
  }

  public BigIntVector times() {
    return (BigIntVector) root.getVector("time");
  }

  /** All columns, for any Arrow consumer. The slice owns it. */
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public void close() {
    root.close();
  }
}
