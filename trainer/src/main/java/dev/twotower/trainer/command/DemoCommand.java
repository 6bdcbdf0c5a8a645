package dev.twotower.trainer.command;

import dev.twotower.eval.comparison.Report;
import dev.twotower.trainer.command.text.DemoText;
import dev.twotower.trainer.demo.Demo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = {
      "The main job on a small generated log: train on shuffled rows, on sorted rows and by the"
          + " recipe, six seeds each, and write the report.",
      "Takes a few minutes; started again with the same --out, it continues where it stopped."
    },
    footer = {"  twotower demo", "  twotower demo --out somewhere/else --json"})
final class DemoCommand extends Action {
  @Option(
      names = {"--out", "--to"},
      order = 1,
      paramLabel = "DIR",
      defaultValue = "demo-out",
      description = "Where data, runs and report go.")
  private Path out;

  @Option(
      names = "--seed",
      order = 2,
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the log, and the first of the six seeds trained with.")
  private long seed;

  @Override
  protected String afterWriteFailure() {
    return ComparisonOptions.AFTER_WRITE_FAILURE;
  }

  @Override
  protected Answer answer(Console console) throws IOException, InterruptedException {
    int atOnce = Demo.atOnce(Runtime.getRuntime().availableProcessors());
    try (StudyDisplay display = new StudyDisplay(console)) {
      Optional<Report> report =
          Demo.run(out, seed, atOnce, display, console.interruption().stopSignal());
      return report
          .map(written -> new Answer(written, DemoText.of(written, Demo.NAMES, out)))
          .orElseThrow(Interrupted::betweenRuns);
    }
  }
}
