package dev.twotower.trainer.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.kept.KeptRuns;
import dev.twotower.trainer.kept.SideBySide;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What an arm chose of a grid: the combination that is best on the split that is evaluated while
 * training, with the first seed. Every arm has the same combinations, so the same budget.
 *
 * @param config the arm's settings with the combination, and the first seed
 * @param chosen the combination, {@code key=value} each
 * @param metric the metric that chose
 * @param value what it came to
 * @param of number of combinations tried
 */
record Tuning(RunConfig config, List<String> chosen, String metric, double value, int of) {

  /**
   * Refuses a grid that the data set has nothing to choose on for.
   *
   * @throws IllegalArgumentException when it has no rows of the split that decides
   */
  static void requireRows(List<Grid> grid, RunConfig base, Dataset data) {
    Split split = base.evaluation().split();
    if (!grid.isEmpty() && data.interactions(split).rows() == 0) {
      throw new IllegalArgumentException(
          "--grid: arms choose on the %s split, of which '%s' has no rows; import with a --split that holds some out, or choose on another with --set evaluation.split"
              .formatted(split, data.directory()));
    }
  }

  /**
   * Trains every combination; ties go to the earlier one. Empty when stopped.
   *
   * @param config the arm's settings without the grid's
   * @param folder where the arm keeps its runs
   * @param sides trains combinations side by side
   * @param note hears what each combination came to
   */
  static Optional<Tuning> of(
      ArmSpec arm,
      RunConfig config,
      CompareRequest request,
      Path folder,
      KeptRuns kept,
      SideBySide sides,
      Consumer<String> note)
      throws IOException, InterruptedException {
    List<List<String>> combinations = Grid.combinations(request.grid());
    List<SideBySide.Work<Tuning>> works = new ArrayList<>();
    for (List<String> chosen : combinations) {
      RunConfig candidate =
          config.with(chosen.toArray(String[]::new)).with("seed=" + request.seeds().get(0));
      works.add(
          () -> {
            Optional<Tuning> tried =
                trained(arm, candidate, chosen, combinations.size(), folder, kept);
            tried.ifPresent(found -> note.accept(found.ofArm(arm)));
            return tried;
          });
    }
    // Of equal ones, the first.
    return sides
        .all(works)
        .map(
            all ->
                all.stream()
                    .reduce((best, next) -> next.value() > best.value() ? next : best)
                    .orElseThrow());
  }

  private static Optional<Tuning> trained(
      ArmSpec arm, RunConfig candidate, List<String> chosen, int of, Path folder, KeptRuns kept)
      throws IOException, InterruptedException {
    String settings = String.join(" ", chosen);
    String metric = candidate.evaluation().stopMetric();
    Path path = folder.resolve(("tune-" + settings).replaceAll("[^A-Za-z0-9.=-]+", "_"));
    Optional<JsonNode> done = kept.trained(arm.name() + " with " + settings, candidate, path);
    if (done.isEmpty()) {
      return Optional.empty();
    }
    JsonNode value = done.get().path("metrics").path(metric);
    if (value.isMissingNode()) {
      throw new IllegalArgumentException(
          "'%s' holds a run without %s to choose by; remove it, or compare into another --out"
              .formatted(path, metric));
    }
    return Optional.of(new Tuning(candidate, chosen, metric, value.asDouble(), of));
  }

  private String ofArm(ArmSpec arm) {
    return String.format(
        Locale.ROOT,
        "%s with %s: %s %.4f on %s",
        arm.name(),
        String.join(" ", chosen),
        metric,
        value,
        config.evaluation().split());
  }

  /** The combination, value by key. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String setting : chosen) {
      int equals = setting.indexOf('=');
      settings.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return settings;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "chose %s (%s %.4f on %s, the best of %d)",
        String.join(" ", chosen),
        metric,
        value,
        config.evaluation().split(),
        of);
  }
}
