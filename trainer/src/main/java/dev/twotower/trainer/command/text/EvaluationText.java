package dev.twotower.trainer.command.text;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.twotower.data.message.Amount;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.ranking.SliceResult;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.eval.stats.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An evaluation for a person to read. */
public final class EvaluationText {
  private EvaluationText() {}

  /**
   * The document of an evaluation.
   *
   * @param againstPopularity the model against the ranking by popularity, over users: one of each
   *     recall and ndcg, and of precision, map and auc where they were asked for, a the model; none
   *     where a single user was ranked
   */
  public record Document(
      @JsonUnwrapped EvaluationResult evaluation, List<Report.Pair> againstPopularity) {

    public static Document of(EvaluationResult result) {
      List<Metric> metrics =
          result.ofUsers().metrics().stream()
              .filter(AgainstText::shown)
              .sorted((x, y) -> Boolean.compare(y.equals(FIRST), x.equals(FIRST)))
              .toList();
      return new Document(
          result,
          Comparison.models(
              "model",
              result.ofUsers(),
              "popularity",
              result.ofPopularity(),
              metrics,
              ComparisonSettings.defaults().withRankable(result.protocol().eligibleUsers())));
    }
  }

  private static final Metric FIRST = Metric.parse("recall@20");

  /** Metrics beside the baselines, the verdict against popularity, and slices. */
  public static String of(Document document) {
    EvaluationResult result = document.evaluation();
    TextTable metrics =
        new TextTable("metric", "model", "95 % interval", "popularity", "one random draw");
    result
        .metrics()
        .forEach(
            (name, value) ->
                metrics.add(
                    name,
                    four(value),
                    interval(result.intervals().get(name)),
                    baseline(result, "popularity", name),
                    baseline(result, "random", name)));
    List<String> shown =
        result.ofUsers().metrics().stream()
            .filter(AgainstText::shown)
            .map(Metric::toString)
            .toList();
    List<String> head = new ArrayList<>(List.of("slice", "users", "items"));
    head.addAll(shown);
    TextTable slices = new TextTable(head.toArray(String[]::new));
    for (SliceResult slice : result.slices()) {
      List<Object> row = new ArrayList<>(List.of(slice.name(), slice.users(), slice.items()));
      shown.forEach(name -> row.add(four(slice.metrics().get(name))));
      slices.add(row.toArray());
    }
    return result.split()
        + ": "
        + Amount.of(result.users(), "user")
        + ", "
        + Amount.of(result.protocol().items(), "item")
        + " ranked, "
        + RankingOptions.words(result.protocol().seenItemsRanked())
        + left(result)
        + kinds(result)
        + System.lineSeparator()
        + metrics
        + System.lineSeparator().repeat(2)
        + AgainstText.of(result, document.againstPopularity())
        + System.lineSeparator().repeat(2)
        + slices;
  }

  /** What kinds of feedback were found, and listed though they should not be. */
  private static String kinds(EvaluationResult result) {
    EvaluationResult.OfKinds kinds = result.feedback();
    if (kinds == null) {
      return "";
    }
    String split = result.split().toString();
    String line = System.lineSeparator();
    String text =
        "%sto be found: the items of %s rows of %s; rows of other kinds do not count"
            .formatted(line, split, EvaluationResult.OfKinds.words(kinds.positives()));
    if (kinds.never().isEmpty()) {
      return text;
    }
    String never = EvaluationResult.OfKinds.words(kinds.never());
    text +=
        "%snever listed for a user: the items of its rows of %s from before the %s rows (events: never)"
                .formatted(line, never, split)
            + withoutAllowed(result, kinds);
    if (kinds.dislikes() == 0) {
      return text
          + "%sno disliked@K: no user rejects an item in the %s rows (%s) that its list may still hold"
              .formatted(line, split, never);
    }
    return text
        + "%sdisliked@K, the lower the better: %s items in the %s rows (%s) that a list may still hold; the share of those items among the first K: "
            .formatted(
                line, Amount.of(kinds.dislikes(), "user rejects", "users reject"), split, never)
        + kinds.disliked().entrySet().stream()
            .map(
                rate ->
                    "%s %s (popularity %s)"
                        .formatted(
                            rate.getKey(),
                            four(rate.getValue()),
                            four(kinds.byPopularity().get(rate.getKey()))))
            .collect(Collectors.joining(", "));
  }

  /** Users whom {@link #left} does not count: ranking seen items would not bring them back. */
  private static String withoutAllowed(EvaluationResult result, EvaluationResult.OfKinds kinds) {
    int users = kinds.usersWithoutAllowed();
    if (users == 0) {
      return "";
    }
    return "%sleft out: %s such rows for every item of %s %s rows, so nothing is left to find; another meaning of %s ranks them (--events)"
        .formatted(
            System.lineSeparator(),
            Amount.of(users, "user who has", "users who have"),
            users == 1 ? "its" : "their",
            result.split(),
            EvaluationResult.OfKinds.words(kinds.never()));
  }

  /** Why fewer users are ranked than the split has. */
  private static String left(EvaluationResult result) {
    EvaluationResult.Protocol protocol = result.protocol();
    String text = "";
    if (protocol.requests() != null) {
      text +=
          "; their %s ranked for one by one, a user's averaged first"
              .formatted(Amount.of(protocol.requests(), "request"));
    }
    if (protocol.eligibleUsers() > result.users()) {
      text +=
          "; a sample of %s something to find"
              .formatted(Amount.of(protocol.eligibleUsers(), "user that has", "users that have"));
    }
    if (protocol.usersWithoutRelevant() > 0) {
      text +=
          System.lineSeparator()
              + "left out: %s %s rows before, and seen items are not ranked; --rank-seen ranks them"
                  .formatted(
                      Amount.of(
                          protocol.usersWithoutRelevant(),
                          "user who had all items of its",
                          "users who had all items of their"),
                      result.split());
    }
    return text;
  }

  private static String four(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String interval(Interval interval) {
    return interval == null ? "-" : four(interval.low()) + " .. " + four(interval.high());
  }

  private static String baseline(EvaluationResult result, String name, String metric) {
    return four(result.baselines().getOrDefault(name, Map.of()).get(metric));
  }
}
