package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.guard.LeakageNotes;
import dev.twotower.data.guard.SplitLeakage;
import dev.twotower.data.message.Problems;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.trainer.command.text.ReportText;
import dev.twotower.trainer.compare.ArmMistakes;
import dev.twotower.trainer.compare.Arms;
import dev.twotower.trainer.compare.AskedArm;
import dev.twotower.trainer.compare.CompareRequest;
import dev.twotower.trainer.compare.Grid;
import dev.twotower.trainer.config.ConfigException;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.RunSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "compare",
    description = {
      "Trains the same model under several layouts and masks, over several seeds, and judges every"
          + " pair.",
      "An arm is LAYOUT/MASK[+MASK..][;key=value..], or recipe[/MASK[+MASK..]][;key=value..] for"
          + " the layout and masks that train would choose for this log; the first one is the"
          + " reference. NAME= before it is what the report calls it. Writes report.json and"
          + " report.html.",
      "Started again with the same --out, it continues where it stopped; --add adds arms to its"
          + " report."
    },
    footer = {
      "  twotower compare --data logs/mine --arms iid/identity,sorted/identity,recipe --out"
          + " runs/ab",
      "  twotower compare --data logs/mine --arms iid/identity,requests:400/identity+engaged"
          + " --seeds 5 --out runs/ab --set batchSize=2048 --grid"
          + " optimizer.tableLearningRate=0.03,0.1,0.3",
      "  twotower compare --data logs/mine --arms requests:2000/identity+user --add --out runs/ab",
      "  twotower compare --data logs/mine --arms"
          + " ids=recipe,price='recipe;item.features=[id,price]' --out runs/price",
      "  twotower compare --data logs/mine --arms iid/identity --vary tree.lambda=0.001,0.01,0.1,1"
          + " --vary tree.batches=random,hierarchical --out runs/tree"
    })
final class CompareCommand extends Action {
  private static final Set<String> ARMS_OWN = Set.of("layout", "masks");

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
  private List<AskedArm> arms;

  @Option(
      names = "--vary",
      order = 3,
      paramLabel = "KEY=V,V..",
      description =
          "Adds to each arm a variant for every combination of these values; every arm is then"
              + " compared with the first. May be given several times.")
  private List<Grid> vary = List.of();

  @Mixin private ComparisonOptions comparison;
  @Mixin private TrainingOptions options;

  @Override
  protected String afterWriteFailure() {
    return ComparisonOptions.AFTER_WRITE_FAILURE;
  }

  @Override
  protected Answer answer(Console console) throws IOException, InterruptedException {
    // With --add the report in place has arms of its own.
    if (arms.size() < 2 && vary.isEmpty() && !comparison.adds()) {
      throw CompareRequest.tooFew(arms.size());
    }
    options.check(List.of(), data::open);
    try (Dataset all = data.open()) {
      RunConfig base = base(all, console);
      Dataset dataset = all.reading(base.events());
      Set<String> recipes = new HashSet<>();
      List<ArmSpec> inFull = inFull(dataset, base, recipes, console);
      options.tellOfIdle(
          Arms.varied(inFull, vary).stream()
              .map(arm -> base.with(arm.overrides().toArray(String[]::new)))
              .toList(),
          console::tell);
      if (options.undecided("evaluation.rankSeen")) {
        LeakageNotes.undecidedRepeats(List.of(SplitLeakage.of(dataset, Split.TEST)))
            .ifPresent(note -> console.tell("note: " + note));
      }
      return comparison.run(
          all,
          Arms.varied(inFull, vary),
          recipes,
          base,
          options,
          vary.isEmpty() ? Comparison.Pairing.ALL : Comparison.Pairing.WITH_FIRST,
          console,
          ReportText::of);
    }
  }

  /** The settings that all arms share: what of them the log has chosen is told. */
  private RunConfig base(Dataset dataset, Console console) {
    RunSettings.Chosen chosen = options.fitting(dataset, note -> {});
    chosen.effective().stream()
        .filter(choice -> !ARMS_OWN.contains(choice.key()))
        .map(ConfigOptions::told)
        .forEach(console::tell);
    return chosen.config();
  }

  /**
   * The arms, with what the recipe is for this log and these settings.
   *
   * @param recipes receives the names of those that are it
   */
  private List<ArmSpec> inFull(
      Dataset dataset, RunConfig base, Set<String> recipes, Console console) {
    List<ArmSpec> all = new ArrayList<>();
    List<String> told = new ArrayList<>();
    Problems problems = new Problems();
    for (AskedArm asked : arms) {
      problems.parse(
          () -> {
            ArmSpec arm = inFull(asked, base, dataset);
            if (asked.isRecipe()) {
              told.add(
                  "%s: what train would choose for this log: %s"
                      .formatted(asked, arm.meaning().orElse(arm.name())));
              recipes.add(arm.name());
            }
            // The recipe may be what is named beside it; another arm given twice is a slip.
            if (!all.contains(arm) || !recipes.contains(arm.name())) {
              all.add(arm);
            } else {
              told.add("%s is asked for twice, and is one arm".formatted(arm.name()));
            }
          });
    }
    ArmMistakes.ofSettings(Arms.varied(all, vary), base, dataset, !problems.none())
        .all()
        .forEach(problems::add);
    problems.check();
    told.forEach(console::tell);
    return all;
  }

  private ArmSpec inFull(AskedArm asked, RunConfig base, Dataset dataset) {
    try {
      RunConfig trained =
          asked.isRecipe() ? options.trained(dataset, asked.settings()) : RunConfig.defaults();
      return asked.resolve(trained.layout(), trained.masks());
    } catch (ConfigException refused) {
      throw new IllegalArgumentException(
          "arm %s: %s"
              .formatted(
                  asked,
                  refused
                      .of("its settings")
                      .and(RunSettings.lacking(dataset, base, asked.settings()))
                      .getMessage()),
          refused);
    }
  }
}
