package dev.twotower.data.dataset;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * A directory that appears whole or not at all. Its files are written to a hidden sibling of the
 * target; {@link #commit} flushes them to the disk and renames the sibling, {@link #close} without
 * a commit removes it. A killed process leaves at most a hidden {@code .NAME.partial-*} directory.
 */
public final class StagedDirectory implements AutoCloseable {
  private final Path target;
  private final Path staging;
  private boolean committed;

  private StagedDirectory(Path target, Path staging) {
    this.target = target;
    this.staging = staging;
  }

  /**
   * Starts a directory; its parents are made where they are missing.
   *
   * @throws IllegalArgumentException when the target exists or can be no directory
   */
  public static StagedDirectory create(Path target) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    requireFree(absolute);
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(
          absolute + " cannot be written as a directory; name a directory in it");
    }
    Files.createDirectories(parent);
    String prefix = "." + absolute.getFileName() + ".partial-";
    return new StagedDirectory(
        absolute, Files.createTempDirectory(parent, prefix, usualPermissions(parent)));
  }

  /** Those of any new directory; a temporary one would be its owner's alone. */
  private static FileAttribute<?>[] usualPermissions(Path parent) {
    if (!parent.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    Set<PosixFilePermission> all = EnumSet.allOf(PosixFilePermission.class);
    return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(all)};
  }

  /**
   * Checks early that a directory can be made at a place.
   *
   * @throws IllegalArgumentException when something exists there
   */
  public static void requireFree(Path target) {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new IllegalArgumentException(
          target
              + " exists already; it is written once and never changed: name another directory, or"
              + " remove this one first");
    }
  }

  /** Where the files go until {@link #commit}. */
  public Path path() {
    return staging;
  }

  /** Where they will be afterwards. */
  public Path target() {
    return target;
  }

  /**
   * Everything reaches the disk, then the target appears.
   *
   * @throws IllegalArgumentException when the target has come to exist meanwhile
   */
  public void commit() throws IOException {
    Files.walkFileTree(
        staging,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
              channel.force(true);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            sync(visited);
            return FileVisitResult.CONTINUE;
          }
        });
    requireFree(target);
    Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
    committed = true;
    sync(target.getParent());
  }

  /** Makes a directory's entries durable, where the platform lets directories be opened. */
  private static void sync(Path directory) throws IOException {
    if (System.getProperty("os.name").startsWith("Windows")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Removes what was written unless {@link #commit} went through. */
  @Override
  public void close() throws IOException {
    if (committed) {
      return;
    }
    Files.walkFileTree(
        staging,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
