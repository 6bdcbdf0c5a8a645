package dev.twotower.data.imports.csv;

import dev.twotower.data.imports.source.TextFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Walks through a csv file once and says on which physical line its records begin. Records may be
 * longer than a line, blank lines lie between them, and those that DuckDB refused, of which it
 * tells the place in bytes, are not rows. Only the requested numbers are kept.
 */
final class CsvLines implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private final byte[] delimiter;
  private final boolean quoted;

  /** Whether a blank line is a row, as it is when there is only one column. */
  private final boolean blankRows;

  private final byte[] buffer = new byte[BUFFER];
  private int filled;
  private int at;
  private long offset;
  private long line = 1;
  private long records;

  /**
   * Opens a file behind its header.
   *
   * @param head how it begins
   */
  CsvLines(TextFile file, CsvHead head, boolean quoted) throws IOException {
    this.in = file.packing().open(file.path());
    this.delimiter = head.delimiter().getBytes(StandardCharsets.UTF_8);
    this.quoted = quoted;
    this.blankRows = head.names().size() == 1;
    for (int i = 0; i < head.lines(); i++) {
      skipLine();
    }
  }

  /** The line on which a row begins, by its number from 1; rows are asked for in order. */
  long lineOf(long record) throws IOException {
    while (records < record - 1 && peek() >= 0) {
      row();
    }
    skipBlank();
    return line;
  }

  /**
   * The line on which a refused record begins; records are given in order, and passed.
   *
   * @param start its place in bytes from 0, which may be that of the line end before it
   * @param text the record
   */
  long refused(long start, String text) throws IOException {
    while (offset < start && peek() >= 0) {
      row();
    }
    skipBlank();
    long begins = line;
    pass(text);
    return begins;
  }

  /** Passes rows up to the next refused record; whether a row lies before it. */
  boolean passRows(long start, long record) throws IOException {
    while (offset < start && records < record - 1 && peek() >= 0) {
      row();
    }
    skipBlank();
    return records == record - 1 && offset < start;
  }

  private void pass(String text) throws IOException {
    long lines = text.strip().lines().count();
    for (long i = 0; i < Math.max(1, lines); i++) {
      skipLine();
    }
  }

  private int peek() throws IOException {
    if (at == filled) {
      filled = Math.max(0, in.read(buffer));
      at = 0;
    }
    return at == filled ? -1 : buffer[at] & 0xff;
  }

  private int next() throws IOException {
    int c = peek();
    if (c >= 0) {
      at++;
      offset++;
    }
    return c;
  }

  /** Passes a line end whose first byte is passed already. */
  private void endLine(int c) throws IOException {
    if (c == '\r' && peek() == '\n') {
      next();
    }
    line++;
  }

  private void skipLine() throws IOException {
    int c;
    while ((c = next()) >= 0) {
      if (c == '\n' || c == '\r') {
        endLine(c);
        return;
      }
    }
  }

  private void skipBlank() throws IOException {
    while (!blankRows && (peek() == '\n' || peek() == '\r')) {
      endLine(next());
    }
  }

  /** Passes a row: fields, of which those in quotes may hold line ends (RFC 4180). */
  private void row() throws IOException {
    skipBlank();
    if (peek() < 0) {
      return;
    }
    records++;
    boolean start = true;
    int matched = 0;
    int c;
    while ((c = next()) >= 0) {
      if (start && quoted && c == '"') {
        quotedField();
        start = false;
        matched = 0;
      } else if (c == '\n' || c == '\r') {
        endLine(c);
        return;
      } else {
        matched =
            c == (delimiter[matched] & 0xff) ? matched + 1 : c == (delimiter[0] & 0xff) ? 1 : 0;
        start = matched == delimiter.length;
        matched = start ? 0 : matched;
      }
    }
  }

  private void quotedField() throws IOException {
    int c;
    while ((c = next()) >= 0) {
      if (c == '"') {
        if (peek() != '"') {
          return;
        }
        next();
      } else if (c == '\n' || c == '\r') {
        endLine(c);
      }
    }
  }

  /**
   * Physical lines that hold anything, behind the header.
   *
   * @param odd takes the number and the text of the first line with an odd number of quotes
   */
  static long filled(TextFile file, int skipped, List<Object> odd) throws IOException {
    long filled = 0;
    long number = 0;
    try (InputStream in = file.open()) {
      byte[] buffer = new byte[BUFFER];
      StringBuilder text = new StringBuilder();
      boolean any = false;
      boolean even = true;
      int count;
      int before = 0;
      while ((count = in.read(buffer)) > 0) {
        for (int i = 0; i < count; i++) {
          int c = buffer[i];
          if (c == '\n' || c == '\r') {
            if (c == '\n' && before == '\r') {
              before = c;
              continue;
            }
            number++;
            if (any && number > skipped) {
              filled++;
              if (!even && odd.isEmpty()) {
                odd.add(number);
                odd.add(text.toString());
              }
            }
            any = false;
            even = true;
            text.setLength(0);
          } else {
            any |= c != ' ' && c != '\t';
            even ^= c == '"';
            if (odd.isEmpty() && text.length() <= 200) {
              text.append((char) (c & 0xff));
            }
          }
          before = c;
        }
      }
      filled += any ? 1 : 0;
    }
    return filled;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
