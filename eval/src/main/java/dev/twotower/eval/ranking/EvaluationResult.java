package dev.twotower.eval.ranking;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.stats.Interval;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An evaluated model; serialises to the fields of design 10.
 *
 * @param split the rows held out
 * @param users number of users evaluated
 * @param metrics means over users, by name, such as {@code recall@20}
 * @param baselines metrics of {@code popularity} and {@code random} on the same users
 * @param intervals 95 % bootstrap intervals over users, by metric
 * @param slices parts of items and users
 * @param feedback what kinds of feedback were found and listed; absent where the log has none
 * @param protocol how the ranking was made
 * @param ofUsers metrics of each user, for the statistics; not serialised
 * @param ofSlices the same for {@code among:warm}, {@code among:cold} and {@code items:cold}, where
 *     there is an item without training rows to find
 * @param ofPopularity metrics of each user under the ranking by popularity, beside {@code ofUsers}
 * @param ofDisliked of each user, by cutoff, the share of what it must not get that is listed;
 *     empty where the log does not say
 */
public record EvaluationResult(
    @JsonSerialize(using = ToStringSerializer.class) Split split,
    int users,
    Map<String, Double> metrics,
    Map<String, Map<String, Double>> baselines,
    Map<String, Interval> intervals,
    List<SliceResult> slices,
    @JsonInclude(JsonInclude.Include.NON_NULL) OfKinds feedback,
    Protocol protocol,
    @JsonIgnore MetricTable ofUsers,
    @JsonIgnore Map<String, MetricTable> ofSlices,
    @JsonIgnore MetricTable ofPopularity,
    @JsonIgnore Optional<MetricTable> ofDisliked) {

  /** Shares of what users must not get that are listed; empty where the log does not say. */
  public Map<String, Double> disliked() {
    return feedback == null ? Map.of() : feedback.disliked();
  }

  /**
   * What a ranking made of kinds of feedback.
   *
   * @param positives the kinds that were to be found; rows of others are not relevant
   * @param never the kinds of items that users must not get: those known before are not ranked
   * @param usersWithoutAllowed users of the split left out because earlier rows of {@code never}
   *     keep all their items there from them, whether seen items are ranked or not
   * @param dislikes users with such rows in the split that nothing before told of
   * @param disliked mean share of these users' such items that are in the first K, as {@code
   *     disliked@20}; the lower, the better; empty where there are no such users
   * @param byPopularity the same of the ranking by popularity
   */
  public record OfKinds(
      List<String> positives,
      List<String> never,
      int usersWithoutAllowed,
      int dislikes,
      Map<String, Double> disliked,
      Map<String, Double> byPopularity) {
    /** Kinds by name, such as {@code kind hide} and {@code kinds buy, cart}. */
    public static String words(List<String> kinds) {
      return (kinds.size() == 1 ? "kind " : "kinds ") + String.join(", ", kinds);
    }
  }

  /**
   * How the ranking was made.
   *
   * @param items items ranked, less those excluded for each user
   * @param seenItemsRanked whether items the user had engaged with stayed in its ranking
   * @param eligibleUsers users with something to find, sampled or not
   * @param sampleSeed seed of the sample of users; absent where all were evaluated
   * @param usersWithoutRelevant users of the split left out because they had engaged before with
   *     all their items that they may get
   * @param requests requests ranked for by themselves, over which a user's metrics are means;
   *     absent where each user was ranked for once
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Protocol(
      int items,
      boolean seenItemsRanked,
      int eligibleUsers,
      Long sampleSeed,
      int usersWithoutRelevant,
      Integer requests) {}
}
