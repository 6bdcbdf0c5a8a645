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
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Opens the source files of one import, each as the kind it is. */
final class SourceOpener {
  private static final int SHOWN = 5;
  private final QuerySession session;
  private final ImportRequest request;
  private final List<SourceTable.SourceFile> files = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final IdColumns ids;
  private final Encodings encodings;

  /** Files of kinds other than csv that were read for the names of their columns. */
  private final Map<Path, SourceTable> early = new HashMap<>();

  private Partitions partitions = Partitions.NONE;

  private int reads;
  private boolean readsCsv;

  SourceOpener(QuerySession session, ImportRequest request) {
    this.session = session;
    this.request = request;
    this.ids = new IdColumns(session);
    this.encodings = Encodings.parse(request.encodings());
    addIds(request.columns());
    request.userKey().ifPresent(ids::add);
    request.itemKey().ifPresent(ids::add);
    request.tree().map(TreeOption::parse).ifPresent(this::addIds);
  }

  /**
   * Says which columns of files that are yet to be opened are ids.
   *
   * @param roles column or expression by role
   */
  void addIds(Map<String, String> roles) {
    List.of("user", "item", "request").forEach(role -> ids.add(roles.get(role)));
  }

  /** The categories of a file of parents are matched by their text, as ids are. */
  private void addIds(TreeOption tree) {
    if (tree instanceof TreeOption.ParentTable parents) {
      List.of("id", "parent", parents.column()).forEach(ids::add);
    }
  }

  /** The folder the log is in. */
  Path folder() {
    return LogFiles.folder(request);
  }

  /** Every file opened so far. */
  List<SourceTable.SourceFile> files() {
    return files;
  }

  /** What was left out of a folder, and what to know of how files are written. */
  List<String> notes() {
    List<String> all = new ArrayList<>(notes);
    all.addAll(encodings.notes());
    for (SourceTable.SourceFile file : files) {
      Map<String, String> known = file.idNotes();
      ids.among(List.copyOf(known.keySet())).forEach(column -> all.add(known.get(column)));
    }
    return all;
  }

  /** What was refused, with what to know of the files' encodings. */
  BadDataException told(BadDataException refused) {
    List<String> known = encodings.notes();
    return known.isEmpty()
        ? refused
        : new BadDataException(
            refused.getMessage()
                + known.stream()
                    .map(note -> System.lineSeparator() + "note: " + note)
                    .collect(Collectors.joining()),
            refused);
  }

  /** Notes that a file was opened. */
  SourceTable opened(SourceTable table) {
    files.addAll(table.files());
    return table;
  }

  /** The log: a file, or all files one after the other in order of name. */
  SourceTable log() {
    LogFiles log = LogFiles.of(request, notes);
    LogParts.requireOnce(log.files());
    Set<String> keys = logKeys(log.files().get(0));
    findPartitions(log.files(), keys);
    Map<Path, Optional<String>> names = log.names();
    return SourceTable.union(
        log.files().stream().map(path -> logFile(path, names.get(path), keys)).toList());
  }

  /** What the columns are that folders of a log name. */
  private void findPartitions(List<Path> files, Set<String> keys) {
    if (request.partitions()) {
      partitions =
          Partitions.of(
              files,
              request.decimal().equals(",")
                  ? Optional.of(
                      columns -> {
                        Set<String> known = ids.among(List.copyOf(columns));
                        known.addAll(keys);
                        return known;
                      })
                  : Optional.empty());
    }
  }

  /**
   * The given files of a log, one after the other.
   *
   * @param shared columns by which files of the format are joined to them
   */
  SourceTable all(List<Path> paths, Set<String> shared) {
    LogParts.requireOnce(paths);
    Set<String> keys = new HashSet<>(logKeys(paths.get(0)));
    keys.addAll(shared);
    findPartitions(paths, keys);
    return SourceTable.union(
        paths.stream().map(path -> logFile(path, Optional.empty(), keys)).toList());
  }

  /**
   * @param name what messages call it; by default its own name
   * @param keys columns by which other files are joined to it
   */
  private SourceTable logFile(Path path, Optional<String> name, Set<String> keys) {
    requireFile("--from", path);
    if (!request.names().isEmpty() && FileKind.of(path).kind() != FileKind.CSV) {
      throw new IllegalArgumentException(
          "--header names the columns of csv files; %s has its own names, so leave it out"
              .formatted(path));
    }
    SourceTable read = read(path, request.names(), keys);
    SourceTable table = opened(name.map(read::named).orElse(read));
    return request.partitions() ? partitions.add(path, table) : table;
  }

  /** Opens a file as its name and the request's csv options say. */
  SourceTable file(String flag, Path path) {
    return file(flag, path, Set.of());
  }

  /**
   * The same for a file that is joined to others.
   *
   * @param keys columns that are matched by their text
   */
  SourceTable file(String flag, Path path, Set<String> keys) {
    requireFile(flag, path);
    return opened(read(path, List.of(), keys));
  }

  private SourceTable read(Path path, List<String> names, Set<String> keys) {
    SourceTable before = early.remove(path);
    if (before != null) {
      return before;
    }
    FileKind.Found found = FileKind.of(path);
    return switch (found.kind()) {
      case PARQUET -> RowFile.parquet(session, path);
      case JSON -> JsonFile.open(session, path, found.packing(), reads++);
      case ARROW -> RowFile.arrow(session, path, reads++);
      case CSV -> {
        readsCsv = true;
        Dialect dialect = dialect(encodings.of(path, found.packing()), names, keys);
        yield CsvFile.open(session, path, found.packing(), reads++, dialect);
      }
    };
  }

  private Dialect dialect(String encoding, List<String> names, Set<String> keys) {
    return new Dialect(
        request.delimiter().orElse(null),
        true,
        encoding,
        names.isEmpty() ? null : names,
        request.header() && names.isEmpty(),
        request.decimal().equals(","),
        columns -> {
          Set<String> found = ids.among(columns);
          found.addAll(keys);
          return found;
        });
  }

  /** The columns that several files of a format have, by which they are joined. */
  Set<String> shared(List<Path> files) {
    return keys("--from", files.stream().map(Path::toString).toList(), List.of());
  }

  /** The log's columns by which the files of --join are joined to it, or to each other. */
  private Set<String> logKeys(Path log) {
    if (request.joins().isEmpty() || !request.decimal().equals(",")) {
      return Set.of();
    }
    return keys("--join", request.joins(), columns("--from", log, request.names()));
  }

  /**
   * The columns that several of some files have. Files are joined by their texts, which must not
   * change in one of them alone; so they are asked for before any of them is opened.
   *
   * @param known columns that they are joined to
   */
  private Set<String> keys(String flag, List<String> names, Collection<String> known) {
    Set<String> keys = new HashSet<>();
    if (!request.decimal().equals(",") || names.size() + (known.isEmpty() ? 0 : 1) < 2) {
      return keys;
    }
    Set<String> seen = new HashSet<>(known);
    for (String name : names) {
      for (String column : columns(flag, find(flag, name), List.of())) {
        if (!seen.add(column)) {
          keys.add(column);
        }
      }
    }
    return keys;
  }

  private List<String> columns(String flag, Path path, List<String> names) {
    requireFile(flag, path);
    FileKind.Found found = FileKind.of(path);
    if (found.kind() == FileKind.CSV) {
      Path copy = session.scratch().resolve("names" + reads++);
      Dialect dialect = dialect(encodings.of(path, found.packing()), names, Set.of());
      return CsvFile.names(path, found.packing(), copy, dialect);
    }
    if (!early.containsKey(path)) {
      early.put(path, read(path, List.of(), Set.of()));
    }
    return early.get(path).columnNames();
  }

  /** A log with the files of --join. */
  SourceTable joined(SourceTable log) {
    Set<String> keys = keys("--join", request.joins(), log.columnNames());
    SourceTable table = log;
    for (String name : request.joins()) {
      table = table.join(session, file("--join", find("--join", name), keys));
    }
    return table;
  }

  /**
   * Checks, once all files are opened, that what the request says of csv files was of use.
   *
   * @throws IllegalArgumentException naming each option that would silently change nothing
   */
  void requireCsvOptionsUsed() {
    if (readsCsv) {
      requireFilesOfEncodings();
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
    encodings
        .texts()
        .forEach(text -> problems.add("--encoding: received '%s'; %s".formatted(text, none)));
    problems.require(request.header() || !request.names().isEmpty(), "--no-header: %s", none);
    problems.require(
        request.decimal().equals(".") || partitions.haveCommas(),
        "--decimal: received '%s'; %s",
        request.decimal(),
        none);
    problems.check();
  }

  private void requireFilesOfEncodings() {
    List<String> unused = encodings.unused();
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException(
          "--encoding: received %s, but no csv file of this import is called so; allowed: %s"
              .formatted(
                  unused.stream().map(file -> file + "=..").collect(Collectors.joining(", ")),
                  files.stream()
                      .map(SourceTable.SourceFile::fileName)
                      .limit(SHOWN)
                      .collect(Collectors.joining(", "))));
    }
  }

  /** Whether a file has letters beyond ASCII, and all its bytes are UTF-8. */
  boolean isUtf8(Path path) {
    return TextFile.isUtf8(path, FileKind.of(path).packing());
  }

  /** Opens a text file of a known dialect. */
  SourceTable csv(Path path, Dialect dialect) {
    requireFile("--from", path);
    return opened(CsvFile.open(session, path, FileKind.of(path).packing(), reads++, dialect));
  }

  void requireFile(String flag, Path path) {
    if (Files.exists(path) && !Files.isDirectory(path) && !Files.isRegularFile(path)) {
      throw new IllegalArgumentException(
          "%s %s is a pipe or a device, and files are read more than once; write it to a file first"
              .formatted(flag, path));
    }
    if (Files.isDirectory(path)) {
      throw new IllegalArgumentException(
          "%s %s is a folder; name the file in it".formatted(flag, path));
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
    Set<String> keys = keys(flag, names, List.of());
    for (String name : names) {
      SourceTable next = file(flag, find(flag, name), keys);
      table = table == null ? next : table.join(session, next);
    }
    return table;
  }

  /** A file named by an option: as given, or beside the log. */
  Path find(String flag, String name) {
    try {
      RemoteAddress.refuse(name);
    } catch (IllegalArgumentException far) {
      throw new IllegalArgumentException(flag + ": " + far.getMessage(), far);
    }
    Path given = Path.of(name);
    Path beside = folder().resolve(name);
    if (!Files.isRegularFile(given) && !Files.isRegularFile(beside)) {
      if (Files.exists(given)) {
        requireFile(flag, given);
      }
      throw new IllegalArgumentException(
          "%s %s: there is no such file, neither as given nor in %s"
              .formatted(flag, name, folder()));
    }
    return Files.isRegularFile(given) ? given : beside;
  }
}
