package dev.twotower.data.message;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The encoding in which the system hands over file names and the words of the command line. It
 * follows from the locale when the Java machine starts and cannot be changed afterwards; under the
 * locale {@code C}, letters beyond ASCII are lost before the program sees them.
 */
public final class LocaleEncoding {
  /** How to get another one, the end of a message. */
  public static final String REMEDY =
      "set LC_ALL=C.UTF-8, or start with scripts/twotower, which does";

  private LocaleEncoding() {}

  /** Its name. */
  public static String name() {
    return System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name());
  }

  /** Whether it has all letters. */
  public static boolean isComplete() {
    try {
      return Charset.forName(name()).equals(StandardCharsets.UTF_8);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
      return false;
    }
  }

  /** A word that has lost letters on its way here; empty where none has. */
  public static Optional<String> lost(String... words) {
    return isComplete()
        ? Optional.empty()
        : Arrays.stream(words).filter(word -> word.indexOf('\ufffd') >= 0).findFirst();
  }
}
