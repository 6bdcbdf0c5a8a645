package dev.twotower.trainer.compare;

import dev.twotower.data.sampling.Layout;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.config.RunConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One arm as flags name it: {@code LAYOUT/MASK[+MASK..][;key=value..]}, for example {@code
 * sorted/identity+user} or {@code requests:400/identity;batchSize=8192}.
 *
 * @param name the text given, which reports show
 * @param settings configuration settings that make the arm
 */
public record ArmSpec(String name, List<String> settings) {
  private static final String FORM =
      "LAYOUT/MASK[+MASK..][;key=value..], for example sorted/identity+user";

  public ArmSpec {
    settings = List.copyOf(settings);
  }

  /**
   * Reads an arm.
   *
   * @throws IllegalArgumentException naming the part received and what is allowed
   */
  public static ArmSpec parse(String text) {
    String[] parts = text.split(";", -1);
    int slash = parts[0].indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("arm '" + text + "' has no '/'; allowed: " + FORM);
    }
    List<String> settings = new ArrayList<>();
    settings.add("layout=" + Layout.parse(parts[0].substring(0, slash)));
    settings.add("masks=" + MaskSet.parse(parts[0].substring(slash + 1)));
    for (String setting : Arrays.asList(parts).subList(1, parts.length)) {
      if (setting.indexOf('=') < 1) {
        throw new IllegalArgumentException(
            "arm '" + text + "': setting '" + setting + "' is not key=value; allowed: " + FORM);
      }
      settings.add(setting);
    }
    return new ArmSpec(text, settings);
  }

  /** An arm for every combination, the first of each list making the first. */
  public static List<ArmSpec> combinations(
      List<Layout> layouts, List<Integer> batchSizes, List<MaskSet> masks) {
    List<ArmSpec> arms = new ArrayList<>();
    for (int batchSize : batchSizes) {
      for (MaskSet mask : masks) {
        for (Layout layout : layouts) {
          arms.add(parse(layout + "/" + mask + ";batchSize=" + batchSize));
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
   * @param note told of each arm that is left out
   */
  public static List<ArmSpec> distinct(
      List<ArmSpec> arms, RunConfig base, Set<String> kept, Consumer<String> note) {
    Map<ArmSpec, RunConfig> distinct = new LinkedHashMap<>();
    for (ArmSpec arm : arms) {
      RunConfig config = base.with(arm.settings().toArray(String[]::new));
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

  private ArmSpec with(List<String> chosen) {
    List<String> more = new ArrayList<>(settings);
    more.addAll(chosen);
    return new ArmSpec(name + ";" + String.join(";", chosen), more);
  }

  /** The name as a folder can have it. */
  String folder() {
    return name.replaceAll("[^A-Za-z0-9.+=-]+", "_");
  }
}
