package dev.twotower.trainer.tune;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.eval.ranking.Disliked;
import dev.twotower.eval.tuning.TuneReport.Point;
import dev.twotower.eval.tuning.TuneReport.Trial;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.kept.KeptRuns;
import dev.twotower.trainer.kept.RunsListener;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Trains trials, each into its own directory, and reads what they came to. */
final class TrialRuns {
  private final Dataset data;
  private final RunConfig base;
  private final Space space;
  private final Path folder;
  private final RunsListener listener;
  private final BooleanSupplier stop;
  private final String metric;

  /**
   * Nothing is trained yet.
   *
   * @param base the settings of trial 0
   * @param folder where trials have their directories
   * @param stop polled while training; true ends it
   */
  TrialRuns(
      Dataset data,
      RunConfig base,
      Space space,
      Path folder,
      RunsListener listener,
      BooleanSupplier stop) {
    this.data = data;
    this.base = base;
    this.space = space;
    this.folder = folder;
    this.listener = listener;
    this.stop = stop;
    this.metric = base.evaluation().stopMetric();
  }

  /** What a trial sets, by name; trial 0 shows what the base has. */
  Map<String, String> settings(int number) {
    if (number > 0) {
      return space.draw(base.seed(), number);
    }
    Map<String, Object> all = tree(base);
    Map<String, String> settings = new LinkedHashMap<>();
    for (String key : space.keys()) {
      Object at = all;
      for (String name : key.split("\\.")) {
        at = ((Map<?, ?>) at).get(name);
      }
      settings.put(key, at.toString());
    }
    return settings;
  }

  private static Map<String, Object> tree(RunConfig config) {
    try {
      return new YAMLMapper()
          .readValue(config.toYaml(), new TypeReference<Map<String, Object>>() {});
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** The configuration of a trial. */
  RunConfig config(int number) {
    return number == 0
        ? base
        : base.with(
            settings(number).entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .toArray(String[]::new));
  }

  /**
   * Trains a trial on to an epoch, unless it is there already; empty when stopped. A draw that
   * cannot be trained on this data set, or whose loss is not finite, is a failed trial; the first
   * trial's refusal is the caller's.
   */
  Optional<Trial> train(int number, long epochs, Halving.Place place)
      throws IOException, InterruptedException {
    RunConfig config = config(number).with("checkpoint.keep=1");
    Path path = folder.resolve("%03d".formatted(number));
    KeptRuns kept = new KeptRuns(data, watch(number, place), stop, place.of());
    String failure = null;
    try {
      if (kept.trained("", config, path, epochs).isEmpty()) {
        return Optional.empty();
      }
    } catch (IllegalArgumentException | IllegalStateException refused) {
      boolean other = Files.exists(path) && !RunDirectory.open(path).config().equals(config);
      if (number == 0 || other) {
        throw refused;
      }
      failure = refused.getMessage();
    }
    return Optional.of(read(number, path, epochs, failure));
  }

  private RunsListener watch(int number, Halving.Place place) {
    return new RunsListener() {
      @Override
      public TrainingListener run(int at, int runs, String none) {
        return listener.run(
            place.at(), place.of(), "rung %d, trial %d".formatted(place.rung() + 1, number));
      }
    };
  }

  /** A trial as it was after an epoch, whatever was trained since. */
  private Trial read(int number, Path path, long epochs, String failure) throws IOException {
    List<Point> curve = new ArrayList<>();
    Map<Long, Map<String, Double>> disliked = new HashMap<>();
    boolean ended = failure != null;
    if (Files.exists(path)) {
      RunDirectory run = RunDirectory.open(path);
      boolean all = true;
      for (JsonNode line : run.metrics()) {
        if (line.path("type").asText().equals("evaluation")) {
          long epoch = line.path("epoch").asLong();
          all &= epoch <= epochs;
          if (epoch <= epochs) {
            double value = line.path("metrics").path(metric).asDouble();
            disliked.put(epoch, disliked(line.path("metrics")));
            curve.add(new Point(epoch, line.path("seconds").asDouble(), value));
          }
        }
      }
      ended |= all && !RunDirectory.unfinished(path);
    }
    Point best = null;
    for (Point point : curve) {
      best = best == null || point.value() > best.value() ? point : best;
    }
    Point last = curve.isEmpty() ? null : curve.get(curve.size() - 1);
    return new Trial(
        number,
        settings(number),
        best == null ? null : best.value(),
        best == null ? 0 : best.epoch(),
        last == null ? 0 : last.epoch(),
        last == null ? 0 : last.seconds(),
        ended,
        failure,
        curve,
        best == null ? Map.of() : disliked.get(best.epoch()));
  }

  private static Map<String, Double> disliked(JsonNode metrics) {
    Map<String, Double> shares = new LinkedHashMap<>();
    metrics
        .properties()
        .forEach(
            each -> {
              if (Disliked.isOne(each.getKey())) {
                shares.put(each.getKey(), each.getValue().asDouble());
              }
            });
    return shares;
  }
}
