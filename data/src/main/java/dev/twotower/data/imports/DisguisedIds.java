package dev.twotower.data.imports;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.message.Amount;
import java.text.Normalizer;
import java.util.Optional;

/**
 * Ids that are not what they look like: with spaces or characters that nobody sees around them, or
 * with accents as characters of their own. They are taken as they are, as every id is, and told of.
 */
final class DisguisedIds {
  /**
   * Space, tab, line ends, no-break space, soft hyphen, zero-width space and joiners, marks of
   * direction, word joiner, mark of UTF-8.
   */
  private static final String TRIMMED =
      "trim(%s, concat(' ', chr(9), chr(10), chr(13), chr(160), chr(173), chr(8203), chr(8204),"
          + " chr(8205), chr(8206), chr(8207), chr(8288), chr(65279)))";

  private static final String BARE = "nfc_normalize(" + TRIMMED + ")";

  /** Of these, trim alone takes away spaces of any width. */
  private static final String PLAIN = "nfc_normalize(trim(%s))";

  /** Ids of printable ASCII without spaces around them, nearly all of most logs. */
  private static final String CERTAIN = "[!-~]([ -~]*[!-~])?";

  private DisguisedIds() {}

  /**
   * A note on the ids of a role; empty where all are what they look like.
   *
   * @param role user, item or request
   * @param table has every id once
   * @param id the column of ids
   * @param beside a column that two ids must share to be one; empty for none
   */
  static Optional<String> note(
      QuerySession session, String role, String table, String id, String beside) {
    String odd = "FROM %s WHERE NOT regexp_full_match(%s, '%s')".formatted(table, id, CERTAIN);
    if (session.number("SELECT count(*) FROM (SELECT 1 %s LIMIT 1)".formatted(odd)) == 0) {
      return Optional.empty();
    }
    String key = beside.isEmpty() ? "" : beside + ", ";
    // Materialized, or else the costly test comes first for some rows.
    session.run(
        "CREATE TABLE disguised AS WITH odd AS MATERIALIZED (SELECT %1$s%2$s AS id %3$s), bare AS (SELECT *, %4$s AS trimmed, nfc_normalize(trimmed) AS bare FROM odd) SELECT * FROM bare WHERE id <> bare"
            .formatted(key, id, odd, TRIMMED.formatted("id")));
    Note note = new Note(role);
    if (session.number("SELECT count(*) FROM disguised") > 0) {
      // Of the table, only ids that are sought are hashed.
      String twin =
          "(%1$sbare) IN (SELECT (%1$s%2$s) FROM %3$s WHERE (%1$s%2$s) IN (SELECT (%1$sbare) FROM disguised))"
              .formatted(key, id, table);
      session.forEach(
          "SELECT twin, count(*), min(id), bool_and(%s = bare) FROM (SELECT *, %s AS twin FROM disguised) WHERE twin OR id <> trimmed GROUP BY twin"
              .formatted(PLAIN.formatted("id"), twin),
          row -> {
            if (row.getBoolean(1)) {
              note.twins = row.getLong(2);
            } else {
              note.others = row.getLong(2);
            }
            if (note.example == null || row.getBoolean(1)) {
              note.example = row.getString(3);
            }
            note.plain &= row.getBoolean(4);
          });
    }
    session.run("DROP TABLE disguised");
    return note.text();
  }

  /** What was counted. */
  private static final class Note {
    private final String role;
    private long twins;
    private long others;
    private String example;
    private boolean plain = true;

    Note(String role) {
      this.role = role;
    }

    Optional<String> text() {
      String such = "such as '%s'".formatted(example == null ? "" : escaped(example));
      String expression = (plain ? PLAIN : BARE).formatted("COLUMN");
      if (twins > 0) {
        return Optional.of(
            "%s only by spaces around the id, or in how its accents are encoded, %s; if they are one, give %s in place of the column"
                .formatted(
                    Amount.of(twins, role + " differs from another", role + "s differ from others"),
                    such,
                    expression));
      }
      return others == 0
          ? Optional.empty()
          : Optional.of(
              "%s spaces or characters that are not seen around the id, %s; they are taken as they are: to have them without, give %s in place of the column"
                  .formatted(Amount.of(others, role + " has", role + "s have"), such, expression));
    }
  }

  /** An id in which is seen what is there: {@code \\u200b} for a zero-width space. */
  static String escaped(String id) {
    boolean accents = !Normalizer.isNormalized(id, Normalizer.Form.NFC);
    StringBuilder text = new StringBuilder();
    BadRow.shortened(id)
        .codePoints()
        .forEach(
            c -> {
              int kind = Character.getType(c);
              boolean seen =
                  c == ' '
                      || kind != Character.CONTROL
                          && kind != Character.FORMAT
                          && kind != Character.SPACE_SEPARATOR
                          && kind != Character.LINE_SEPARATOR
                          && kind != Character.PARAGRAPH_SEPARATOR
                          && !(accents && kind == Character.NON_SPACING_MARK);
              if (seen) {
                text.appendCodePoint(c);
              } else {
                text.append("\\u%04x".formatted(c));
              }
            });
    return text.toString();
  }
}
