package dev.twotower.data.imports.columns;

import dev.twotower.data.message.ShellWord;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the columns that there are tell of one that there is not. */
final class HeaderHint {
  /** What stands between fields and in no name of a column. */
  private static final String MARK = "[^\\p{L}\\p{N}\\p{Cntrl}\\p{Cf}=_.\\-\\s\"'()\\[\\]]+";

  private HeaderHint() {}

  /**
   * A sentence that follows the names; empty where they tell nothing. A name that is a number is
   * the first row's value; one with delimiters in it is a whole line.
   */
  static String of(String missing, List<String> names) {
    String first = names.isEmpty() ? "" : names.get(0);
    if (names.size() == 1 && first.matches("(#|//|--).*|[-+=| ]{5,}")) {
      return ". The first line is no line of names; leave out comments and drawn lines, as with:"
          + " grep -v '^[-#+]'";
    }
    if (first.matches("'.*'") && names.stream().allMatch(name -> name.matches("'.*'"))) {
      return ". Fields are enclosed by double quotes, not by single ones; change them first";
    }
    if (names.size() == 1 && first.matches(".*[,;|\t].*")) {
      return ", a single column with delimiters in its name: is --delimiter right, or are whole"
          + " lines in quotes?";
    }
    String spelled = names.size() == 1 ? MARK + "|[-.]|\\s+" : MARK;
    Matcher found =
        names.stream()
            .map(within(missing, spelled)::matcher)
            .filter(Matcher::find)
            .findFirst()
            .orElse(null);
    if (found != null) {
      return between(found);
    }
    return names.stream().anyMatch(name -> name.matches("[+-]?[0-9.]+"))
        ? ". If the first line is data, name the columns with --header NAME,NAME,.."
        : "";
  }

  /** A name in a longer one, with what parts it from the rest. */
  private static Pattern within(String missing, String mark) {
    return Pattern.compile(
        "(?:^|(?<before>%1$s))%2$s(?:(?<after>%1$s)|$)".formatted(mark, Pattern.quote(missing)),
        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  private static String between(Matcher found) {
    String mark = found.group("after") != null ? found.group("after") : found.group("before");
    if (mark == null) {
      return "";
    }
    if (mark.matches("\\s{2,}")) {
      return ". Runs of spaces part no fields; first make one of each, as tr -s ' ' does";
    }
    boolean whole = found.regionEnd() == found.end() && found.start() == 0;
    return whole && found.group("after") != null
        ? ", names with '%s' beside them: is --delimiter right?".formatted(mark)
        : ". If %s is between its fields, give --delimiter %s"
            .formatted(mark.isBlank() ? "a space" : "'" + mark + "'", ShellWord.of(mark));
  }
}
