package dev.twotower.data.imports.source;

import dev.twotower.data.BadDataException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the columns of a file, of any kind, may be called. */
public final class ColumnNames {
  /** More columns make the statements about them slow beyond use. */
  static final int MOST = 1024;

  private ColumnNames() {}

  /**
   * Refuses names that cannot be told apart. SQL does not tell them apart by case, so a file with
   * {@code User} and {@code user} could give one column in the other's place.
   *
   * @throws BadDataException naming the file and the names
   */
  public static void check(Path path, List<String> names) {
    if (names.size() > MOST) {
      throw new BadDataException(
          String.format(
              Locale.ROOT,
              "%s has %,d columns; allowed: %,d. Write the columns that the import uses to a"
                  + " separate file",
              path,
              names.size(),
              MOST));
    }
    for (String name : names) {
      if (name.matches(SourceTable.OWN)) {
        throw new BadDataException(
            "%s has a column '%s'; names that begin so are the import's own, so rename it"
                .formatted(path, BadRow.shortened(name)));
      }
    }
    Map<String, String> seen = new HashMap<>();
    for (String name : names) {
      String other = seen.put(name.toLowerCase(Locale.ROOT), name);
      if (other != null && !name.isEmpty()) {
        throw new BadDataException(
            other.equals(name)
                ? "%s names '%s' twice; every column needs its own name. If the first line is data, name the columns with --header NAME,NAME,.."
                    .formatted(path, BadRow.shortened(name))
                : "%s has the columns '%s' and '%s', which differ only in case; rename one of them"
                    .formatted(path, BadRow.shortened(other), BadRow.shortened(name)));
      }
    }
  }
}
