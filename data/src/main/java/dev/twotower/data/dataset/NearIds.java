package dev.twotower.data.dataset;

import dev.twotower.data.message.Received;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Ids that a table has in another spelling: with zeros in front, which a spreadsheet drops, in
 * other letters of case, with spaces or quotes around them, or with a number's {@code .0}. An id is
 * its text, so none of them is taken for another; they are what messages name.
 */
public final class NearIds {
  private static final int MOST = 3;
  private static final Pattern AROUND = Pattern.compile("^[\\s\\p{Z}'\"]+|[\\s\\p{Z}'\"]+$");
  private static final Pattern ZEROS = Pattern.compile("^0+(?=[\\p{L}\\p{N}])");
  private static final Pattern WHOLE = Pattern.compile("^([0-9]+)\\.0+$");

  private NearIds() {}

  /** What follows an id that is unknown; empty where the table has no other spelling of it. */
  public static String hint(EntityTable table, String given) {
    List<String> near = of(table, given);
    return near.isEmpty()
        ? ""
        : " (the log has %s; write it so)"
            .formatted(near.stream().map(Received::quoted).collect(Collectors.joining(", ")));
  }

  /** The first few ids that differ from one in their spelling alone, in the table's order. */
  static List<String> of(EntityTable table, String given) {
    String plain = plain(given);
    return IntStream.range(0, table.size())
        .mapToObj(table::id)
        // What differs is more text, never less: most ids are too short to be looked at.
        .filter(id -> id.length() >= plain.length() && !id.equals(given))
        .filter(id -> plain(id).equals(plain))
        .limit(MOST)
        .toList();
  }

  private static String plain(String id) {
    String lower = AROUND.matcher(id).replaceAll("").toLowerCase(Locale.ROOT);
    return WHOLE.matcher(ZEROS.matcher(lower).replaceAll("")).replaceAll("$1");
  }
}
