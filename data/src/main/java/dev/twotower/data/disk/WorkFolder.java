package dev.twotower.data.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A hidden sibling {@code .NAME.KIND-*} of a directory to be made, for files that are to be moved
 * there. Its owner removes it; a process that is asked to end removes all of its own with {@link
 * #removeAll}; a killed process removes nothing, and the next one with the same target does so
 * instead. A lock in the folder tells whether the owner is alive: the system releases the lock of a
 * dead process.
 */
public final class WorkFolder implements AutoCloseable {
  /** The directory itself, before it is whole. */
  public static final String STAGED = "partial";

  /** What is needed to make it. */
  public static final String SCRATCH = "import";

  /** What is tried before it is made. */
  public static final String TRIALS = "trials";

  private static final List<String> KINDS = List.of(STAGED, SCRATCH, TRIALS);
  private static final String LOCK = "lock";
  private static final int ATTEMPTS = 20;
  private static final int PAUSE_MILLIS = 25;

  /** This process's folders; guards their removal against a commit at the same time. */
  private static final Set<WorkFolder> OPEN = new LinkedHashSet<>();

  private final Path outer;
  private final Path content;
  private final FileChannel lock;

  private WorkFolder(Path outer, Path content, FileChannel lock) {
    this.outer = outer;
    this.content = content;
    this.lock = lock;
  }

  /**
   * Makes a folder beside a target, whose parent exists, and removes those of the same kind that
   * dead processes have left there.
   *
   * @param kind a word for its name; of {@link #STAGED}, {@link #SCRATCH} and {@link #TRIALS} what
   *     is left goes with the next use of the target as well
   */
  public static WorkFolder beside(Path target, String kind) throws IOException {
    synchronized (OPEN) {
      String prefix = prefix(target, kind);
      removeAbandoned(target.getParent(), prefix, false);
      while (true) {
        Path outer =
            Files.createTempDirectory(target.getParent(), prefix, permissions(target.getParent()));
        try {
          FileChannel lock = lock(outer.resolve(LOCK));
          Path content = Files.createDirectory(outer.resolve(target.getFileName().toString()));
          WorkFolder folder = new WorkFolder(outer, content, lock);
          OPEN.add(folder);
          return folder;
        } catch (NoSuchFileException taken) {
          // Another process found it before the lock was in it, and took it for abandoned.
          if (Files.exists(outer)) {
            throw taken;
          }
        }
      }
    }
  }

  /** Those of any new directory; a temporary one would be its owner's alone. */
  private static FileAttribute<?>[] permissions(Path parent) {
    if (!parent.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    Set<PosixFilePermission> all = EnumSet.allOf(PosixFilePermission.class);
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(all)};
  }

  /** A held lock; null on a file system without locks, where nothing counts as abandoned. */
  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (IOException unsupported) {
      // As where the lock is not given.
    }
    channel.close();
    Files.delete(file);
    return null;
  }

  /**
   * Removes the folders that dead processes have left in one.
   *
   * @param prefix how their names begin
   * @param unlocked whether folders without a lock go as well: those of a process killed at its
   *     very beginning, where the caller knows that no other writes here
   */
  public static void removeAbandoned(Path parent, String prefix, boolean unlocked)
      throws IOException {
    synchronized (OPEN) {
      try (DirectoryStream<Path> siblings =
          Files.newDirectoryStream(
              parent, path -> path.getFileName().toString().startsWith(prefix))) {
        for (Path sibling : siblings) {
          // Opening and closing a lock file of this process would give its own lock away.
          if (own(sibling)) {
            continue;
          }
          if (abandoned(sibling.resolve(LOCK), unlocked)) {
            delete(sibling);
          } else {
            deleteEmpty(sibling);
          }
        }
      }
    }
  }

  /**
   * Removes what dead processes have left beside a directory that is whole: one was killed after
   * the directory had taken its place. Where that is not allowed, it stays.
   */
  static void removeAbandonedBeside(Path target) {
    Path parent = target.getParent();
    if (parent == null) {
      return;
    }
    for (String kind : KINDS) {
      try {
        removeAbandoned(parent, prefix(target, kind), false);
      } catch (IOException | DirectoryIteratorException refused) {
        // Of no use to anybody, and in nobody's way.
      }
    }
  }

  /** Whether there is a folder of a kind beside a target, of a process that lives or died. */
  public static boolean isLeft(Path target, String kind) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    String prefix = prefix(absolute, kind);
    if (absolute.getParent() == null || !Files.isDirectory(absolute.getParent())) {
      return false;
    }
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(
            absolute.getParent(), path -> path.getFileName().toString().startsWith(prefix))) {
      return left.iterator().hasNext();
    }
  }

  private static String prefix(Path target, String kind) {
    return "." + target.getFileName() + "." + kind + "-";
  }

  /** A process that was killed before it held a lock has left nothing but the folder itself. */
  private static void deleteEmpty(Path folder) {
    try {
      if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException inUse) {
      // Not empty: somebody's.
    }
  }

  private static boolean own(Path sibling) throws IOException {
    for (WorkFolder folder : OPEN) {
      if (Files.exists(folder.outer) && Files.isSameFile(folder.outer, sibling)) {
        return true;
      }
    }
    return false;
  }

  private static boolean abandoned(Path file, boolean unlocked) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return unlocked;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock held = channel.tryLock()) {
      return held != null;
    } catch (IOException | OverlappingFileLockException unknown) {
      return false;
    }
  }

  /** Where the files go. */
  public Path path() {
    return content;
  }

  /**
   * Moves the content to its place; the rest of the folder goes.
   *
   * @throws IOException when {@link #removeAll} was faster, or the move fails
   */
  void moveTo(Path target) throws IOException {
    synchronized (OPEN) {
      Files.move(content, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /**
   * Removes the folders that this process started and did not finish; for a process that is about
   * to end. Whoever still writes into one of them fails.
   *
   * @return whether there was one
   */
  public static boolean removeAll() {
    synchronized (OPEN) {
      boolean any = false;
      for (WorkFolder folder : OPEN) {
        any |= Files.exists(folder.content);
        try {
          folder.remove();
        } catch (IOException | InterruptedException left) {
          // The next process with this target removes it.
        }
      }
      return any;
    }
  }

  /** Removes the folder; what {@link #moveTo} moved stays. */
  @Override
  public void close() throws IOException {
    synchronized (OPEN) {
      OPEN.remove(this);
      if (lock != null) {
        lock.close();
      }
      delete(outer);
    }
  }

  /** Threads that still write may put new files beside those that are being removed. */
  private void remove() throws IOException, InterruptedException {
    if (lock != null) {
      lock.close();
    }
    for (int attempt = 1; ; attempt++) {
      try {
        delete(outer);
        return;
      } catch (IOException busy) {
        if (attempt == ATTEMPTS) {
          throw busy;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** Deletes a directory with all in it, where there is one. */
  public static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
