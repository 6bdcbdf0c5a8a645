package dev.twotower.data.imports;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of a log in the order in which they are read: that of their names.
 *
 * @param top the folder that all of them are in
 * @param files at least one
 */
record LogFiles(Path top, List<Path> files) {
  /**
   * The files that a request names.
   *
   * @param notes takes what is left out of folders
   * @throws IllegalArgumentException when they are of several kinds
   */
  static LogFiles of(ImportRequest request, List<String> notes) {
    if (request.alsoFrom().isEmpty()) {
      Path from = request.from();
      return Files.isDirectory(from)
          ? new LogFiles(from, SourceFolder.files(from, notes)).ofOneKind()
          : new LogFiles(folder(request), List.of(from));
    }
    List<Path> files = new ArrayList<>();
    for (Path each : all(request)) {
      files.addAll(Files.isDirectory(each) ? SourceFolder.files(each, notes) : List.of(each));
    }
    files.sort(Comparator.comparing(Path::toString, FileOrder.BY_NUMBERS));
    return new LogFiles(folder(request), files).ofOneKind();
  }

  /** The folder a log is in, or that it is; of several the one that holds all. */
  static Path folder(ImportRequest request) {
    List<Path> all = all(request);
    Path first = all.get(0);
    if (all.size() == 1 && Files.isDirectory(first)) {
      return first;
    }
    Path folder = first.getParent();
    while (!holds(folder, all)) {
      folder = folder.getParent();
    }
    return folder;
  }

  private static boolean holds(Path folder, List<Path> all) {
    return all.stream().allMatch(path -> path.startsWith(folder));
  }

  private static List<Path> all(ImportRequest request) {
    return Stream.concat(Stream.of(request.from()), request.alsoFrom().stream())
        .map(path -> path.toAbsolutePath().normalize())
        .toList();
  }

  /** What messages call each file where its own name is not enough. */
  Map<Path, Optional<String>> names() {
    Map<Path, Long> same =
        files.stream().collect(Collectors.groupingBy(Path::getFileName, Collectors.counting()));
    return files.stream()
        .collect(
            Collectors.toMap(
                Function.identity(),
                file ->
                    same.get(file.getFileName()) == 1
                        ? Optional.empty()
                        : Optional.of(top.relativize(file).toString()),
                (one, other) -> one));
  }

  private LogFiles ofOneKind() {
    Map<FileKind, List<String>> kinds =
        files.stream()
            .collect(
                Collectors.groupingBy(
                    file -> FileKind.of(file).kind(),
                    TreeMap::new,
                    Collectors.mapping(
                        file -> top.relativize(file).toString(), Collectors.toList())));
    if (kinds.size() > 1) {
      throw new IllegalArgumentException(
          "--from %s holds files of several kinds %s: %s; the files of a log are of one kind: name those of one, or write the others as it"
              .formatted(top, kinds.keySet(), kinds));
    }
    return this;
  }
}
