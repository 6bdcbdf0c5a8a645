package dev.twotower.eval.ranking;

import dev.twotower.data.message.Suggestion;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A ranking metric under the name that files and flags use, such as {@code recall@20} or {@code
 * mrr}.
 *
 * @param kind what is measured
 * @param k the cutoff, at least 1; 0 where the kind has none
 */
public record Metric(Kind kind, int k) {

  /** What is measured; defined in the package description. */
  public enum Kind {
    RECALL("recall", true),
    HITRATE("hitrate", true),
    CAPPED_RECALL("cappedRecall", true),
    NDCG("ndcg", true),
    /** Measured where it is asked for. */
    PRECISION("precision", true),
    /** Measured where it is asked for. */
    MAP("map", true),
    MRR("mrr", false),
    /** Measured where it is asked for. */
    AUC("auc", false),
    COVERAGE("coverage", true);

    /** The kinds that are measured only where they are asked for. */
    static final Set<Kind> ON_REQUEST =
        Collections.unmodifiableSet(EnumSet.of(PRECISION, MAP, AUC));

    private final String label;
    private final boolean cut;

    /** Whether it has a cutoff. */
    boolean cut() {
      return cut;
    }

    /**
     * Reads the name of a kind that is measured only where it is asked for.
     *
     * @throws IllegalArgumentException naming the value received and those allowed
     */
    public static Kind onRequest(String text) {
      return Arrays.stream(values())
          .filter(ON_REQUEST::contains)
          .filter(kind -> kind.label.equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "unknown metric '%s'; allowed here: %s; the others are measured anyway"
                          .formatted(
                              text,
                              Arrays.stream(values())
                                  .filter(ON_REQUEST::contains)
                                  .map(kind -> kind.label)
                                  .collect(Collectors.joining(", ")))));
    }

    Kind(String label, boolean cut) {
      this.label = label;
      this.cut = cut;
    }
  }

  public Metric {
    Objects.requireNonNull(kind, "kind");
    if (kind.cut ? k < 1 : k != 0) {
      throw new IllegalArgumentException(
          kind.cut
              ? "cutoff of " + kind.label + " is " + k + "; allowed: 1 or more"
              : kind.label + " looks at the full ranking and takes no cutoff; received " + k);
    }
  }

  /** Whether the metric has a value for each user; coverage has only one for all. */
  public boolean perUser() {
    return kind != Kind.COVERAGE;
  }

  /**
   * Refuses a metric that arms cannot be judged by.
   *
   * @throws IllegalArgumentException naming the metric
   */
  public void requirePerUser() {
    if (!perUser()) {
      throw new IllegalArgumentException(
          "metric is " + this + "; allowed: one that every user has, such as recall@20");
    }
  }

  /**
   * Reads a metric's name.
   *
   * @throws IllegalArgumentException naming the value received and the forms allowed
   */
  public static Metric parse(String text) {
    int at = text.indexOf('@');
    String label = at < 0 ? text : text.substring(0, at);
    for (Kind kind : Kind.values()) {
      if (kind.label.equals(label) && kind.cut == (at >= 0)) {
        if (!kind.cut) {
          return new Metric(kind, 0);
        }
        String cutoff = text.substring(at + 1);
        if (cutoff.matches("[1-9][0-9]{0,6}")) {
          return new Metric(kind, Integer.parseInt(cutoff));
        }
      }
    }
    String allowed =
        Arrays.stream(Kind.values())
            .map(kind -> kind.cut ? kind.label + "@K" : kind.label)
            .collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "unknown metric '"
            + text
            + "'; allowed: "
            + allowed
            + " with K from 1 to "
            + RankingOptions.LARGEST_CUTOFF
            + Suggestion.hint(
                label, Arrays.stream(Kind.values()).map(kind -> kind.label).toList()));
  }

  @Override
  public String toString() {
    return kind.cut ? kind.label + "@" + k : kind.label;
  }
}
