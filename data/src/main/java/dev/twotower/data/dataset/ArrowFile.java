package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * An Arrow IPC file, mapped batch by batch: parses footer and batch headers, copies no data. The
 * maps live as long as any buffer cut from them.
 */
final class ArrowFile {
  private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final int CONTINUATION = 0xffffffff;

  private final Path path;
  private final List<Field> fields;
  private final Batch[] batches;
  private final long rows;
  private final int shift;

  /** The mapped body buffers of one record batch. */
  private static final class Batch {
    final int rows;
    final ByteBuffer[] buffers;

    Batch(int rows, ByteBuffer[] buffers) {
      this.rows = rows;
      this.buffers = buffers;
    }
  }

  private ArrowFile(Path path, List<Field> fields, Batch[] batches) {
    this.path = path;
    this.fields = fields;
    this.batches = batches;
    this.rows = Arrays.stream(batches).mapToLong(batch -> batch.rows).sum();
    this.shift = shift(batches);
    requireRows(1 << shift);
  }

  /**
   * Rows of a batch as a power of two: those of the first, or what holds the only one. No manifest
   * holds it, so no two places can disagree about it.
   */
  private static int shift(Batch[] batches) {
    int first = batches.length == 0 ? 0 : batches[0].rows;
    return first <= 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(first - 1);
  }

  /** Every batch but the last has that many rows, the last at most as many. */
  private void requireRows(int rowsPerBatch) {
    for (int b = 0; b < batches.length; b++) {
      boolean last = b == batches.length - 1;
      if (last ? batches[b].rows > rowsPerBatch : batches[b].rows != rowsPerBatch) {
        throw new BadDataException(
            "%s: record batch %d of %d has %d rows; expected %s%d"
                .formatted(
                    path,
                    b,
                    batches.length,
                    batches[b].rows,
                    last ? "at most " : "",
                    rowsPerBatch));
      }
    }
  }

  /**
   * Maps a file.
   *
   * @throws BadDataException when it is not a whole Arrow file whose batches but the last have one
   *     number of rows, a power of two
   */
  static ArrowFile open(Path path) {
    try (FileChannel channel = FileChannel.open(path)) {
      ArrowFooter footer = footer(channel);
      List<ArrowBlock> blocks = footer.getRecordBatches();
      Batch[] batches = new Batch[blocks.size()];
      for (int b = 0; b < batches.length; b++) {
        batches[b] = batch(channel, blocks.get(b));
      }
      return new ArrowFile(path, footer.getSchema().getFields(), batches);
    } catch (IOException e) {
      throw BadDataException.unreadable(path, e);
    } catch (RuntimeException | StackOverflowError e) {
      throw new BadDataException(path + " is not a whole Arrow file: " + e.getMessage(), e);
    }
  }

  private static ArrowFooter footer(FileChannel channel) throws IOException {
    long size = channel.size();
    int trailer = Integer.BYTES + MAGIC.length;
    if (size < 8 + trailer) {
      throw new BadDataException("it has only " + size + " bytes");
    }
    ByteBuffer end = read(channel, size - trailer, trailer);
    int length = end.getInt();
    byte[] magic = new byte[MAGIC.length];
    end.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new BadDataException("its last bytes are not ARROW1");
    }
    if (length <= 0 || length > size - 8 - trailer) {
      throw new BadDataException("its footer claims " + length + " of " + size + " bytes");
    }
    ByteBuffer bytes = read(channel, size - trailer - length, length);
    return new ArrowFooter(Footer.getRootAsFooter(bytes));
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        throw new BadDataException("it ends early");
      }
    }
    return bytes.flip();
  }

  private static Batch batch(FileChannel channel, ArrowBlock block) throws IOException {
    long length = block.getMetadataLength() + block.getBodyLength();
    if (block.getOffset() + length > channel.size() || length > Integer.MAX_VALUE) {
      throw new BadDataException(
          "a record batch of %d bytes at %d".formatted(length, block.getOffset()));
    }
    ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, block.getOffset(), length);
    mapped.order(ByteOrder.LITTLE_ENDIAN);
    int prefix = mapped.getInt(0) == CONTINUATION ? 8 : 4;
    Message message =
        Message.getRootAsMessage(
            mapped
                .slice(prefix, block.getMetadataLength() - prefix)
                .order(ByteOrder.LITTLE_ENDIAN));
    RecordBatch header = (RecordBatch) message.header(new RecordBatch());
    if (header == null || header.compression() != null) {
      throw new BadDataException(
          "a message at " + block.getOffset() + " is not a plain record batch");
    }
    if (header.length() < 0 || header.buffersLength() > block.getMetadataLength()) {
      throw new BadDataException(
          "a record batch of %d rows and %d buffers"
              .formatted(header.length(), header.buffersLength()));
    }
    ByteBuffer[] buffers = new ByteBuffer[header.buffersLength()];
    for (int b = 0; b < buffers.length; b++) {
      Buffer buffer = header.buffers(b);
      buffers[b] =
          mapped
              .slice(
                  Math.toIntExact(block.getMetadataLength() + buffer.offset()),
                  Math.toIntExact(buffer.length()))
              .order(ByteOrder.LITTLE_ENDIAN);
    }
    return new Batch(Math.toIntExact(header.length()), buffers);
  }

  Path path() {
    return path;
  }

  long rows() {
    return rows;
  }

  /** The binary logarithm of the rows of each batch but the last. */
  int shift() {
    return shift;
  }

  /**
   * Checks that a file that others follow without a gap has the batches they have.
   *
   * @throws BadDataException when it has not
   */
  ArrowFile requireRowsPerBatch(int rowsPerBatch) {
    requireRows(rowsPerBatch);
    return this;
  }

  /**
   * Checks that the file has the columns that the manifest declares, and no others.
   *
   * @throws BadDataException naming the first that differs
   */
  void requireColumns(List<Field> declared) {
    for (int f = 0; f < Math.max(fields.size(), declared.size()); f++) {
      String found = f < fields.size() ? describe(fields.get(f)) : "none";
      String expected = f < declared.size() ? describe(declared.get(f)) : "none";
      if (!found.equals(expected)) {
        throw new BadDataException(
            "dataset.json declares column %d of %s as %s; expected %s, which the file holds; import the data again"
                .formatted(f + 1, path, expected, found));
      }
    }
  }

  private static String describe(Field field) {
    return "%s: %s%s"
        .formatted(
            field.getName(),
            field.getType(),
            field.getChildren().isEmpty()
                ? ""
                : " of "
                    + field.getChildren().stream()
                        .map(child -> child.getType().toString())
                        .toList());
  }

  boolean has(String column) {
    return fields.stream().anyMatch(field -> field.getName().equals(column));
  }

  /** Values of a plain number column, one buffer per batch. */
  ByteBuffer[] values(String column, int bytesPerValue) {
    return values(column, 1, bytesPerValue);
  }

  /**
   * The n-th body buffer of a column, for every batch, as {@link #buffers}, with so many bytes for
   * each row.
   */
  ByteBuffer[] values(String column, int n, long bytesPerRow) {
    return requireBytes(column, buffers(column, n), 0, bytesPerRow);
  }

  /** The offsets of a text or list column, for every batch: one more than there are rows. */
  ByteBuffer[] offsets(String column) {
    return requireBytes(column, buffers(column, 1), Integer.BYTES, Integer.BYTES);
  }

  private ByteBuffer[] requireBytes(String column, ByteBuffer[] found, int more, long bytesPerRow) {
    for (int b = 0; b < found.length; b++) {
      if (batches[b].rows > 0 && found[b].remaining() < more + batches[b].rows * bytesPerRow) {
        throw new BadDataException(
            "%s: column '%s' has %d bytes for %d rows in batch %d"
                .formatted(path, column, found[b].remaining(), batches[b].rows, b));
      }
    }
    return found;
  }

  /**
   * The n-th body buffer of a column and its children in depth-first order, for every batch; buffer
   * 0 is the validity bitmap.
   */
  ByteBuffer[] buffers(String column, int n) {
    int first = 0;
    for (Field field : fields.subList(0, fieldIndex(column))) {
      first += bufferCount(field);
    }
    ByteBuffer[] result = new ByteBuffer[batches.length];
    for (int b = 0; b < batches.length; b++) {
      if (first + n >= batches[b].buffers.length) {
        throw new BadDataException(
            "%s: batch %d lacks the buffers of column '%s'".formatted(path, b, column));
      }
      result[b] = batches[b].buffers[first + n];
    }
    return result;
  }

  private static int bufferCount(Field field) {
    int count = TypeLayout.getTypeBufferCount(field.getType());
    for (Field child : field.getChildren()) {
      count += bufferCount(child);
    }
    return count;
  }

  private int fieldIndex(String column) {
    for (int f = 0; f < fields.size(); f++) {
      if (fields.get(f).getName().equals(column)) {
        return f;
      }
    }
    throw new BadDataException(
        "%s has no column '%s'; it has %s"
            .formatted(path, column, fields.stream().map(Field::getName).toList()));
  }
}
