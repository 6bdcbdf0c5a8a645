package dev.twotower.data.imports.arrow;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.Schema;

/** The messages of a file or stream, in the order in which they are to be read. */
final class IpcMessages {
  static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
  private static final int CONTINUATION = -1;

  /** Magic and padding before the first message of a file. */
  private static final int HEAD = 8;

  /**
   * A message.
   *
   * @param offset of its body in the file
   * @param end of the whole message
   */
  record Found(Message message, long offset, long end) {}

  private final FileChannel channel;
  private final long size;
  private final List<Block> blocks;
  private final Schema schema;
  private int block;
  private long next;

  IpcMessages(FileChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
    byte[] start = new byte[MAGIC.length];
    if (size >= 2L * HEAD) {
      bytes(0, start.length).get(start);
    }
    if (Arrays.equals(start, MAGIC)) {
      Footer footer = footer();
      this.blocks = blocks(footer);
      this.schema = footer.schema();
      if (schema == null) {
        throw new IOException("its footer has no schema");
      }
    } else {
      this.blocks = null;
      Found first = at(0);
      if (first == null
          || first.message().headerType() != org.apache.arrow.flatbuf.MessageHeader.Schema) {
        throw new IOException("it starts with no schema");
      }
      this.schema = (Schema) first.message().header(new Schema());
      this.next = first.end();
    }
  }

  Schema schema() {
    return schema;
  }

  /** Bytes read so far. */
  long position() {
    return next;
  }

  /** The next dictionary or batch; null at the end. */
  Found next() throws IOException {
    if (blocks == null) {
      Found found = at(next);
      next = found == null ? size : found.end();
      return found;
    }
    if (block == blocks.size()) {
      return null;
    }
    Block place = blocks.get(block++);
    Found found = at(place.offset());
    if (found == null
        || found.offset() - place.offset() != place.metaDataLength()
        || found.message().bodyLength() != place.bodyLength()) {
      throw new IOException("its footer does not agree with the message at " + place.offset());
    }
    next = found.end();
    return found;
  }

  private Footer footer() throws IOException {
    long tail = size - MAGIC.length - Integer.BYTES;
    ByteBuffer end = bytes(tail, MAGIC.length + Integer.BYTES);
    int length = end.getInt();
    byte[] magic = new byte[MAGIC.length];
    end.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new IOException("it does not end as an Arrow file does: it is cut short or altered");
    }
    if (length <= 0 || length > tail - HEAD) {
      throw new IOException(
          "its footer is said to have %d bytes; the file has %d".formatted(length, size));
    }
    return Footer.getRootAsFooter(bytes(tail - length, length));
  }

  /** Dictionaries first: batches may refer to each of them. */
  private static List<Block> blocks(Footer footer) throws IOException {
    int dictionaries = footer.dictionariesLength();
    int batches = footer.recordBatchesLength();
    int longest = footer.getByteBuffer().capacity() / 24;
    if (dictionaries > longest || batches > longest) {
      throw new IOException("its footer lists more messages than it has room for");
    }
    List<Block> blocks = new ArrayList<>();
    for (int d = 0; d < dictionaries; d++) {
      blocks.add(footer.dictionaries(d));
    }
    for (int b = 0; b < batches; b++) {
      blocks.add(footer.recordBatches(b));
    }
    return blocks;
  }

  /** The message at an offset; null where the stream ends. */
  private Found at(long offset) throws IOException {
    if (offset == size) {
      return null;
    }
    long start = offset;
    int length = bytes(start, Integer.BYTES).getInt();
    start += Integer.BYTES;
    if (length == CONTINUATION) {
      length = bytes(start, Integer.BYTES).getInt();
      start += Integer.BYTES;
    }
    if (length == 0) {
      return null;
    }
    if (length < 0 || length > size - start) {
      throw new IOException(
          "the message at %d is said to have %d bytes; the file has %d"
              .formatted(offset, length, size));
    }
    Message message = Message.getRootAsMessage(bytes(start, length));
    long body = start + length;
    long bodyLength = message.bodyLength();
    if (bodyLength < 0 || bodyLength > size - body) {
      throw new IOException(
          "the body of the message at %d is said to have %d bytes; the file has %d"
              .formatted(offset, bodyLength, size));
    }
    return new Found(message, body, body + bodyLength);
  }

  private ByteBuffer bytes(long offset, int length) throws IOException {
    if (offset < 0 || length > size - offset) {
      throw new EOFException(
          "it ends at %d, in the middle of what starts at %d".formatted(size, offset));
    }
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    fill(bytes, offset);
    return bytes;
  }

  /** Fills a buffer from an offset on. */
  void fill(ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      int read = channel.read(bytes, at);
      if (read < 0) {
        throw new EOFException(
            "it ends at %d, in the middle of what starts at %d".formatted(at, offset));
      }
      at += read;
    }
    bytes.flip();
  }
}
