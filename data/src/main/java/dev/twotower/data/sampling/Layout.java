package dev.twotower.data.sampling;

import java.util.List;

/**
 * The order rows are read in (design 6). Written {@code iid}, {@code sorted} or {@code requests:G};
 * {@link #toString} gives that text and {@link #parse} reads it back.
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
   * Whole requests drawn through a shuffle buffer.
   *
   * @param buffer requests held in the buffer, at least 1; 1 is storage order
   */
  record Requests(int buffer) implements Layout {
    /** The largest buffer: 16 bytes a request, 1.6 GB. */
    private static final int LARGEST = 100_000_000;

    public Requests {
      if (buffer < 1 || buffer > LARGEST) {
        throw new IllegalArgumentException(
            "layout requests:" + buffer + ": the buffer must hold 1.." + LARGEST + " requests");
      }
    }

    @Override
    public String toString() {
      return "requests:" + buffer;
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
      String buffer = trimmed.substring("requests:".length());
      try {
        return new Requests(Integer.parseInt(buffer));
      } catch (NumberFormatException notANumber) {
        throw new IllegalArgumentException(
            "layout '"
                + text
                + "': '"
                + buffer
                + "' is not a whole number of requests; write for example requests:4096",
            notANumber);
      }
    }
    throw new IllegalArgumentException(
        "unknown layout '"
            + text
            + "'; allowed: iid, sorted, requests:G (G requests in the shuffle buffer, for example"
            + " requests:4096)");
  }
}
