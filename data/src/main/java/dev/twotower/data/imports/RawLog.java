package dev.twotower.data.imports;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code import} reads, where something asks for the data set that it makes. */
public final class RawLog {
  /** A log's files lie at most so far below its folder: years, months, days and hours of it. */
  private static final int DEEPEST = 5;

  /** Files that are looked at to say what a folder holds. */
  private static final int LOOKED_AT = 20;

  /** How texts are named that are tables. */
  private static final Set<String> TEXTS = Set.of("csv", "tsv", "txt", "psv");

  /** What a data set of one piece or of parts holds, whole or damaged. */
  private static final List<String> OF_DATA_SETS =
      List.of("dataset.json", "items.arrow", "part-00000");

  private RawLog() {}

  /**
   * What a place holds, in words: {@code a csv file}, {@code a folder of Parquet files}; empty
   * where that is nothing a table is imported from, or several kinds of it, or a data set.
   */
  public static Optional<String> at(Path place) {
    if (!Files.isDirectory(place)) {
      return kind(place).map(kind -> (kind.equals("Arrow") ? "an " : "a ") + kind + " file");
    }
    if (OF_DATA_SETS.stream().anyMatch(name -> Files.exists(place.resolve(name)))) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(place, DEEPEST)) {
      List<Path> some =
          files
              .filter(file -> !place.relativize(file).toString().matches("(.*/)?[._].*"))
              .filter(file -> !Files.isDirectory(file))
              .limit(LOOKED_AT)
              .toList();
      Set<String> kinds =
          some.stream()
              .map(file -> kind(file).orElse(""))
              .collect(Collectors.toCollection(TreeSet::new));
      return kinds.size() != 1 || kinds.contains("")
          ? Optional.empty()
          : Optional.of("a folder of " + kinds.iterator().next() + " files");
    } catch (IOException | UncheckedIOException unreadable) {
      return Optional.empty();
    }
  }

  private static Optional<String> kind(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return switch (FileKind.of(file).kind()) {
        case CSV -> isTable(file) ? Optional.of("csv") : Optional.empty();
        case PARQUET -> Optional.of("Parquet");
        case JSON -> Optional.of("JSON");
        case ARROW -> Optional.of("Arrow");
      };
    } catch (BadDataException notRead) {
      return Optional.empty();
    }
  }

  /** A text may be anything, so its name must say that it is a table. */
  private static boolean isTable(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String bare = name.replaceFirst("\\.(gz|gzip|zst|zstd|bz2)$", "");
    return TEXTS.contains(bare.substring(bare.lastIndexOf('.') + 1));
  }
}
