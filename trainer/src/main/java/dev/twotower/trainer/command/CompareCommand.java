package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.trainer.command.text.ReportText;
import dev.twotower.trainer.compare.Arms;
import dev.twotower.trainer.compare.Grid;
import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "compare",
    description = {
      "Trains the same model under several layouts and masks, over several seeds, and judges every"
          + " pair.",
      "An arm is LAYOUT/MASK[+MASK..][;key=value..]; the first one is the reference. Writes"
          + " report.json and report.html.",
      "Started again with the same --out, it continues where it stopped; --add adds arms to its"
          + " report."
    },
    footer = {
      "  twotower compare --data logs/mine --arms iid/identity,sorted/identity,sorted/identity+user"
          + " --out runs/ab",
      "  twotower compare --data logs/mine --arms iid/identity,requests:400/identity+engaged"
          + " --seeds 5 --out runs/ab --set batchSize=2048 --grid"
          + " optimizer.tableLearningRate=0.03,0.1,0.3",
      "  twotower compare --data logs/mine --arms requests:2000/identity+user --add --out runs/ab",
      "  twotower compare --data logs/mine --arms iid/identity --vary tree.lambda=0.001,0.01,0.1,1"
          + " --vary tree.batches=random,hierarchical --out runs/tree"
    })
final class CompareCommand extends Action {
  @Mixin private DataOption data;

  @Option(
      names = "--arms",
      required = true,
      order = 2,
      // Commas in brackets belong to a setting.
      split = ",(?![^\\[]*\\])",
      hideParamSyntax = true,
      paramLabel = "ARM[,ARM..]",
      description = "The arms, at least two with their variants, the reference first.")
  private List<ArmSpec> arms;

  @Option(
      names = "--vary",
      order = 3,
      paramLabel = "KEY=V,V..",
      description =
          "Adds to each arm a variant for every combination of these values; every arm is then"
              + " compared with the first. May be given several times.")
  private List<Grid> vary = List.of();

  @Mixin private ComparisonOptions comparison;
  @Mixin private ConfigOptions options;

  @Override
  protected String afterWriteFailure() {
    return ComparisonOptions.AFTER_WRITE_FAILURE;
  }

  @Override
  protected Answer answer(Console console) throws IOException, InterruptedException {
    options.settings();
    try (Dataset dataset = data.open()) {
      RunConfig base = options.on(dataset, console.err()::println).config();
      return comparison.run(
          dataset,
          Arms.varied(arms, vary),
          base,
          vary.isEmpty() ? Comparison.Pairing.ALL : Comparison.Pairing.WITH_FIRST,
          console,
          ReportText::of);
    }
  }
}
