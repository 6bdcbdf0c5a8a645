package dev.twotower.data.imports.arrow;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/** A record batch of plain buffers, each within its body; closing it frees them. */
final class IpcBatch implements AutoCloseable {
  final int rows;
  final List<ArrowFieldNode> nodes = new ArrayList<>();
  final List<ArrowBuf> buffers = new ArrayList<>();
  final List<Long> variadic = new ArrayList<>();

  private IpcBatch(int rows) {
    this.rows = rows;
  }

  /**
   * Reads a batch.
   *
   * @param body the message's body, which stays the caller's
   */
  static IpcBatch of(RecordBatch found, ArrowBuf body, BufferAllocator allocator)
      throws IOException {
    if (found == null) {
      throw new IOException("a batch is missing from its message");
    }
    int bytes = found.getByteBuffer().capacity();
    if (found.length() < 0 || found.length() > Integer.MAX_VALUE - 64) {
      throw new IOException("a batch is said to have %d rows".formatted(found.length()));
    }
    if (found.nodesLength() > bytes / 16
        || found.buffersLength() > bytes / 16
        || found.variadicBufferCountsLength() > bytes / 8) {
      throw new IOException("a batch lists more buffers than its metadata has room for");
    }
    IpcBatch batch = new IpcBatch((int) found.length());
    try {
      for (int n = 0; n < found.nodesLength(); n++) {
        batch.nodes.add(new ArrowFieldNode(found.nodes(n).length(), found.nodes(n).nullCount()));
      }
      for (int v = 0; v < found.variadicBufferCountsLength(); v++) {
        batch.variadic.add(found.variadicBufferCounts(v));
      }
      IpcCodec codec = IpcCodec.of(found.compression());
      for (int b = 0; b < found.buffersLength(); b++) {
        Buffer buffer = found.buffers(b);
        long offset = buffer.offset();
        long length = buffer.length();
        if (offset < 0 || length < 0 || offset > body.capacity() - length) {
          throw new IOException(
              "buffer %d is said to be at %d with %d bytes; its body has %d"
                  .formatted(b, offset, length, body.capacity()));
        }
        ArrowBuf slice = body.slice(offset, length);
        slice.getReferenceManager().retain();
        batch.buffers.add(slice.writerIndex(length));
        if (codec != IpcCodec.NONE && length > 0) {
          ArrowBuf plain = codec.plain(slice, b, allocator);
          batch.buffers.set(b, plain);
          slice.close();
        }
      }
      return batch;
    } catch (IOException | RuntimeException e) {
      batch.close();
      throw e;
    }
  }

  /** The batch for Arrow's loader, which takes the buffers over. */
  ArrowRecordBatch toArrow() {
    return new ArrowRecordBatch(
        rows, nodes, buffers, NoCompressionCodec.DEFAULT_BODY_COMPRESSION, variadic, false, true);
  }

  @Override
  public void close() {
    buffers.forEach(ArrowBuf::close);
    buffers.clear();
  }
}
