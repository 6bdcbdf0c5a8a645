package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.eval.report.Comparison;
import dev.twotower.trainer.compare.ArmSpec;
import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "compare",
    description = {
      "Trains the same model under several layouts and masks, over several seeds, and judges every pair.",
      "An arm is LAYOUT/MASK[+MASK..][;key=value..]; the first one is the reference. Writes report.json and report.html.",
      "Started again with the same --out, it goes on where it stopped; --add brings further arms into its report."
    },
    footer = {
      "  twotower compare --data data/mine --arms iid/identity,sorted/identity,sorted/identity+user --out runs/ab",
      "  twotower compare --data data/mine --arms iid/identity,requests:400/identity+engaged --seeds 5 --out runs/ab"
          + " --set batchSize=2048 --grid optimizer.tableLearningRate=0.03,0.1,0.3",
      "  twotower compare --data data/mine --arms requests:2000/identity+user --add --out runs/ab"
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

  @Mixin private ComparisonOptions comparison;
  @Mixin private ConfigOptions options;

  @Override
  Answer answer(Console console) throws IOException, InterruptedException {
    RunConfig base = options.load();
    try (Dataset dataset = data.open()) {
      return comparison.run(dataset, arms, base, Comparison.Pairing.ALL, console, ReportText::of);
    }
  }
}
