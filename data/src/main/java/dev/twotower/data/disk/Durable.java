package dev.twotower.data.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/** Writes that survive a loss of power, and that a reader sees whole or not at all. */
public final class Durable {
  /** Files on their way to their places, once all of them are whole. */
  private static final String UPDATE = ".update";

  private static final String PARTIAL = ".update.partial";

  /**
   * Whether to wait for the disk. Tests do not, but for the nightly ones: what a killed process has
   * written is there even so, and waiting took them more time than all else.
   */
  private static final boolean SYNC = waits(System.getProperty("twotower.sync"));

  private Durable() {}

  /** All but the very word for no means yes. */
  static boolean waits(String property) {
    return !"false".equals(property);
  }

  /** Flushes what was written to the disk. */
  public static void flush(FileChannel channel) throws IOException {
    if (SYNC) {
      channel.force(true);
    }
  }

  /** Flushes a file to the disk. */
  public static void file(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      flush(channel);
    }
  }

  /** Makes a directory's entries durable, where the platform lets directories be opened. */
  public static void directory(Path directory) throws IOException {
    if (System.getProperty("os.name").startsWith("Windows")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      flush(channel);
    }
  }

  /**
   * Writes a file, in the place of an earlier one where there is one.
   *
   * @throws WriteFailure when it cannot be written; the earlier one then stays, and nothing else
   */
  public static void replace(Path file, String content) throws IOException {
    Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
    try {
      Files.writeString(partial, content);
      file(partial);
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      directory(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      discard(partial, e);
      throw WriteFailure.of(file, e);
    }
  }

  /**
   * Writes files of one directory, and its seal over them, in the place of earlier ones: all or
   * none of them, also for a process that is killed. They are made in a folder beside their places;
   * once that has its final name, whoever calls {@link #finishReplacing} next moves them. One
   * process at a time may do either ({@link WriterLock}).
   *
   * @param contents text by file name
   * @throws WriteFailure when they cannot be written; the earlier ones then stay, and nothing else
   */
  public static void replaceTogether(Path directory, Map<String, String> contents)
      throws IOException {
    finishReplacing(directory);
    Path partial = directory.resolve(PARTIAL);
    Path writing = partial;
    try {
      Files.createDirectory(partial);
      Map<String, String> sums = new TreeMap<>();
      for (Map.Entry<String, String> each : contents.entrySet()) {
        writing = partial.resolve(each.getKey());
        Files.writeString(writing, each.getValue(), StandardCharsets.UTF_8);
        file(writing);
        sums.put(each.getKey(), Checksum.sha256(each.getValue()));
      }
      writing = partial.resolve(Seal.FILE);
      Seal.write(partial, sums);
      directory(partial);
      Files.move(partial, directory.resolve(UPDATE), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      discard(partial, e);
      throw WriteFailure.of(directory.resolve(writing.getFileName()), e);
    }
    finishReplacing(directory);
  }

  /**
   * Ends a {@link #replaceTogether} that a killed process started, or undoes its start.
   *
   * @throws WriteFailure naming the file whose place is taken, for example by a directory
   */
  public static void finishReplacing(Path directory) throws IOException {
    Path update = directory.resolve(UPDATE);
    WorkFolder.delete(directory.resolve(PARTIAL));
    if (Files.isDirectory(update)) {
      try (var files = Files.newDirectoryStream(update)) {
        for (Path file : files) {
          Path place = directory.resolve(file.getFileName());
          try {
            Files.move(
                file, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
          } catch (IOException e) {
            throw WriteFailure.of(place, e);
          }
        }
      }
      directory(directory);
      Files.delete(update);
    }
  }

  private static void discard(Path partial, IOException failure) {
    try {
      WorkFolder.delete(partial);
    } catch (IOException left) {
      failure.addSuppressed(left);
    }
  }
}
