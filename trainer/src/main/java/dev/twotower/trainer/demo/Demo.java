package dev.twotower.trainer.demo;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.generate.GenerateRequest;
import dev.twotower.data.generate.Generator;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.trainer.compare.CompareRequest;
import dev.twotower.trainer.compare.CompareRun;
import dev.twotower.trainer.compare.EarlierReport;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.kept.RunsListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Generates a log, measures it, trains the default arms and writes the report: request-sorted
 * batches, what they break, and what repairs it. Sized for under three minutes on two cores.
 */
public final class Demo {
  /** Shuffled batches, request-sorted ones, two masks that repair, and the recipe of README. */
  public static final List<String> ARMS =
      List.of(
          "iid/identity",
          "sorted/identity",
          "sorted/identity+user",
          "sorted/identity+engaged",
          "requests:100000:8/identity+engaged");

  private static final int SEEDS = 3;

  private Demo() {}

  /** The settings all arms share: a small model, and batches small enough to show the damage. */
  public static RunConfig settings() {
    return RunConfig.defaults()
        .with(
            "batchSize=512",
            "dim=32",
            "user.embedding=32",
            "item.embedding=32",
            "epochs=8",
            "evaluation.metrics=[recall@20]");
  }

  /**
   * Runs the demo; started again in the same directory it continues, or shows the report it has.
   *
   * @param out gets {@code data}, {@code runs} and the report
   * @param stop polled while training
   * @return the report; empty when stopped
   * @throws IllegalArgumentException when the directory holds a report on other arms
   */
  public static Optional<Report> run(Path out, RunsListener listener, BooleanSupplier stop)
      throws IOException, InterruptedException {
    Optional<EarlierReport> earlier = EarlierReport.in(out);
    if (earlier.isPresent() && !ARMS.containsAll(earlier.get().arms())) {
      throw new IllegalArgumentException(
          "'%s' holds the demo of another version, with the arms %s; remove it, or name another --out"
              .formatted(out, String.join(", ", earlier.get().arms())));
    }
    Path directory = out.resolve("data");
    if (!Files.exists(directory)) {
      Generator.generate(GenerateRequest.demo(), directory);
    }
    RunConfig base = settings();
    CompareRequest request =
        new CompareRequest(
            ARMS.stream().map(ArmSpec::parse).toList(),
            CompareRequest.seeds(base.seed(), SEEDS),
            base,
            List.of(),
            Metric.parse(base.evaluation().stopMetric()),
            Split.TEST,
            0,
            Comparison.Pairing.ALL,
            0);
    try (Dataset data = Dataset.open(directory)) {
      return CompareRun.run(data, request, out, listener, stop);
    }
  }
}
