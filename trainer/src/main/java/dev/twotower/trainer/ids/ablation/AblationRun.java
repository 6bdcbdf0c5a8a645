package dev.twotower.trainer.ids.ablation;

import dev.twotower.data.disk.Durable;
import dev.twotower.data.disk.WriterLock;
import dev.twotower.data.json.Json;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.ids.quantize.QuantizerDirectory;
import dev.twotower.trainer.ids.quantize.QuantizerListener;
import dev.twotower.trainer.ids.quantize.QuantizerResult;
import dev.twotower.trainer.ids.quantize.QuantizerTraining;
import dev.twotower.trainer.ids.vectors.ItemVectors;
import dev.twotower.trainer.kept.ResultFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Runs an ablation. Every run keeps its directory, {@code runs/ARM/seed-N}; an ablation that is
 * started again in the same directory continues where it stopped.
 */
public final class AblationRun {
  /** The report's file. */
  public static final String REPORT = "ablation.json";

  private AblationRun() {}

  /** Receives each run before it starts. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param number of this run, from 1
     * @param runs in all
     * @return receives the progress of the run
     */
    QuantizerListener run(int number, int runs, String description);
  }

  /**
   * Quantises under every arm and seed, and writes {@code ablation.json}.
   *
   * @param stop polled after every epoch; true ends the ablation, to be gone on with later
   * @return the report; empty when stopped
   * @throws IllegalArgumentException when the settings do not fit the vectors, or {@code out} holds
   *     runs with others
   */
  public static Optional<AblationReport> run(
      ItemVectors input, AblationRequest request, Path out, Listener listener, BooleanSupplier stop)
      throws IOException {
    try (WriterLock held = ResultFolder.ABLATION.making(out)) {
      Optional<Map<AblationArm, List<Map<String, Double>>>> values =
          values(input, request, out, listener, stop);
      if (values.isEmpty()) {
        return Optional.empty();
      }
      AblationReport report =
          AblationReport.of(
              input.source(), input.rows(), input.dimension(), request.seedList(), values.get());
      Durable.replace(out.resolve(REPORT), Json.SHOWN.writeValueAsString(report));
      return Optional.of(report);
    }
  }

  /** Figures by arm, then seed; empty when stopped. */
  private static Optional<Map<AblationArm, List<Map<String, Double>>>> values(
      ItemVectors input, AblationRequest request, Path out, Listener listener, BooleanSupplier stop)
      throws IOException {
    List<Long> seeds = request.seedList();
    int runs = request.arms().size() * seeds.size();
    int begun = 0;
    Map<AblationArm, List<Map<String, Double>>> values = new LinkedHashMap<>();
    // Seed by seed, so that an ablation cut short has compared all arms.
    for (long seed : seeds) {
      for (AblationArm arm : request.arms()) {
        begun++;
        QuantizeConfig config = arm.apply(request.base()).with("seed=" + seed);
        Path path = out.resolve("runs").resolve(arm.name()).resolve("seed-" + seed);
        QuantizerListener heard =
            listener.run(begun, runs, "%s, seed %d".formatted(arm.name(), seed));
        if (!finished(input, config, path, heard, stop)) {
          return Optional.empty();
        }
        QuantizerDirectory done = QuantizerDirectory.open(path);
        values
            .computeIfAbsent(arm, first -> new ArrayList<>())
            .add(AblationMetrics.of(done.report(), done.metrics()));
      }
    }
    return Optional.of(values);
  }

  /** Quantises unless that is done already; false when stopped. */
  private static boolean finished(
      ItemVectors input,
      QuantizeConfig config,
      Path path,
      QuantizerListener listener,
      BooleanSupplier stop)
      throws IOException {
    QuantizerResult result;
    if (Files.exists(path)) {
      QuantizerDirectory earlier = QuantizerDirectory.open(path);
      if (!earlier.config().equals(config)) {
        throw new IllegalArgumentException(
            "'%s' holds a run with other settings (%s); give the same settings, name another --out, or remove it first"
                .formatted(path, String.join("; ", earlier.config().differences(config))));
      }
      earlier.require(input);
      if (earlier.finished()) {
        return true;
      }
      result = QuantizerTraining.resume(input, path, listener, stop);
    } else {
      result = QuantizerTraining.start(input, config, path, listener, stop);
    }
    return result.outcome().isPresent();
  }
}
