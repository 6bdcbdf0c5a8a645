package dev.twotower.trainer.compare;

import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.config.RunConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** Lists of arms, from what flags give. */
public final class Arms {
  /**
   * What arms are judged by, or what has no part in what they learn: the same for all (design 5).
   */
  private static final List<String> ALIKE =
      List.of("evaluation", "trainOn", "events", "checkpoint", "seed", "device", "threads");

  private Arms() {}

  /**
   * Refuses a setting that must be the same for all arms.
   *
   * @param where what sets it, for example {@code arm iid/identity;seed=2}
   * @throws IllegalArgumentException naming the setting and where to give it instead
   */
  static void requireOwn(String where, String key) {
    if (ALIKE.stream().anyMatch(part -> (key + ".").startsWith(part + "."))) {
      throw new IllegalArgumentException(
          "%s sets %s; allowed: settings of the model and its training, not %s, which must be the same for all arms; give it to all with --set, or seeds with --seeds"
              .formatted(where, key, String.join(", ", ALIKE)));
    }
  }

  /**
   * An arm for every combination, the first of each list making the first.
   *
   * @param layouts for each size of batches
   */
  public static List<ArmSpec> combinations(
      IntFunction<List<Layout>> layouts, List<Integer> batchSizes, List<MaskSet> masks) {
    List<ArmSpec> arms = new ArrayList<>();
    for (int batchSize : batchSizes) {
      for (MaskSet mask : masks) {
        for (Layout layout : layouts.apply(batchSize)) {
          arms.add(ArmSpec.parse(layout + "/" + mask + ";batchSize=" + batchSize));
        }
      }
    }
    return arms;
  }

  /**
   * Every arm as it is, and after it a variant for each combination of values, the last list's
   * values running fastest.
   */
  public static List<ArmSpec> varied(List<ArmSpec> arms, List<Grid> varied) {
    List<ArmSpec> all = new ArrayList<>();
    for (ArmSpec arm : arms) {
      all.add(arm);
      if (!varied.isEmpty()) {
        Grid.combinations(varied).forEach(settings -> all.add(arm.with(settings)));
      }
    }
    return all;
  }

  /**
   * The arms, of those that train the same thing only the first.
   *
   * @param base the settings all arms share
   * @param kept names of arms that stay even so, since a report has them
   * @param note receives a note for each arm that is left out
   */
  public static List<ArmSpec> distinct(
      List<ArmSpec> arms, RunConfig base, Set<String> kept, Consumer<String> note) {
    Map<ArmSpec, RunConfig> distinct = new LinkedHashMap<>();
    for (ArmSpec arm : arms) {
      RunConfig config = config(arm, base);
      Optional<ArmSpec> same =
          distinct.entrySet().stream()
              .filter(earlier -> same(earlier.getValue(), config))
              .map(Map.Entry::getKey)
              .findFirst();
      // One and the same name given twice is a slip, which is refused.
      if (same.isPresent() && same.get().name().equals(arm.name())) {
        throw new IllegalArgumentException(
            "arm %s is given twice; allowed: each arm once".formatted(arm.name()));
      }
      if (same.isEmpty() || kept.contains(arm.name())) {
        distinct.put(arm, config);
      } else {
        note.accept(
            "%s is left out: its settings are those of %s"
                .formatted(arm.name(), same.get().name()));
      }
    }
    return List.copyOf(distinct.keySet());
  }

  /** Whether two runs of one seed would be the same: without a weight the tree teaches nothing. */
  private static boolean same(RunConfig one, RunConfig other) {
    boolean tree = one.tree().lambda() > 0 || other.tree().lambda() > 0;
    return one.differences(other).stream()
        .allMatch(difference -> !tree && difference.startsWith("tree."));
  }

  /** The arm's settings over those that all share. */
  static RunConfig config(ArmSpec arm, RunConfig base) {
    return base.with(arm.overrides().toArray(String[]::new));
  }

  /** The name as a folder can have it. */
  static String folder(ArmSpec arm) {
    return arm.name().replaceAll("[^A-Za-z0-9.+=-]+", "_");
  }
}
