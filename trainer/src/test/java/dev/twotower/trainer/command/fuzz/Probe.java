package dev.twotower.trainer.command.fuzz;

import com.sun.management.ThreadMXBean;
import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts bytes in the place of a file, reads it, and judges how the reader took it. */
final class Probe {
  /** Bytes that a reader may allocate whatever the file, and for each byte of it. */
  private static final long BASE = 256L << 20;

  private static final long PER_BYTE = 2000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final FuzzReader reader;
  private final Scenes scene;
  private final Path file;

  /**
   * @param scene a folder of whole files, which this changes
   */
  Probe(FuzzReader reader, Scenes scene) {
    this.reader = reader;
    this.scene = scene;
    this.file = scene.folder().resolve(reader.file());
  }

  /** A reader that did what it must not do. */
  static final class Finding extends AssertionError {
    private static final long serialVersionUID = 1;

    Finding(String message, Throwable cause) {
      super(message, cause);
      if (cause != null) {
        setStackTrace(cause.getStackTrace()); // findings at one place are one finding
      }
    }
  }

  /**
   * Reads a file of these bytes.
   *
   * @return whether it was taken
   * @throws Finding when it was neither taken nor refused in good order
   */
  boolean read(byte[] bytes) throws IOException {
    scene.prepare(reader);
    Files.write(file, bytes);
    Seals.renew(file, scene.folder());
    long thread = Thread.currentThread().getId();
    // What the first reading allocates may be for classes that were loaded.
    for (int time = 0; ; time++) {
      long before = THREADS.getThreadAllocatedBytes(thread);
      boolean taken = attempt();
      long allocated = THREADS.getThreadAllocatedBytes(thread) - before;
      if (allocated <= BASE + PER_BYTE * bytes.length) {
        return taken;
      }
      if (time > 0) {
        throw new Finding(
            "%d bytes were allocated for a file of %d".formatted(allocated, bytes.length), null);
      }
      scene.prepare(reader);
    }
  }

  private boolean attempt() {
    try {
      reader.read(file);
      return true;
    } catch (BadDataException | IllegalArgumentException refused) {
      String message = String.valueOf(refused.getMessage());
      // A checkpoint is one thing; of a checksum and a file that do not fit either may be named;
      // too
      // few rows are nothing that a place could be blamed for.
      boolean names =
          message.contains(file.getFileName().toString())
              || message.contains("/checkpoint-4 ")
              || message.contains("SHA-256")
              || message.startsWith("--split ");
      if (refused instanceof NumberFormatException || !names) {
        throw new Finding("not named: " + refused, refused);
      }
      if (message.length() > 4000) {
        throw new Finding("a message of " + message.length() + " characters", refused);
      }
      return false;
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError unexpected) {
      throw new Finding("unexpected: " + unexpected, unexpected);
    }
  }
}
