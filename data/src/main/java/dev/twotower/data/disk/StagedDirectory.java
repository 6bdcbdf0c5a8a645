package dev.twotower.data.disk;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory that appears whole or not at all. Its files are written to a hidden sibling of the
 * target; {@link #commit} flushes them to the disk and moves them to their place, {@link #close}
 * without a commit removes them. A killed process leaves at most a hidden {@code .NAME.partial-*}
 * directory, which the next one with the same target removes, or the next one that {@link
 * WriterLock#in writes in it}.
 */
public final class StagedDirectory implements AutoCloseable {
  /** What is made to see whether something can be made. */
  private static final String PROBE = ".twotower-writable";

  private final Path target;
  private final WorkFolder staging;

  private StagedDirectory(Path target, WorkFolder staging) {
    this.target = target;
    this.staging = staging;
  }

  /**
   * Starts a directory; missing parents are made.
   *
   * @throws IllegalArgumentException when the target exists or cannot be a directory
   */
  public static StagedDirectory create(Path target) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    requireAbsent(absolute);
    Path parent = parent(absolute);
    Files.createDirectories(parent);
    return new StagedDirectory(absolute, WorkFolder.beside(absolute, WorkFolder.STAGED));
  }

  /**
   * Starts a directory in a folder that is there already; one that has gone is not made again.
   *
   * @throws WriteFailure when the folder is not there
   * @throws IllegalArgumentException when the target exists
   */
  public static StagedDirectory inside(Path folder, String name) throws IOException {
    Path absolute = folder.resolve(name).toAbsolutePath().normalize();
    requireAbsent(absolute);
    try {
      return new StagedDirectory(absolute, WorkFolder.beside(absolute, WorkFolder.STAGED));
    } catch (NoSuchFileException e) {
      throw WriteFailure.gone(folder);
    }
  }

  private static Path parent(Path absolute) {
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(
          absolute + " cannot be written as a directory; name a directory in it");
    }
    return parent;
  }

  /**
   * Checks early that a directory can be made at a place, before the work that fills it.
   *
   * @throws IllegalArgumentException when something exists there, or nothing can be written there
   */
  public static void requireFree(Path target) {
    requireAbsent(target);
    Path folder = parent(target.toAbsolutePath().normalize());
    while (!Files.exists(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    try {
      // Permissions alone do not tell: the file system may be read-only, or one like /proc.
      try {
        probe(folder.resolve(PROBE));
      } catch (FileAlreadyExistsException | AccessDeniedException other) {
        Files.delete(Files.createTempDirectory(folder, PROBE));
      }
    } catch (IOException refused) {
      throw new IllegalArgumentException(
          "cannot write to %s: %s; name a directory elsewhere than '%s'"
              .formatted(folder, why(folder, refused), target),
          refused);
    }
  }

  /** Makes an empty directory and removes it, or one that a killed process left at this place. */
  private static void probe(Path probe) throws IOException {
    if (!Files.isDirectory(probe, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(probe);
    }
    try {
      Files.delete(probe);
    } catch (NoSuchFileException gone) {
      // Another process was quicker.
    } catch (DirectoryNotEmptyException kept) {
      throw new FileAlreadyExistsException(probe.toString());
    }
  }

  private static String why(Path folder, IOException refused) {
    if (!Files.isDirectory(folder)) {
      return "it is not a directory";
    }
    if (refused instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (refused instanceof NoSuchFileException) {
      return "this file system does not allow new directories";
    }
    return refused instanceof FileSystemException system && system.getReason() != null
        ? system.getReason()
        : refused.getMessage();
  }

  private static void requireAbsent(Path target) {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      WorkFolder.removeAbandonedBeside(target.toAbsolutePath().normalize());
      throw new IllegalArgumentException(
          target
              + " already exists; it is written once and never changed: name another directory, or"
              + " remove this one first");
    }
  }

  /** Where the files go until {@link #commit}. */
  public Path path() {
    return staging.path();
  }

  /**
   * Everything reaches the disk, then the target appears.
   *
   * @throws IllegalArgumentException when the target has come to exist meanwhile
   */
  public void commit() throws IOException {
    List<Path> written;
    try (Stream<Path> all = Files.walk(staging.path())) {
      written = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : written) {
      if (Files.isDirectory(each)) {
        Durable.directory(each);
      } else {
        Durable.file(each);
      }
    }
    requireAbsent(target);
    staging.moveTo(target);
    Durable.directory(target.getParent());
  }

  /** Removes what was written unless {@link #commit} went through. */
  @Override
  public void close() throws IOException {
    staging.close();
  }
}
