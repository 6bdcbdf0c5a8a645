package dev.twotower.data.dataset;

import dev.twotower.data.disk.Checksum;
import dev.twotower.data.disk.Durable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A new file that counts and hashes what is written to it and reaches the disk before it closes.
 */
final class ArrowSink implements WritableByteChannel {
  /** Opens files for writing; tests put a full disk here. */
  interface Opener {
    /** The disk itself. */
    Opener DISK =
        path -> FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    WritableByteChannel open(Path path) throws IOException;
  }

  private final WritableByteChannel file;
  private final MessageDigest digest = Checksum.newDigest();
  private long bytes;

  ArrowSink(Opener opener, Path path) throws IOException {
    this.file = opener.open(path);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    ByteBuffer copy = source.duplicate();
    int written = file.write(source);
    digest.update(copy.limit(copy.position() + written));
    bytes += written;
    return written;
  }

  long bytes() {
    return bytes;
  }

  /** The SHA-256 of all bytes so far, in hexadecimal; ends the hash. */
  String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    try (file) {
      if (file.isOpen() && file instanceof FileChannel channel) {
        Durable.flush(channel);
      }
    }
  }
}
