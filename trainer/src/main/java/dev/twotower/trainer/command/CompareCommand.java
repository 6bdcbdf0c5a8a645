package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.report.Report;
import dev.twotower.trainer.compare.ArmSpec;
import dev.twotower.trainer.compare.CompareRequest;
import dev.twotower.trainer.compare.CompareRun;
import dev.twotower.trainer.compare.Grid;
import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "compare",
    description = {
      "Trains the same model under several layouts and masks, over several seeds, and judges every pair.",
      "An arm is LAYOUT/MASK[+MASK..][;key=value..]; the first one is the reference. Writes report.json and report.html.",
      "Started again with the same --out, it goes on where it stopped."
    },
    footer = {
      "  twotower compare --data data/mine --arms iid/identity,sorted/identity,sorted/identity+user --out runs/ab",
      "  twotower compare --data data/mine --arms iid/identity,requests:400/identity+engaged --seeds 5 --out runs/ab"
          + " --set batchSize=2048 --grid optimizer.tableLearningRate=0.03,0.1,0.3"
    })
final class CompareCommand extends Action {
  @Mixin private DataOption data;

  @Option(
      names = "--arms",
      required = true,
      order = 2,
      split = ",",
      paramLabel = "ARM",
      description = "The arms, at least two, the reference first.")
  private List<ArmSpec> arms;

  @Option(
      names = "--seeds",
      order = 3,
      paramLabel = "N",
      defaultValue = "3",
      description = "Seeds every arm is trained with, counted from the setting 'seed'.")
  private int seeds;

  @Option(
      names = "--out",
      required = true,
      order = 4,
      paramLabel = "DIR",
      description = "Where runs and report go.")
  private Path out;

  @Option(
      names = "--metric",
      order = 5,
      paramLabel = "M",
      description = "What verdicts are about; by default the setting evaluation.stopMetric.")
  private Optional<Metric> metric = Optional.empty();

  @Option(
      names = "--split",
      order = 6,
      paramLabel = "SPLIT",
      defaultValue = "test",
      description = "Where arms are judged: validation or test.")
  private Split split;

  @Option(
      names = "--users",
      order = 7,
      paramLabel = "N",
      defaultValue = "0",
      description = "Judge on a seeded sample of N users; 0: all.")
  private int users;

  @Option(
      names = "--grid",
      order = 8,
      paramLabel = "KEY=V,V..",
      description =
          "Values of a setting that each arm chooses from on validation: equal tuning for all.")
  private Optional<Grid> grid = Optional.empty();

  @Option(
      names = "--max-batches",
      order = 9,
      paramLabel = "N",
      defaultValue = "0",
      description = "Measure false negatives on a sample of N batches; 0: the whole epoch.")
  private int maxBatches;

  @Mixin private ConfigOptions options;

  @Override
  Answer answer(Console console) throws IOException, InterruptedException {
    if (seeds < 1) {
      throw new IllegalArgumentException("--seeds: received " + seeds + "; allowed: 1 and up");
    }
    RunConfig base = options.load();
    CompareRequest request =
        new CompareRequest(
            arms,
            CompareRequest.seeds(base.seed(), seeds),
            base,
            grid,
            metric.orElseGet(() -> Metric.parse(base.evaluation().stopMetric())),
            split,
            users,
            maxBatches);
    try (Dataset dataset = data.open();
        ComparisonDisplay display = new ComparisonDisplay(console)) {
      dataset.verify();
      Optional<Report> report =
          CompareRun.run(dataset, request, out, display, console.interruption().stopSignal());
      return report
          .map(written -> new Answer(written, ReportText.of(written, out)))
          .orElseThrow(
              () ->
                  new Interrupted(
                      "interrupted; finished runs are kept, and the same command goes on"));
    }
  }
}
