package dev.twotower.trainer.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What an arm chose of a grid: the combination that is best on the split that is evaluated while
 * training, with the first seed. Every arm has the same combinations, so the same budget.
 *
 * @param config the arm's settings with the combination, and the first seed
 * @param chosen the combination, {@code key=value} each
 * @param metric the metric that chose
 * @param value what it came to
 * @param of number of combinations tried
 * @param run where the best of them was trained
 * @param result how that went, the fields of {@link dev.twotower.trainer.train.TrainingResult}
 */
record Tuning(
    RunConfig config,
    List<String> chosen,
    String metric,
    double value,
    int of,
    Path run,
    JsonNode result) {

  /**
   * Trains every combination; ties go to the earlier one. Empty when stopped.
   *
   * @param config the arm's settings without the grid's
   * @param folder where the arm keeps its runs
   */
  static Optional<Tuning> of(
      ArmSpec arm, RunConfig config, CompareRequest request, Path folder, KeptRuns kept)
      throws IOException, InterruptedException {
    List<List<String>> combinations = Grid.combinations(request.grid());
    String metric = config.evaluation().stopMetric();
    Optional<Tuning> best = Optional.empty();
    for (List<String> chosen : combinations) {
      RunConfig candidate =
          config.with(chosen.toArray(String[]::new)).with("seed=" + request.seeds().get(0));
      String settings = String.join(" ", chosen);
      Path path = folder.resolve(("tune-" + settings).replaceAll("[^A-Za-z0-9.=-]+", "_"));
      Optional<JsonNode> done = kept.trained(arm.name() + " with " + settings, candidate, path);
      if (done.isEmpty()) {
        return Optional.empty();
      }
      JsonNode value = done.get().path("metrics").path(metric);
      if (value.isMissingNode()) {
        throw new IllegalArgumentException(
            "a grid needs rows of the %s split to choose on, and the data set has none"
                .formatted(config.evaluation().split()));
      }
      if (best.isEmpty() || value.asDouble() > best.get().value()) {
        best =
            Optional.of(
                new Tuning(
                    candidate,
                    chosen,
                    metric,
                    value.asDouble(),
                    combinations.size(),
                    path,
                    done.get()));
      }
    }
    return best;
  }

  /** Chosen values beyond which a better one may lie: the least or greatest number of a grid. */
  List<String> atEdge(List<Grid> grids) {
    List<String> edges = new ArrayList<>();
    for (int i = 0; i < grids.size(); i++) {
      Grid grid = grids.get(i);
      String value = chosen.get(i).substring(grid.key().length() + 1);
      if (grid.isEdge(value)) {
        edges.add(
            "%s, the end of the grid %s: a better value may lie beyond it"
                .formatted(chosen.get(i), grid));
      }
    }
    return edges;
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
