package dev.twotower.trainer.command.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Breaks sentences between words, so that no line is wider than a terminal. A command to run, and
 * an option with its value, stay on one line whatever its width: the terminal wraps it, and what is
 * copied is whole. A number stays with its unit.
 */
public final class Fold {
  private static final String OPTION =
      "--[a-z][a-z-]*+(?:[ =](?!-)(?:[^\\s'\"]++|'[^']*+'|\"[^\"]*+\")+)?";

  /** The program as it was called, in quotes where its path needs them. */
  private static final String PROGRAM =
      "(?:[^\\s'\"]*twotower(?:-spark)?|'[^']*twotower')(?= [a-z])";

  /** A number and what it counts, such as 95 % or (20 GB). */
  private static final String AMOUNT =
      "\\S*\\d (?:%|[kKMGT]?i?B|[nµm]?s|min|h|seconds?|minutes?|hours?|days?)(?![\\w/])\\S*";

  private static final Pattern PIECE =
      Pattern.compile(
          "(?:%2$s [a-z]+ )?%1$s(?: %1$s)*\\S*|%3$s|\\S+".formatted(OPTION, PROGRAM, AMOUNT));

  private Fold() {}

  /**
   * A text for the terminal that standard output is; unchanged where it is none.
   *
   * @param text lines, of which those that fit stay as they are
   */
  public static String forTerminal(String text) {
    return within(text, Integer.getInteger(TextTable.COLUMNS, Integer.MAX_VALUE));
  }

  /**
   * A text whose lines are no wider than a terminal.
   *
   * @param text lines, of which those that fit stay as they are
   * @param room columns
   */
  public static String within(String text, int room) {
    if (text.lines().allMatch(line -> line.length() <= room)) {
      return text;
    }
    List<String> lines = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String words = line.stripLeading();
      String indent = line.substring(0, line.length() - words.length());
      lines.addAll(line.length() <= room ? List.of(line) : lines(words, indent, room));
    }
    return String.join(System.lineSeparator(), lines);
  }

  /**
   * The lines of a sentence; a word that is wider than they are stays whole.
   *
   * @param indent what every line begins with
   * @param room columns of a line
   */
  public static List<String> lines(String sentence, String indent, int room) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(indent);
    for (String word : pieces(sentence)) {
      if (line.length() > indent.length() && line.length() + 1 + word.length() > room) {
        lines.add(line.toString());
        line = new StringBuilder(indent);
      }
      line.append(line.length() > indent.length() ? " " : "").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static List<String> pieces(String sentence) {
    return PIECE.matcher(sentence).results().map(MatchResult::group).toList();
  }
}
