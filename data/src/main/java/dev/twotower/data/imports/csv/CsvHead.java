package dev.twotower.data.imports.csv;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import dev.twotower.data.BadDataException;
import dev.twotower.data.imports.source.ColumnNames;
import dev.twotower.data.imports.source.TextFile;
import dev.twotower.data.message.ShellWord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How a csv file begins.
 *
 * @param delimiter between its fields
 * @param names its columns' names
 * @param header what a line that repeats the names holds; empty where the file has no names
 * @param skipped records before the first row, blank lines and the header
 * @param lines physical lines before the first row
 */
record CsvHead(String delimiter, List<String> names, List<String> header, int skipped, int lines) {
  private static final List<String> DELIMITERS = List.of("\t", ",", ";", "|", "::", "\u0001");

  /** A first line that tells spreadsheets the delimiter, and is no record. */
  private static final Pattern SEPARATOR = Pattern.compile("\"?sep=(.)\"?", CASE_INSENSITIVE);

  /** The longest line of names, in characters. */
  private static final int LONGEST = 1 << 24;

  /**
   * Reads the beginning of a file.
   *
   * @param path the file's own path, for messages
   * @throws BadDataException when it is empty, no text, or its line of names cannot be one
   */
  static CsvHead of(Path path, TextFile file, CsvFile.Dialect dialect) {
    try (Reader reader =
        new BufferedReader(new InputStreamReader(file.open(), StandardCharsets.UTF_8))) {
      Lines lines = new Lines(path, reader);
      int blank = 0;
      String line = lines.next();
      String told = null;
      while (line != null && (line.isBlank() || told == null && separator(line) != null)) {
        told = told == null ? separator(line) : told;
        blank++;
        line = lines.next();
      }
      if (line == null) {
        throw new BadDataException(path + " is empty, or holds nothing but blank lines");
      }
      if (line.indexOf('\0') >= 0) {
        throw new BadDataException(
            "%s: its first line is not text; if it is in another encoding, give --encoding NAME"
                .formatted(path));
      }
      if (dialect.header() && line.indexOf('\ufffd') >= 0) {
        throw new BadDataException(
            "%s: its header line is not UTF-8; give its encoding, such as --encoding latin-1, utf-16 or shift_jis (--encoding %s=latin-1 for this file alone)"
                .formatted(path, ShellWord.of(path.getFileName())));
      }
      String delimiter =
          dialect.delimiter() != null ? dialect.delimiter() : told != null ? told : delimiter(line);
      if (!dialect.header()) {
        List<String> names = dialect.names();
        if (names == null) {
          names = new ArrayList<>();
          for (int i = 0; i < fields(line, delimiter, dialect.quoted()).size(); i++) {
            names.add("column" + i);
          }
        }
        List<String> header = dialect.names() == null ? List.of() : dialect.names();
        return new CsvHead(delimiter, checked(path, names), header, blank, blank);
      }
      int physical = 1;
      String next = line;
      while (dialect.quoted() && open(line) && (next = lines.next()) != null) {
        line = line + "\n" + next;
        physical++;
      }
      if (dialect.delimiter() == null && isDoubled(line, delimiter, lines.next())) {
        delimiter += delimiter;
      }
      List<String> header = fields(line, delimiter, dialect.quoted());
      List<String> names = dialect.names() != null ? dialect.names() : named(header);
      return new CsvHead(delimiter, checked(path, names), header, blank + 1, blank + physical);
    } catch (IOException e) {
      throw new BadDataException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static String separator(String line) {
    Matcher told = SEPARATOR.matcher(line.startsWith("\ufeff") ? line.substring(1) : line);
    return told.matches() ? told.group(1) : null;
  }

  /**
   * The names of a header line; columns that it leaves without one, as pandas' index is, are named
   * by their place, as in a file without a header.
   */
  private static List<String> named(List<String> header) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      names.add(header.get(i).isEmpty() ? "column" + i : header.get(i));
    }
    return names;
  }

  /** The names of columns to which the header line gives none. */
  Set<String> unnamed() {
    return IntStream.range(0, header.size())
        .filter(i -> header.get(i).isEmpty())
        .mapToObj(names::get)
        .collect(Collectors.toSet());
  }

  private static List<String> checked(Path path, List<String> names) {
    ColumnNames.check(path, names);
    if (names.contains("")) {
      throw new BadDataException(
          "%s: the header line names an empty column; every column needs its own name. If the first line is data, name the columns with --header NAME,NAME,.."
              .formatted(path));
    }
    return List.copyOf(names);
  }

  /** Whether a quote is open at a line's end. */
  private static boolean open(String line) {
    return line.chars().filter(c -> c == '"').count() % 2 == 1;
  }

  /** The delimiter that cuts a line into most fields. */
  static String delimiter(String line) {
    String best = ",";
    int most = 1;
    for (String candidate : DELIMITERS) {
      int count = fields(line, candidate, true).size();
      if (count > most) {
        best = candidate;
        most = count;
      }
    }
    return best;
  }

  /**
   * Whether bars come in pairs: every second field of the names is empty, and the next line has as
   * many pairs.
   *
   * @param next null where there is none
   */
  private static boolean isDoubled(String line, String delimiter, String next) {
    List<String> fields = fields(line, delimiter, true);
    return delimiter.equals("|")
        && fields.size() % 2 == 1
        && fields.size() > 1
        && IntStream.range(0, fields.size()).allMatch(i -> fields.get(i).isEmpty() == (i % 2 == 1))
        && (next == null || fields(next, "||", true).size() == fields(line, "||", true).size());
  }

  /** Cuts a line into fields; a quoted field loses its quotes. */
  static List<String> fields(String line, String delimiter, boolean quoted) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean inside = false;
    int at = 0;
    while (at < line.length()) {
      char c = line.charAt(at);
      if (quoted && c == '"') {
        if (inside && at + 1 < line.length() && line.charAt(at + 1) == '"') {
          field.append('"');
          at++;
        } else {
          inside = !inside;
        }
        at++;
      } else if (!inside && line.startsWith(delimiter, at)) {
        fields.add(field.toString().strip());
        field.setLength(0);
        at += delimiter.length();
      } else {
        field.append(c);
        at++;
      }
    }
    fields.add(field.toString().strip());
    return fields;
  }

  /** Lines that end in LF, CR LF or CR, of bounded length. */
  private static final class Lines {
    private final Path path;
    private final Reader reader;
    private int ahead = -2;

    Lines(Path path, Reader reader) {
      this.path = path;
      this.reader = reader;
    }

    private int read() throws IOException {
      int c = ahead == -2 ? reader.read() : ahead;
      ahead = -2;
      return c;
    }

    String next() throws IOException {
      StringBuilder line = new StringBuilder();
      int c = read();
      if (c < 0) {
        return null;
      }
      while (c >= 0 && c != '\n' && c != '\r') {
        line.append((char) c);
        if (line.length() > LONGEST) {
          throw new BadDataException(
              String.format(
                  Locale.ROOT,
                  "%s: a line does not end within %,d characters; is it a csv file?",
                  path,
                  LONGEST));
        }
        c = read();
      }
      if (c == '\r') {
        int after = read();
        if (after != '\n') {
          ahead = after;
        }
      }
      return line.toString();
    }
  }
}
