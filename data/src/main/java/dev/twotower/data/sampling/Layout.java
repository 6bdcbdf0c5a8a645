package dev.twotower.data.sampling;

import dev.twotower.data.message.Suggestion;
import java.util.List;

/**
 * The order rows are read in (design 6). Written {@code iid}, {@code sorted}, {@code requests:G} or
 * {@code requests:G:P}; {@code toString} gives that text and {@link #parse} reads it back.
 */
public sealed interface Layout {
  /** A fresh uniform permutation of the rows each epoch. */
  Layout IID = new Iid();

  /** Rows in storage order (user, request, time), whole batches visited in random order. */
  Layout SORTED = new Sorted();

  /** A fresh uniform permutation of the rows each epoch. */
  record Iid() implements Layout {
    @Override
    public String toString() {
      return "iid";
    }
  }

  /** Rows in storage order (user, request, time), whole batches visited in random order. */
  record Sorted() implements Layout {
    @Override
    public String toString() {
      return "sorted";
    }
  }

  /**
   * Whole requests, or pieces of them, drawn through a shuffle buffer. Pieces divide requests that
   * are long against a batch, such as whole histories: a batch of pieces of P rows holds at least
   * B/P of them, and its distinct requests are still at most one for every piece.
   *
   * @param buffer requests (pieces) held in the buffer, at least 1; 1 is storage order
   * @param piece most rows of a request that stay together; {@link #WHOLE} for all
   */
  record Requests(int buffer, int piece) implements Layout {
    /** No request is divided. */
    public static final int WHOLE = Integer.MAX_VALUE;

    /** The largest buffer: 16 bytes per request, 1.6 GB. */
    public static final int LARGEST = 100_000_000;

    public Requests {
      if (buffer < 1 || buffer > LARGEST) {
        throw new IllegalArgumentException(
            "layout requests:" + buffer + ": the buffer must hold 1.." + LARGEST + " requests");
      }
      if (piece < 1) {
        throw new IllegalArgumentException(
            "layout requests:" + buffer + ":" + piece + ": a piece has at least 1 row");
      }
    }

    /** Whole requests. */
    public Requests(int buffer) {
      this(buffer, WHOLE);
    }

    @Override
    public String toString() {
      return "requests:" + buffer + (piece == WHOLE ? "" : ":" + piece);
    }
  }

  /**
   * Reads a layout.
   *
   * @throws IllegalArgumentException with the text received and what is allowed
   */
  static Layout parse(String text) {
    String trimmed = text.trim();
    for (Layout fixed : List.of(IID, SORTED)) {
      if (fixed.toString().equals(trimmed)) {
        return fixed;
      }
    }
    if (trimmed.startsWith("requests:")) {
      String[] numbers = trimmed.substring("requests:".length()).split(":", 2);
      int buffer = number(text, numbers[0], "requests in the buffer", Requests.LARGEST);
      return numbers.length == 1
          ? new Requests(buffer)
          : new Requests(buffer, number(text, numbers[1], "rows per piece", Requests.WHOLE));
    }
    throw new IllegalArgumentException(
        "unknown layout '"
            + text
            + "'; allowed: iid, sorted, requests:G (G requests in the shuffle buffer, for example"
            + " requests:4096), requests:G:P (pieces of at most P rows, for example"
            + " requests:4096:16)"
            + Suggestion.hint(
                trimmed.replaceFirst(":.*", ""), List.of("iid", "sorted", "requests")));
  }

  private static int number(String layout, String number, String unit, int most) {
    long value = number.matches("[0-9]{1,18}") ? Long.parseLong(number) : 0;
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "layout '%s': received '%s' %s; allowed: a whole number from 1 to %d, for example requests:4096 or requests:4096:16"
              .formatted(layout, number, unit, most));
    }
    return (int) value;
  }
}
