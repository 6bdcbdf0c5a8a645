package dev.twotower.data.imports.csv;

import dev.twotower.data.BadDataException;
import dev.twotower.data.imports.source.TextFile;
import dev.twotower.data.message.ShellWord;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the first lines of a text tell where it is no csv file as it stands: a table that a program
 * drew for people, or lines above the header.
 */
final class FirstLines {
  /** In characters; a line that does not end within them is not looked at. */
  private static final int READ = 1 << 16;

  private static final int MOST = 30;

  /** Above this line a table has its names, and perhaps a title. */
  private static final int DRAWN_WITHIN = 6;

  /** As in psql (---+---), mysql (+---+---+) and Markdown (|---|:-:|), of two columns or more. */
  private static final Pattern DRAWN =
      Pattern.compile(
          "[|+]?[ :]*-{2,}[ :]*(?:[|+][ :]*-{2,}[ :]*)+[|+]?|\\|(?: *:?-+:? *\\|){2,}|-\\[ RECORD 1"
              + " \\].*");

  /** As in DuckDB and other programs that draw boxes. */
  private static final Pattern BOX = Pattern.compile("[\u2500-\u257f][\u2500-\u257f ]{3,}");

  private FirstLines() {}

  private static List<String> of(TextFile file) throws IOException {
    char[] start = new char[READ];
    int length = 0;
    try (Reader reader = new InputStreamReader(file.open(), StandardCharsets.UTF_8)) {
      int read;
      while (length < READ && (read = reader.read(start, length, READ - length)) > 0) {
        length += read;
      }
    }
    List<String> lines = new String(start, 0, length).lines().limit(MOST).toList();
    return length < READ || lines.size() == MOST || lines.isEmpty()
        ? lines
        : lines.subList(0, lines.size() - 1);
  }

  /**
   * Refuses a table that is drawn.
   *
   * @param path the file's own path, for messages
   * @throws BadDataException naming the line, and how to write the table as csv
   */
  static void refuseDrawn(Path path, TextFile file) throws IOException {
    List<String> lines = of(file);
    for (int at = 0; at < Math.min(lines.size(), DRAWN_WITHIN); at++) {
      String line = lines.get(at).strip();
      boolean box = BOX.matcher(line).matches();
      if (box || DRAWN.matcher(line).matches()) {
        throw new BadDataException(
            "%s: line %d is drawn (%s), so this is a table as psql, mysql, duckdb or Markdown show it, no csv file; write it as one: psql --csv, mysql --batch, duckdb -csv%s"
                .formatted(
                    path,
                    at + 1,
                    line.length() > MOST ? line.substring(0, MOST) + ".." : line,
                    box ? "" : ", or of what is drawn: " + undrawn(path)));
      }
    }
  }

  private static String undrawn(Path path) {
    return "sed -E '/^[-+|: ]*$/d; /^\\([0-9]+ rows?\\)|rows? in set/d; s/^[ |]+|[ |]+$//g; s/ *\\| */|/g' %s > log.csv"
        .formatted(ShellWord.of(path));
  }

  /**
   * Where lines stand above the one with the names, what to do; empty where none has the name.
   *
   * @param path the file's own path, for messages
   * @param missing the name of a column that the first line does not have
   */
  static Optional<String> headerBelow(Path path, TextFile file, String missing) {
    List<String> lines;
    try {
      lines = of(file);
    } catch (IOException unread) {
      return Optional.empty();
    }
    for (int at = 1; at < lines.size(); at++) {
      String line = lines.get(at);
      List<String> fields = CsvHead.fields(line, CsvHead.delimiter(line), true);
      // A row may hold the word, too; names are no numbers.
      boolean names =
          fields.stream().noneMatch(field -> field.matches("[-+0-9.:TZ ]+"))
              && fields.stream()
                  .anyMatch(
                      field ->
                          field.toLowerCase(Locale.ROOT).equals(missing.toLowerCase(Locale.ROOT)));
      if (names) {
        return Optional.of(
            "the names of columns seem to be in line %d of %s (%s), below lines that are no rows: leave those out, as with: tail -n +%d %s > log.csv"
                .formatted(
                    at + 1,
                    path.getFileName(),
                    line.length() > 2 * MOST ? line.substring(0, 2 * MOST) + ".." : line,
                    at + 1,
                    ShellWord.of(path)));
      }
    }
    return Optional.empty();
  }
}
