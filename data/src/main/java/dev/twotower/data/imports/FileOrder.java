package dev.twotower.data.imports;

import java.math.BigInteger;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.regex.Pattern;

/** The order in which the files of a log are read, which places rows of equal times. */
public final class FileOrder {
  private static final Pattern DIGITS =
      Pattern.compile("(?<=[0-9])(?=[^0-9])|(?<=[^0-9])(?=[0-9])");

  /** Paths, folder by folder, by name; runs of digits by their number: 2 before 10. */
  public static final Comparator<String> BY_NUMBERS = FileOrder::compare;

  /** URIs, in the order of the paths that they stand for: {@code %C3%A4} is a letter. */
  public static final Comparator<String> OF_URIS =
      Comparator.comparing(FileOrder::decoded, BY_NUMBERS).thenComparing(Comparator.naturalOrder());

  private FileOrder() {}

  private static String decoded(String uri) {
    try {
      // In a URI a plus is a plus.
      return URLDecoder.decode(uri.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Some tables name their files by paths.
      return uri;
    }
  }

  private static int compare(String one, String other) {
    String[] left = one.split("/");
    String[] right = other.split("/");
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      int order = names(left[i], right[i]);
      if (order != 0) {
        return order;
      }
    }
    return left.length == right.length
        ? one.compareTo(other)
        : Integer.compare(left.length, right.length);
  }

  private static int names(String one, String other) {
    String[] left = DIGITS.split(one);
    String[] right = DIGITS.split(other);
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      boolean numbers = left[i].matches("[0-9]+") && right[i].matches("[0-9]+");
      int order =
          numbers
              ? new BigInteger(left[i]).compareTo(new BigInteger(right[i]))
              : left[i].compareTo(right[i]);
      if (order != 0) {
        return order;
      }
    }
    return left.length == right.length
        ? one.compareTo(other)
        : Integer.compare(left.length, right.length);
  }
}
