package dev.twotower.trainer.compare;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.message.Problems;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.trainer.config.ConfigException;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.RunSettings;
import dev.twotower.trainer.train.Training;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What is wrong with the arms of a comparison: all of it, before the first is trained, and not each
 * when its turn comes, which may be hours later. What is wrong with every arm is said once.
 */
public final class ArmMistakes {
  private final List<ArmSpec> arms;
  private final RunConfig base;

  /** Names of the arms by the mistake that they make. */
  private final Map<String, Set<String>> found = new LinkedHashMap<>();

  private ArmMistakes(List<ArmSpec> arms, RunConfig base) {
    this.arms = arms;
    this.base = base;
  }

  /**
   * Values that no run may have, and features that the data set lacks; where there are any, also
   * whatever else is wrong with any arm, so that nothing is left to be found in another try.
   *
   * @param base the settings all arms share, without a mistake
   * @param refused whether other arms are refused already
   */
  public static Problems ofSettings(
      List<ArmSpec> arms, RunConfig base, Dataset data, boolean refused) {
    ArmMistakes mistakes = new ArmMistakes(arms, base);
    Map<ArmSpec, RunConfig> configs = new LinkedHashMap<>();
    for (ArmSpec arm : arms) {
      Optional<RunConfig> config = mistakes.config(arm);
      config.ifPresent(each -> mistakes.note(arm, each::requireFeatures, data));
      config.ifPresent(each -> configs.put(arm, each));
      if (config.isEmpty()) {
        mistakes.addAll(arm, RunSettings.lacking(data, base, arm.overrides()));
      }
    }
    if (refused || !mistakes.found.isEmpty()) {
      Map<RunConfig, List<String>> known = new HashMap<>();
      configs.forEach(
          (arm, config) ->
              mistakes.addAll(
                  arm,
                  known.computeIfAbsent(
                      Training.checkedAs(config), any -> Training.misfits(data, config))));
    }
    return mistakes.problems();
  }

  /**
   * Whatever would end a training of an arm before its first step. What arms have in common as far
   * as that goes is looked at once.
   *
   * @param grid what arms choose from
   * @param misfits what of a configuration does not fit the data set
   */
  static Problems of(
      List<ArmSpec> arms,
      List<Grid> grid,
      RunConfig base,
      Function<RunConfig, List<String>> misfits) {
    ArmMistakes mistakes = new ArmMistakes(arms, base);
    Map<RunConfig, List<String>> known = new HashMap<>();
    for (ArmSpec arm : arms) {
      mistakes
          .config(arm)
          .ifPresent(
              config -> {
                for (RunConfig each : mistakes.combined(arm, config, grid)) {
                  mistakes.addAll(
                      arm,
                      known.computeIfAbsent(Training.checkedAs(each), any -> misfits.apply(each)));
                }
              });
    }
    return mistakes.problems();
  }

  private Optional<RunConfig> config(ArmSpec arm) {
    try {
      return Optional.of(Arms.config(arm, base));
    } catch (ConfigException refused) {
      add(arm, refused.of("its settings").getMessage());
    } catch (IllegalArgumentException refused) {
      add(arm, refused.getMessage());
    }
    return Optional.empty();
  }

  /** The arm with each combination of the grid that is one. */
  private List<RunConfig> combined(ArmSpec arm, RunConfig config, List<Grid> grids) {
    for (Grid grid : grids) {
      if (arm.settings().containsKey(grid.key())) {
        add(
            arm,
            "it sets %s, which --grid %s is to choose; leave it out of one of them"
                .formatted(grid.key(), grid));
        return List.of(config);
      }
    }
    List<RunConfig> all = new ArrayList<>();
    for (List<String> combination : Grid.combinations(grids)) {
      try {
        all.add(config.with(combination.toArray(String[]::new)));
      } catch (IllegalArgumentException refused) {
        add(arm, "--grid, %s: %s".formatted(String.join(" ", combination), refused.getMessage()));
      }
    }
    return all;
  }

  private void note(ArmSpec arm, Consumer<Dataset> check, Dataset data) {
    try {
      check.accept(data);
    } catch (IllegalArgumentException refused) {
      add(arm, refused.getMessage());
    }
  }

  private void addAll(ArmSpec arm, List<String> messages) {
    messages.forEach(message -> add(arm, message));
  }

  private void add(ArmSpec arm, String message) {
    found.computeIfAbsent(message, any -> new LinkedHashSet<>()).add(arm.name());
  }

  private Problems problems() {
    Problems problems = new Problems();
    found.forEach(
        (message, of) ->
            problems.add(
                of.size() == arms.size()
                    ? message
                    : "%s %s: %s"
                        .formatted(
                            of.size() == 1 ? "arm" : "arms", String.join(", ", of), message)));
    return problems;
  }
}
