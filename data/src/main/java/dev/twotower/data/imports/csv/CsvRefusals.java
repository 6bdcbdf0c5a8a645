package dev.twotower.data.imports.csv;

import static dev.twotower.data.duckdb.QuerySession.ident;

import dev.twotower.data.BadDataException;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.message.Amount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The records of a csv file that are not rows: malformed ones, and lines that repeat the header.
 */
final class CsvRefusals {
  private static final String REPEATS = "line repeats the header line";
  private static final String COUNTED =
      "line counts the rows, as psql does unless it writes csv (psql --csv); leave it out";
  private static final String ENCODING =
      "line is not UTF-8; if the file is written in Latin-1, import it with --encoding latin-1, or"
          + " FILE=latin-1 for this one alone";
  private static final int EXAMPLES = 5;

  private final CsvFile file;
  private final Map<String, Long> counts = new TreeMap<>();
  private final Map<String, List<BadRow>> examples = new HashMap<>();

  private CsvRefusals(CsvFile file) {
    this.file = file;
  }

  /** Counts them, with a few examples of each kind. */
  static List<SourceTable.Malformed> of(CsvFile file, QuerySession session) {
    CsvRefusals refusals = new CsvRefusals(file);
    try {
      refusals.malformed(session);
      refusals.repeated(session);
    } catch (IOException | UncheckedIOException e) {
      throw new BadDataException(file.path() + " cannot be read: " + e.getMessage(), e);
    }
    List<SourceTable.Malformed> result = new ArrayList<>();
    refusals.counts.forEach(
        (reason, count) ->
            result.add(new SourceTable.Malformed(reason, count, refusals.examples.get(reason))));
    return result;
  }

  private void note(String reason, long line, String text) {
    counts.merge(reason, 1L, Long::sum);
    List<BadRow> shown = examples.computeIfAbsent(reason, each -> new ArrayList<>());
    if (shown.size() < EXAMPLES) {
      shown.add(new BadRow(reason, file.fileName(), "line", line, BadRow.shortened(text)));
    }
  }

  private void malformed(QuerySession session) throws IOException {
    if (session.number("SELECT count(*) FROM " + file.errors()) == 0) {
      return;
    }
    long[] known = {0};
    try (CsvLines lines = file.walk()) {
      file.forEachRefused(
          session,
          (start, kind, text) -> {
            known[0] += text.lines().filter(line -> !line.isBlank()).count();
            long line = lines.refused(start, text);
            String record = text.replaceFirst("^[\\r\\n]+", "");
            OpenQuote quote =
                OpenQuote.in(record, file.head().delimiter(), file.head().names().size());
            if (record.strip().matches("\\([0-9]+ rows?\\)")) {
              note(COUNTED, line, record);
            } else if (kind.equals("INVALID ENCODING")) {
              note(ENCODING, line, record);
            } else if (quote == null) {
              note(
                  "malformed line (%s; expected %s)"
                      .formatted(
                          kind.toLowerCase(Locale.ROOT),
                          Amount.of(file.head().names().size(), "column")),
                  line,
                  record);
            } else {
              note(OpenQuote.REASON, line, quote.text(line));
              quote.swallowed(line).forEach((at, each) -> note(OpenQuote.SWALLOWED, at, each));
            }
          });
    }
    addUnread(session, known[0]);
  }

  /**
   * Lines that are in no record and in no malformed one: DuckDB continues somewhere after a record
   * that is longer than its buffer.
   *
   * @param known lines of malformed records
   */
  private void addUnread(QuerySession session, long known) throws IOException {
    List<Object> odd = new ArrayList<>();
    long lines = CsvLines.filled(file.source(), file.head().lines(), odd);
    long read =
        session.number(
                "SELECT count(*) + coalesce(sum(%s), 0) FROM %s".formatted(breaks(), file.table()))
            + session.number("SELECT count(*) FROM " + file.headers());
    long unread = lines - read - known;
    if (unread <= 0) {
      return;
    }
    counts.merge(OpenQuote.SWALLOWED, unread, Long::sum);
    List<BadRow> shown = examples.computeIfAbsent(OpenQuote.SWALLOWED, each -> new ArrayList<>());
    if (!odd.isEmpty()) {
      shown.add(
          0,
          new BadRow(
              OpenQuote.SWALLOWED,
              file.fileName(),
              "line",
              (Long) odd.get(0),
              BadRow.shortened((String) odd.get(1)) + " (a quote opens here and is not closed)"));
    }
  }

  /** SQL that counts the line breaks inside a record's fields. */
  private String breaks() {
    return file.head().names().stream()
        .map(
            column ->
                "coalesce(len(regexp_extract_all(%s, '\\r\\n|\\r|\\n')), 0)"
                    .formatted(ident(column)))
        .collect(Collectors.joining(" + "));
  }

  private void repeated(QuerySession session) {
    long count = session.number("SELECT count(*) FROM " + file.headers());
    if (count == 0) {
      return;
    }
    List<Long> records = new ArrayList<>();
    session.forEach(
        "SELECT record FROM %s ORDER BY record LIMIT %d".formatted(file.headers(), EXAMPLES),
        row -> records.add(row.getLong(1)));
    String text = String.join(file.head().delimiter(), file.head().header());
    file.lines(session, records).forEach(line -> note(REPEATS, line, text));
    counts.put(REPEATS, count);
  }
}
