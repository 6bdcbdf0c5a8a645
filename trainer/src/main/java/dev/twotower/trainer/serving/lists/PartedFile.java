package dev.twotower.trainer.serving.lists;

import dev.twotower.data.disk.Checksum;
import dev.twotower.data.disk.Durable;
import dev.twotower.data.disk.WorkFolder;
import dev.twotower.data.disk.WriteFailure;
import dev.twotower.data.disk.WriterLock;
import dev.twotower.data.duckdb.QuerySession;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A table in one file, written part by part; see the package description. */
final class PartedFile implements AutoCloseable {
  private static final Map<String, String> FORMATS =
      Map.of(
          ".parquet", "(FORMAT parquet, COMPRESSION zstd)",
          ".csv", "(FORMAT csv, HEADER)",
          ".jsonl", "(FORMAT json)");
  private static final String REQUEST = "request.txt";

  private final Path target;
  private final Path folder;
  private final String columns;
  private final WriterLock lock;
  private final QuerySession session;
  private long rows;

  /**
   * Begins a file, or goes on with one.
   *
   * @param columns of the table, as SQL declares them
   * @param request what the file is made from; parts of another request are dropped
   * @throws IllegalArgumentException when the file exists or its name has no known ending
   */
  PartedFile(Path target, String columns, String request) throws IOException {
    this.target = requireFree(target);
    this.columns = columns;
    this.lock = WriterLock.beside(target);
    try {
      this.folder = this.target.resolveSibling("." + target.getFileName() + ".parts");
      Path note = folder.resolve(REQUEST);
      if (Files.exists(folder)
          && !(Files.isRegularFile(note) && Files.readString(note).equals(request))) {
        WorkFolder.delete(folder);
      }
      Files.createDirectories(folder);
      if (Files.notExists(note)) {
        Durable.replace(note, request);
      }
      this.session = new QuerySession(folder.resolve("spill"));
      session.run("SET threads = 1");
    } catch (IOException | RuntimeException refused) {
      lock.close();
      throw refused;
    }
  }

  /**
   * The absolute path of a file that can be made.
   *
   * @throws IllegalArgumentException when it exists or its name has no known ending
   */
  static Path requireFree(Path target) {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new IllegalArgumentException(
          "--to: '%s' exists; name another file, or remove it".formatted(target));
    }
    ending(target);
    return target.toAbsolutePath().normalize();
  }

  private static String ending(Path target) {
    String name = target.getFileName().toString().toLowerCase(Locale.ROOT);
    return FORMATS.keySet().stream()
        .filter(name::endsWith)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--to: received '%s'; allowed: a name that ends in .parquet, .csv or .jsonl"
                        .formatted(target)));
  }

  /** Whether a part is there, as it was written. */
  boolean has(int part) throws IOException {
    return found(part).isPresent();
  }

  private Optional<Path> found(int part) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, prefix(part) + "*")) {
      for (Path file : files) {
        if (file.getFileName().toString().equals(name(part, file))) {
          return Optional.of(file);
        }
        Files.delete(file);
      }
    }
    return Optional.empty();
  }

  private static String prefix(int part) {
    return String.format(Locale.ROOT, "%08d.", part);
  }

  private static String name(int part, Path file) throws IOException {
    return prefix(part) + Checksum.sha256(file) + ".parquet";
  }

  /** Writes a part. */
  void add(int part, QuerySession.Appending rows) throws IOException {
    Path partial = folder.resolve("writing.parquet");
    try {
      session.run("CREATE OR REPLACE TABLE part (" + columns + ")");
      session.append("part", rows);
      copy("part", partial, FORMATS.get(".parquet"));
      Durable.file(partial);
      Files.move(partial, folder.resolve(name(part, partial)), StandardCopyOption.ATOMIC_MOVE);
    } catch (QuerySession.QueryException refused) {
      throw WriteFailure.of(target, new IOException(refused.getMessage(), refused));
    } catch (IOException e) {
      throw WriteFailure.of(target, e);
    }
  }

  private void copy(String from, Path to, String format) {
    session.run(
        "COPY (FROM " + from + ") TO " + QuerySession.literal(to.toString()) + " " + format);
  }

  /** Rows of the finished file. */
  long rows() {
    return rows;
  }

  /** Puts the parts together, and writes the checksum beside the file. */
  void finish(int parts) throws IOException {
    List<String> files = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      Path file = found(part).orElseThrow(() -> new IOException("a part of the lists is gone"));
      files.add(QuerySession.literal(file.toString()));
    }
    Path whole = folder.resolve("whole");
    try {
      String all = files.isEmpty() ? "part" : "read_parquet([" + String.join(", ", files) + "])";
      session.run("CREATE TABLE IF NOT EXISTS part (" + columns + ")");
      copy(all, whole, FORMATS.get(ending(target)));
      rows = session.number("SELECT count(*) FROM " + all);
      Durable.file(whole);
      String sum = Checksum.sha256(whole) + "  " + target.getFileName() + "\n";
      Durable.replace(target.resolveSibling(target.getFileName() + ".sha256"), sum);
      Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
      Durable.directory(target.getParent());
    } catch (QuerySession.QueryException refused) {
      throw WriteFailure.of(target, new IOException(refused.getMessage(), refused));
    } catch (IOException e) {
      throw WriteFailure.of(target, e);
    }
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      session.close();
      if (Files.exists(target)) {
        WorkFolder.delete(folder);
      }
    }
  }
}
