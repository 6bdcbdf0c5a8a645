package dev.twotower.trainer.compare;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.RequestFeatures;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Problems;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.trainer.config.FeatureConfig;
import dev.twotower.trainer.config.RunConfig;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What to compare.
 *
 * @param arms the arms, the reference first
 * @param recipes names of those that were asked for as the recipe
 * @param seeds seeds every arm is trained with
 * @param base settings all arms share
 * @param grid settings each arm chooses a combination of on validation with the first seed; empty
 *     for none
 * @param metric what verdicts are about
 * @param split where the arms are judged
 * @param users evaluate only this many users, 0 for all
 * @param pairing which arms are judged against which
 * @param measureBatches batches of each arm to count false negatives over, 0 for the whole epoch
 */
public record CompareRequest(
    List<ArmSpec> arms,
    Set<String> recipes,
    List<Long> seeds,
    RunConfig base,
    List<Grid> grid,
    Metric metric,
    Split split,
    int users,
    Comparison.Pairing pairing,
    int measureBatches) {
  public CompareRequest {
    arms = List.copyOf(arms);
    recipes = Set.copyOf(recipes);
    seeds = List.copyOf(seeds);
    grid = List.copyOf(grid);
    if (arms.size() < 2) {
      throw tooFew(arms.size());
    }
    if (seeds.isEmpty()) {
      throw new IllegalArgumentException("no seeds are given; allowed: at least one");
    }
    Map<String, ArmSpec> named = new HashMap<>();
    for (ArmSpec arm : arms) {
      ArmSpec other = named.put(arm.name(), arm);
      if (other != null) {
        throw new IllegalArgumentException(
            other.equals(arm)
                ? "arm %s is given twice; allowed: each arm once".formatted(arm.name())
                : "two arms are called %s, %s and %s; allowed: a name for each"
                    .formatted(
                        arm.name(),
                        other.meaning().orElse(other.name()),
                        arm.meaning().orElse(arm.name())));
      }
    }
    Set<String> chosen = new HashSet<>();
    for (Grid each : grid) {
      if (!chosen.add(each.key())) {
        throw new IllegalArgumentException(
            "--grid names %s twice; allowed: each setting once, with all its values"
                .formatted(each.key()));
      }
    }
    Problems shared = new Problems();
    for (Grid each : grid) {
      shared.parse(() -> Arms.requireOwn("--grid " + each, each.key()));
    }
    for (ArmSpec arm : arms) {
      for (String key : arm.settings().keySet()) {
        shared.parse(() -> Arms.requireOwn("arm " + arm.name(), key));
      }
    }
    shared.check();
    metric.requirePerUser();
  }

  /** Seeds first, first+1, ... */
  public static List<Long> seeds(long first, int count) {
    return LongStream.range(first, first + count).boxed().toList();
  }

  /** That there is nothing to compare an arm with. */
  public static IllegalArgumentException tooFew(int arms) {
    return new IllegalArgumentException(
        "%s given; allowed: two or more, the reference first"
            .formatted(arms == 1 ? "1 arm is" : arms + " arms are"));
  }

  /** The same with other settings of all arms. */
  CompareRequest with(RunConfig other) {
    return new CompareRequest(
        arms, recipes, seeds, other, grid, metric, split, users, pairing, measureBatches);
  }

  /**
   * Whether any arm may read values of requests, so that all are ranked by request; refuses columns
   * that are none before anything is trained.
   */
  boolean readsRequests(Dataset data) {
    RequestFeatures requests = RequestFeatures.of(data);
    List<String> known = requests.features().stream().map(FeatureColumn::name).toList();
    List<String> names =
        configs()
            .flatMap(config -> config.user().features().stream())
            .map(FeatureConfig::name)
            .filter(name -> known.contains(name) && RequestFeatures.names(name, data.userTable()))
            .distinct()
            .toList();
    requests.check(names);
    return !names.isEmpty();
  }

  /** Settings that may be trained: of all arms, with all combinations of the grid. */
  Stream<RunConfig> configs() {
    List<String[]> combinations =
        Grid.combinations(grid).stream().map(each -> each.toArray(String[]::new)).toList();
    return arms.stream()
        .map(arm -> Arms.config(arm, base))
        .flatMap(config -> combinations.stream().map(config::with));
  }
}
