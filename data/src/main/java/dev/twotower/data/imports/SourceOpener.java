package dev.twotower.data.imports;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.arrow.RowFile;
import dev.twotower.data.imports.csv.CsvFile;
import dev.twotower.data.imports.csv.CsvFile.Dialect;
import dev.twotower.data.imports.json.JsonFile;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.source.TextFile;
import dev.twotower.data.message.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Opens the source files of one import, each as the kind it is. */
final class SourceOpener {
  private static final int SHOWN = 5;
  private final QuerySession session;
  private final ImportRequest request;
  private final List<SourceTable.SourceFile> files = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private boolean readsCsv;

  SourceOpener(QuerySession session, ImportRequest request) {
    this.session = session;
    this.request = request;
  }

  /** The folder the log is in. */
  Path folder() {
    Path from = request.from().toAbsolutePath();
    return Files.isDirectory(from) ? from : from.getParent();
  }

  /** Every file opened so far. */
  List<SourceTable.SourceFile> files() {
    return files;
  }

  /** What was left out of a folder. */
  List<String> notes() {
    return notes;
  }

  /** Notes that a file was opened. */
  SourceTable opened(SourceTable table) {
    files.addAll(table.files());
    return table;
  }

  /** The log: a file, or all files of a folder one after the other in order of name. */
  SourceTable log() {
    Path from = request.from();
    if (!Files.isDirectory(from)) {
      return logFile(from, Optional.empty());
    }
    List<Path> found = SourceFolder.files(from, notes);
    Map<FileKind, List<String>> kinds = new TreeMap<>();
    for (Path file : found) {
      kinds
          .computeIfAbsent(FileKind.of(file).kind(), kind -> new ArrayList<>())
          .add(from.relativize(file).toString());
    }
    if (kinds.size() > 1) {
      throw new IllegalArgumentException(
          "--from %s holds files of several kinds %s: %s; name the log's file instead"
              .formatted(from, kinds.keySet(), kinds));
    }
    LogParts.requireOnce(found);
    Map<Path, Long> names =
        found.stream().collect(Collectors.groupingBy(Path::getFileName, Collectors.counting()));
    return SourceTable.union(
        found.stream()
            .map(
                path ->
                    logFile(
                        path,
                        names.get(path.getFileName()) == 1
                            ? Optional.empty()
                            : Optional.of(from.relativize(path).toString())))
            .toList());
  }

  /** The given files of a log, one after the other. */
  SourceTable all(List<Path> paths) {
    LogParts.requireOnce(paths);
    return SourceTable.union(paths.stream().map(path -> logFile(path, Optional.empty())).toList());
  }

  /**
   * @param name what messages call it; by default its own name
   */
  private SourceTable logFile(Path path, Optional<String> name) {
    requireFile("--from", path);
    if (!request.names().isEmpty() && FileKind.of(path).kind() != FileKind.CSV) {
      throw new IllegalArgumentException(
          "--header names the columns of csv files; %s has its own names, so leave it out"
              .formatted(path));
    }
    SourceTable read = read(path, request.names());
    SourceTable table = opened(name.map(read::named).orElse(read));
    return request.partitions() ? Partitions.add(path, table) : table;
  }

  /** Opens a file as its name and the request's csv options say. */
  SourceTable file(String flag, Path path) {
    requireFile(flag, path);
    return opened(read(path, List.of()));
  }

  private SourceTable read(Path path, List<String> names) {
    FileKind.Found found = FileKind.of(path);
    return switch (found.kind()) {
      case PARQUET -> RowFile.parquet(session, path);
      case JSON -> JsonFile.open(session, path, found.packing(), files.size());
      case ARROW -> RowFile.arrow(session, path, files.size());
      case CSV -> {
        readsCsv = true;
        yield CsvFile.open(
            session,
            path,
            found.packing(),
            files.size(),
            new Dialect(
                request.delimiter().orElse(null),
                true,
                request.encoding(),
                names.isEmpty() ? null : names,
                request.header() && names.isEmpty(),
                request.decimal().equals(","),
                ids()));
      }
    };
  }

  /** The columns that the options name as ids. */
  private Set<String> ids() {
    Set<String> ids = new HashSet<>();
    for (String role : List.of("user", "item", "request")) {
      ids.add(request.columns().getOrDefault(role, role));
    }
    request.userKey().ifPresent(ids::add);
    request.itemKey().ifPresent(ids::add);
    return ids;
  }

  /**
   * Checks, once all files are opened, that what the request says of csv files was of use.
   *
   * @throws IllegalArgumentException naming each option that would silently change nothing
   */
  void requireCsvOptionsUsed() {
    if (readsCsv) {
      return;
    }
    String none =
        "it says how csv files are written, and none of this import needs it (%s); leave it out"
            .formatted(
                files.stream()
                    .map(SourceTable.SourceFile::fileName)
                    .limit(SHOWN)
                    .collect(Collectors.joining(", ")));
    Problems problems = new Problems();
    request
        .delimiter()
        .ifPresent(text -> problems.add("--delimiter: received '%s'; %s".formatted(text, none)));
    problems.require(
        request.encoding().equals(TextFile.UTF_8),
        "--encoding: received '%s'; %s",
        request.encoding(),
        none);
    problems.require(request.header() || !request.names().isEmpty(), "--no-header: %s", none);
    problems.require(
        request.decimal().equals("."), "--decimal: received '%s'; %s", request.decimal(), none);
    problems.check();
  }

  /** Opens a text file of a known dialect. */
  SourceTable csv(Path path, Dialect dialect) {
    requireFile("--from", path);
    return opened(CsvFile.open(session, path, FileKind.of(path).packing(), files.size(), dialect));
  }

  void requireFile(String flag, Path path) {
    if (Files.exists(path) && !Files.isDirectory(path) && !Files.isRegularFile(path)) {
      throw new IllegalArgumentException(
          "%s %s is a pipe or a device, and files are read more than once; write it to a file first"
              .formatted(flag, path));
    }
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException("%s %s: there is no such file".formatted(flag, path));
    }
    if (!Files.isReadable(path)) {
      throw new BadDataException(path + " cannot be read: permission denied");
    }
  }

  /** Opens the first of several files and joins the others to it; null for none. */
  SourceTable side(String flag, List<String> names) {
    SourceTable table = null;
    for (String name : names) {
      SourceTable next = file(flag, find(flag, name));
      table = table == null ? next : table.join(session, next);
    }
    return table;
  }

  /** A file named by an option: as given, or beside the log. */
  Path find(String flag, String name) {
    Path given = Path.of(name);
    Path beside = folder().resolve(name);
    if (!Files.isRegularFile(given) && !Files.isRegularFile(beside)) {
      throw new IllegalArgumentException(
          "%s %s: there is no such file, neither as given nor in %s"
              .formatted(flag, name, folder()));
    }
    return Files.isRegularFile(given) ? given : beside;
  }
}
