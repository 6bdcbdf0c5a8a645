package dev.twotower.data.imports.arrow;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;

/**
 * How the buffers of a body are compressed. A buffer must decompress to exactly the number of bytes
 * it claims: with fewer, whatever was in memory before would be read as data.
 */
enum IpcCodec {
  NONE(1),
  LZ4(256),
  ZSTD(40_000);

  /** The length before a compressed buffer; -1 where it is not compressed after all. */
  private static final int PREFIX = Long.BYTES;

  private static final int CHUNK = 1 << 16;

  /** The most bytes that a byte can stand for: Zstandard repeats 128 KB by 4 bytes. */
  private final long most;

  IpcCodec(long most) {
    this.most = most;
  }

  static IpcCodec of(BodyCompression compression) throws IOException {
    if (compression == null) {
      return NONE;
    }
    if (compression.method() != BodyCompressionMethod.BUFFER) {
      throw new IOException("it is compressed by an unknown method " + compression.method());
    }
    return switch (compression.codec()) {
      case CompressionType.LZ4_FRAME -> LZ4;
      case CompressionType.ZSTD -> ZSTD;
      default ->
          throw new IOException("it is compressed by an unknown codec " + compression.codec());
    };
  }

  /** The plain bytes of a compressed buffer, which stays the caller's. */
  ArrowBuf plain(ArrowBuf buffer, int index, BufferAllocator allocator) throws IOException {
    long packed = buffer.capacity() - PREFIX;
    if (packed < 0) {
      throw new IOException("buffer %d is too short to be compressed".formatted(index));
    }
    long length = buffer.getLong(0);
    if (length == -1) {
      ArrowBuf rest = buffer.slice(PREFIX, packed);
      rest.getReferenceManager().retain();
      return rest;
    }
    if (length < 0 || length / most > packed) {
      throw new IOException(
          "buffer %d is said to hold %d bytes in %d compressed ones"
              .formatted(index, length, packed));
    }
    ArrowBuf plain = allocator.buffer(length);
    try (InputStream in = open(new Bytes(buffer, PREFIX))) {
      byte[] chunk = new byte[CHUNK];
      long at = 0;
      int read;
      while ((read = in.read(chunk)) > 0 && at + read <= length) {
        plain.setBytes(at, chunk, 0, read);
        at += read;
      }
      if (read > 0 || at < length) {
        throw new IOException("it does not hold the %d bytes it is said to".formatted(length));
      }
      return plain.writerIndex(length);
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw new IOException(
          "buffer %d cannot be decompressed: %s".formatted(index, e.getMessage()), e);
    }
  }

  private InputStream open(InputStream in) throws IOException {
    return this == LZ4 ? new FramedLZ4CompressorInputStream(in) : new ZstdInputStream(in);
  }

  /** A buffer's bytes from a place on. */
  private static final class Bytes extends InputStream {
    private final ArrowBuf buffer;
    private long at;

    Bytes(ArrowBuf buffer, long from) {
      this.buffer = buffer;
      this.at = from;
    }

    @Override
    public int read() {
      return at < buffer.capacity() ? buffer.getByte(at++) & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int from, int count) {
      int read = (int) Math.min(count, buffer.capacity() - at);
      if (read <= 0) {
        return count == 0 ? 0 : -1;
      }
      buffer.getBytes(at, bytes, from, read);
      at += read;
      return read;
    }
  }
}
