package dev.twotower.data.disk;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The right to write at a path: one process at a time has it, and within a process one owner
 * (design 13). It is a lock on a hidden file, which the system releases when a process dies. Where
 * the file system has no locks, everybody gets it.
 *
 * <p>The file goes with the lock. A second process may have opened it just before, and would then
 * lock a file that is no longer there; so who has the lock looks whether the file of that name
 * still holds what it wrote.
 */
public final class WriterLock implements AutoCloseable {
  /** Closing another channel of the same file would give this process's lock away. */
  private static final Set<Path> HELD = new HashSet<>();

  private static final int ATTEMPTS = 100;

  /** Who only looks whether somebody writes has a lock too, for less than this many times. */
  private static final int LOOKS = 10;

  private static final long LOOK_NANOS = 10_000_000;

  private final Path file;
  private final FileChannel channel;
  private final boolean exclusive;

  private WriterLock(Path file, FileChannel channel, boolean exclusive) {
    this.file = file;
    this.channel = channel;
    this.exclusive = exclusive;
  }

  /**
   * Takes the lock of a directory that is there, a file {@code .lock} in it, and removes what those
   * who made the directory left beside it when they were killed.
   *
   * @throws IllegalArgumentException when another process has it, saying which
   */
  public static WriterLock in(Path directory) throws IOException {
    Path real = directory.toRealPath();
    WriterLock lock = take(real.resolve(".lock"), directory);
    WorkFolder.removeAbandonedBeside(real);
    return lock;
  }

  /**
   * Makes a directory that is written bit by bit, unless it is there already, and takes its lock as
   * {@link #in} does.
   *
   * @throws IllegalArgumentException when something else is there, nothing can be written there, or
   *     another process has the lock
   */
  public static WriterLock making(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      StagedDirectory.requireFree(directory);
    } else if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          "%s is not a directory; name a directory that exists already, or one to be made"
              .formatted(directory));
    }
    Files.createDirectories(directory);
    return in(directory);
  }

  /**
   * Takes the lock of a directory that is not there yet, a file {@code .NAME.lock} beside it; makes
   * the parents it needs.
   *
   * @throws IllegalArgumentException when another process has it, saying which
   */
  public static WriterLock beside(Path target) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path parent = Files.createDirectories(absolute.getParent()).toRealPath();
    return take(parent.resolve("." + absolute.getFileName() + ".lock"), target);
  }

  /**
   * Who has the lock of a directory at this moment, such as {@code process 17 since ..}; empty
   * where nobody has it, as after a kill.
   *
   * @throws IOException where that cannot be known, as on a file system without locks
   */
  public static Optional<String> holderOf(Path directory) throws IOException {
    Path file = directory.toRealPath().resolve(".lock");
    synchronized (HELD) {
      if (HELD.contains(file)) {
        return Optional.of("this process, " + ProcessHandle.current().pid());
      }
      // A shared lock, which needs no right to write, and which others who look have as well.
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        return channel.tryLock(0, Long.MAX_VALUE, true) == null
            ? Optional.of(holder(file))
            : Optional.empty();
      } catch (NoSuchFileException nobody) {
        return Optional.empty();
      }
    }
  }

  private static WriterLock take(Path file, Path what) throws IOException {
    synchronized (HELD) {
      if (!HELD.add(file)) {
        throw taken(what, "this process, " + ProcessHandle.current().pid());
      }
    }
    WriterLock lock = null;
    try {
      lock = locked(file, what);
      return lock;
    } finally {
      if (lock == null) {
        forget(file);
      }
    }
  }

  private static WriterLock locked(Path file, Path what) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Object> before = identity(file, what);
      if (before.isEmpty()) {
        continue;
      }
      FileChannel channel = open(file, what);
      try {
        boolean exclusive = tryLock(channel, file, what);
        if (identity(file, what).equals(before)) {
          String note =
              "process %d since %s"
                  .formatted(
                      ProcessHandle.current().pid(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
          note(channel, note, file);
          WriterLock lock = new WriterLock(file, channel, exclusive);
          channel = null;
          return lock;
        }
      } finally {
        if (channel != null) {
          channel.close();
        }
      }
    }
    throw new IOException(file + " cannot be locked: it keeps being created and removed");
  }

  private static void note(FileChannel channel, String text, Path file) throws IOException {
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw WriteFailure.of(file, e);
    }
  }

  /** Tells the file of that name from an earlier one; makes it where there is none. */
  private static Optional<Object> identity(Path file, Path what) throws IOException {
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return Optional.of(key == null ? file : key);
    } catch (FileAlreadyExistsException | NoSuchFileException removedOrMadeMeanwhile) {
      return Optional.empty();
    } catch (IOException refused) {
      throw cannotWrite(file, what, refused);
    }
  }

  private static FileChannel open(Path file, Path what) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException refused) {
      throw cannotWrite(file, what, refused);
    }
  }

  private static IOException cannotWrite(Path file, Path what, IOException refused) {
    return new IOException(
        "cannot write to %s: %s".formatted(what, BadDataException.reason(file, refused)), refused);
  }

  /** Whether there are locks at all. */
  private static boolean tryLock(FileChannel channel, Path file, Path what) {
    try {
      for (int attempt = 0; channel.tryLock() == null; attempt++) {
        if (attempt == LOOKS) {
          throw taken(what, holder(file));
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
      return true;
    } catch (IOException unsupported) {
      return false;
    }
  }

  private static IllegalArgumentException taken(Path what, String holder) {
    return new IllegalArgumentException(
        "'%s' is being written by %s; wait until it ends, or stop it first"
            .formatted(what, holder));
  }

  /** Not for a file that this process has locked: reading it would give the lock away. */
  private static String holder(Path file) {
    try {
      String note = Files.readString(file);
      return note.isEmpty() ? "another process" : note;
    } catch (IOException gone) {
      return "another process";
    }
  }

  private static void forget(Path file) {
    synchronized (HELD) {
      HELD.remove(file);
    }
  }

  /** Whether it is exclusive; false if the file system does not support locks. */
  public boolean exclusive() {
    return exclusive;
  }

  /** Gives the lock back. */
  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(file);
    } finally {
      forget(file);
    }
  }
}
