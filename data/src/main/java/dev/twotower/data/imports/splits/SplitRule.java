package dev.twotower.data.imports.splits;

import dev.twotower.data.message.Suggestion;
import java.util.List;
import java.util.Optional;

/** How rows are divided into train, validation and test (design 5). */
public sealed interface SplitRule {
  /**
   * The last row of each user is test, the one before it validation; users with fewer than three
   * rows are train only. Last means by time, and by place in the log among equal times.
   */
  record LeaveLastOut() implements SplitRule {
    @Override
    public Optional<String> ofKinds() {
      return Optional.of(
          "--split leave-last-out holds out the last rows of users, whatever their event; users"
              + " whose last rows do not count as positives are not ranked. --split time:FRACTION"
              + " or leave-last-request-out holds out rows of all events");
    }

    @Override
    public String toString() {
      return "leave-last-out";
    }
  }

  /**
   * The rows of each user's last request are test, those of the one before it validation, as for
   * next-basket recommendation. Users with fewer than three requests are train only. Last means the
   * latest start; of requests that start at the same time, the one whose first line in the log
   * comes later.
   */
  record LeaveLastRequestOut() implements SplitRule {
    @Override
    public String toString() {
      return "leave-last-request-out";
    }
  }

  /**
   * One global cut: the last {@code fraction} of all rows by time is test, the same share before it
   * validation. Rows of equal time stay together; the cut nearest to the fraction is taken.
   */
  record Time(double fraction) implements SplitRule {
    public Time {
      if (!(fraction > 0 && fraction < 0.5)) {
        throw new IllegalArgumentException(
            "received time:" + fraction + "; allowed: a fraction above 0 and below 0.5");
      }
    }

    @Override
    public String toString() {
      return "time:" + fraction;
    }
  }

  /**
   * The log's own split. Where it has no validation part, {@code validation} of each user's train
   * rows become one, drawn with the request's seed; 0 leaves it empty.
   */
  record Given(double validation) implements SplitRule {
    public static final double DEFAULT_VALIDATION = 0.1;

    public Given {
      if (!(validation >= 0 && validation < 1)) {
        throw new IllegalArgumentException(
            "received given:" + validation + "; allowed: a fraction from 0 to below 1");
      }
    }

    @Override
    public String toString() {
      return "given:" + validation;
    }
  }

  /**
   * Another rule, and whole items held out: of the items that it leaves training rows, a share is
   * drawn with the request's seed, and their training rows are left out. What the rule put into
   * validation and test stays, so a model is judged there on items it has never seen as well.
   */
  record ColdItems(SplitRule rows, double fraction) implements SplitRule {
    private static final String FLAG = "cold-items:";

    public ColdItems {
      if (!(fraction > 0 && fraction < 1)) {
        throw new IllegalArgumentException(
            "received %s%s; allowed: a fraction above 0 and below 1".formatted(FLAG, fraction));
      }
      if (rows instanceof ColdItems) {
        throw new IllegalArgumentException(
            "--split %s+%s%s holds items out twice; allowed: once".formatted(rows, FLAG, fraction));
      }
    }

    @Override
    public String toString() {
      return rows + "+" + FLAG + fraction;
    }
  }

  /** What to know of the rule where rows are of kinds of feedback. */
  default Optional<String> ofKinds() {
    return Optional.empty();
  }

  /** The rule for rows, for any held-out items. */
  default SplitRule ofRows() {
    return this instanceof ColdItems cold ? cold.rows() : this;
  }

  /**
   * Reads a rule: {@code leave-last-out}, {@code leave-last-request-out}, {@code time:FRACTION},
   * {@code given} or {@code given:VALIDATION}, each with {@code +cold-items:FRACTION} or without;
   * {@code cold-items:FRACTION} alone goes with leave-last-out. The text form of a rule reads back
   * as that rule.
   *
   * @throws IllegalArgumentException naming the value received and those allowed
   */
  static SplitRule parse(String text) {
    try {
      int cold = text.lastIndexOf(ColdItems.FLAG);
      if (cold == 0 || cold > 0 && text.charAt(cold - 1) == '+') {
        SplitRule rows = cold == 0 ? new LeaveLastOut() : parse(text.substring(0, cold - 1));
        double fraction = Double.parseDouble(text.substring(cold + ColdItems.FLAG.length()));
        return new ColdItems(rows, fraction);
      }
      if (text.equals("leave-last-out")) {
        return new LeaveLastOut();
      }
      if (text.equals("leave-last-request-out")) {
        return new LeaveLastRequestOut();
      }
      if (text.startsWith("time:")) {
        return new Time(Double.parseDouble(text.substring("time:".length())));
      }
      if (text.equals("given")) {
        return new Given(Given.DEFAULT_VALIDATION);
      }
      if (text.startsWith("given:")) {
        return new Given(Double.parseDouble(text.substring("given:".length())));
      }
    } catch (NumberFormatException e) {
      throw unknown(text, e);
    }
    throw unknown(text, null);
  }

  /** What rules begin with. */
  List<String> NAMES = List.of("leave-last-out", "leave-last-request-out", "time", "given");

  private static IllegalArgumentException unknown(String text, NumberFormatException cause) {
    return new IllegalArgumentException(
        "--split is '%s'; allowed: leave-last-out, time:FRACTION, given, given:VALIDATION, leave-last-request-out, each also with +cold-items:FRACTION%s"
            .formatted(text, Suggestion.hint(text.replaceFirst("[:+].*", ""), NAMES)),
        cause);
  }
}
