package dev.twotower.data.sampling;

import dev.twotower.data.disk.WriteFailure;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;

/**
 * A file of bytes that nobody else sees: where the system allows it, its name is removed as soon as
 * it is open, so that nothing is left of a process that is killed. The one place that reads and
 * writes it, and counts what it does. Used by one thread.
 */
final class ShuffleFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private long reads;
  private long writes;
  private long bytesRead;
  private long bytesWritten;

  /**
   * @throws WriteFailure when the folder does not take it
   */
  ShuffleFile(Path folder) throws IOException {
    this.path = folder.resolve(".shuffle-" + ProcessHandle.current().pid());
    try {
      Files.deleteIfExists(path);
      this.channel =
          FileChannel.open(
              path,
              EnumSet.of(
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.DELETE_ON_CLOSE));
    } catch (IOException e) {
      throw WriteFailure.of(path, e);
    }
  }

  /** Writes what is left of a buffer to a place in the file. */
  void write(ByteBuffer block, long at) {
    long next = at;
    writes++;
    bytesWritten += block.remaining();
    try {
      while (block.hasRemaining()) {
        next += channel.write(block, next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          WriteFailure.of(path, e)
              .with("resume with more room there, or with --set shuffle=memory"));
    }
  }

  /** Fills what is left of a buffer from a place in the file. */
  void read(ByteBuffer block, long at) {
    long next = at;
    reads++;
    bytesRead += block.remaining();
    try {
      while (block.hasRemaining()) {
        int read = channel.read(block, next);
        if (read < 0) {
          throw new EOFException("%s ends at byte %d".formatted(path, next));
        }
        next += read;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be read", e);
    }
  }

  DiskShuffle.Counts counts() {
    return new DiskShuffle.Counts(reads, bytesRead, writes, bytesWritten);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be closed", e);
    }
  }
}
