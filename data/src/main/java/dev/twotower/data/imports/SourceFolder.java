package dev.twotower.data.imports;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The files of a folder that are the parts of a log, those of its subfolders too, in order of name,
 * in which part-2 stands before part-10. Names that start with {@code .} or {@code _} are by
 * convention not data (Spark's {@code _SUCCESS}, checksums); every other file is a part of the log,
 * or is refused by name.
 */
final class SourceFolder {
  private static final Pattern BOOKKEEPING =
      Pattern.compile("_(SUCCESS|metadata|common_metadata|committed_.*|started_.*)");

  /** Hidden files that systems leave everywhere. */
  private static final Pattern LITTER =
      Pattern.compile(
          "\\.(DS_Store|directory|ipynb_checkpoints|git.*|_.*|nfs.*|.*\\.crc|.*\\.lock)");

  /** Copies that stand for another file, or are not whole yet. */
  private static final Pattern COPY =
      Pattern.compile(
          ".*(~|\\.(bak|old|orig|backup|tmp|temp|part|partial|filepart|crdownload|download|swp))",
          Pattern.CASE_INSENSITIVE);

  private final Path top;
  private final List<Path> files = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private SourceFolder(Path top) {
    this.top = top;
  }

  /**
   * Looks through a folder.
   *
   * @param notes takes what is left out
   * @throws BadDataException when it holds what can be no part of a log, or nothing
   */
  static List<Path> files(Path folder, List<String> notes) {
    SourceFolder found = new SourceFolder(folder);
    try {
      found.walk(folder, List.of());
    } catch (AccessDeniedException e) {
      throw new BadDataException(e.getFile() + " cannot be read: permission denied", e);
    } catch (IOException e) {
      throw new BadDataException(folder + " cannot be read: " + e.getMessage(), e);
    }
    if (found.files.isEmpty()) {
      throw new BadDataException(folder + " holds no files to import");
    }
    notes.addAll(found.notes);
    return found.files;
  }

  private void walk(Path folder, List<Path> above) throws IOException {
    Path real = folder.toRealPath();
    if (above.contains(real)) {
      throw new BadDataException("%s is a link to a folder it is in".formatted(folder));
    }
    List<Path> here = new ArrayList<>(above);
    here.add(real);
    List<Path> entries;
    try (var paths = Files.list(folder)) {
      entries = paths.sorted(Comparator.comparing(Path::toString, FileOrder.BY_NUMBERS)).toList();
    }
    refuseTables(folder, entries.stream().map(path -> path.getFileName().toString()).toList());
    for (Path entry : entries) {
      String name = entry.getFileName().toString();
      if (name.startsWith(".") || name.startsWith("_")) {
        if (!BOOKKEEPING.matcher(name).matches() && !LITTER.matcher(name).matches()) {
          notes.add(
              "%s is left out, because names that start with %s are by convention not data"
                  .formatted(top.relativize(entry), name.charAt(0)));
        }
      } else if (COPY.matcher(name).matches()) {
        throw new BadDataException(
            "%s is by its name a backup, or a copy that is not finished; remove it, give it another name, or name the log's file instead of the folder"
                .formatted(entry));
      } else if (Files.isDirectory(entry)) {
        walk(entry, here);
      } else if (!Files.exists(entry)) {
        throw new BadDataException(
            "%s is a broken link; a part of the log would be missing".formatted(entry));
      } else if (!Files.isRegularFile(entry)) {
        throw new BadDataException("%s is not a regular file".formatted(entry));
      } else if (!Files.isReadable(entry)) {
        throw new BadDataException(entry + " cannot be read: permission denied");
      } else {
        files.add(entry);
      }
    }
  }

  /** Tables that keep the files of older versions beside those that count. */
  private static void refuseTables(Path folder, List<String> names) throws IOException {
    String kind =
        names.contains("_delta_log")
            ? "a Delta Lake table"
            : names.contains(".hoodie") ? "a Hudi table" : null;
    if (names.contains("metadata") && names.contains("data")) {
      try (var paths = Files.list(folder.resolve("metadata"))) {
        if (paths.anyMatch(path -> path.getFileName().toString().endsWith(".metadata.json"))) {
          kind = "an Iceberg table";
        }
      }
    }
    if (kind != null) {
      throw new BadDataException(
          "%s is %s, whose folder also holds deleted rows; write the table as plain Parquet first"
              .formatted(folder, kind));
    }
  }
}
