package dev.twotower.trainer.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.command.text.JudgedText;
import dev.twotower.trainer.compare.GivenArm;
import dev.twotower.trainer.compare.GivenRuns;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "judge",
    description = {
      "Judges runs that were trained before, here or elsewhere, as compare judges those that it"
          + " trains: each arm with the first, over seeds and users.",
      "The runs of an arm differ by their seed alone; arms are paired by seed. For two models as"
          + " such, one of which is to be served, evaluate --against judges over users alone."
    },
    footer = {
      "  twotower judge --arm old=runs/old-1,runs/old-2,runs/old-3"
          + " --arm new=runs/new-1,runs/new-2,runs/new-3",
      "  twotower judge --arm one=runs/one-1,runs/one-2 --arm rounds=runs/rounds-1,runs/rounds-2"
          + " --data logs/mine --require \"not worse\""
    })
final class JudgeCommand extends Action {
  private static final List<Integer> CUTOFFS = List.of(10, 20, 50);

  @Option(
      names = "--arm",
      required = true,
      order = 1,
      paramLabel = "NAME=RUN[,RUN..]",
      showDefaultValue = Visibility.NEVER,
      description =
          "An arm and its runs, one of each seed; to be given for each arm, the reference first.")
  private List<GivenArm> arms = List.of();

  @Option(
      names = "--split",
      order = 2,
      paramLabel = "SPLIT",
      defaultValue = "test",
      description = "validation or test.")
  private Split split;

  @Option(
      names = "--metric",
      order = 3,
      paramLabel = "M",
      defaultValue = "recall@20",
      description = "The metric to judge by; one that every user has a value of.")
  private Metric metric;

  @Option(
      names = "--users",
      order = 4,
      paramLabel = "N",
      defaultValue = "0",
      description = "Judge on a seeded sample of N users; 0: all.")
  private int users;

  @Mixin private RankSeenOption rankSeen;

  @Option(
      names = "--require",
      order = 6,
      paramLabel = "WHAT",
      showDefaultValue = Visibility.NEVER,
      description = Against.Requirement.ALLOWED + ": exit code 4 where an arm does not meet that.")
  private Optional<Against.Requirement> requirement = Optional.empty();

  @Option(
      names = "--data",
      order = 20,
      paramLabel = "DIR",
      showDefaultValue = Visibility.NEVER,
      description = "The data set whose users are ranked; by default that of the first run.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--device",
      order = 21,
      paramLabel = "D",
      showDefaultValue = Visibility.NEVER,
      description = "auto, cpu or gpu:N, for all runs; by default each run's.")
  private Optional<String> device = Optional.empty();

  record Result(
      @JsonUnwrapped GivenRuns.Judged judged,
      @JsonInclude(JsonInclude.Include.NON_NULL) Against.Required required) {}

  @Override
  protected Answer answer(Console console) throws IOException {
    metric.requirePerUser();
    RunDirectory first = RunDirectory.open(arms.get(0).runs().get(0));
    RunConfig config = first.config();
    try (Dataset dataset = open(first);
        Display display = new Display(console)) {
      TreeSet<Integer> cutoffs = new TreeSet<>(CUTOFFS);
      if (metric.k() > 0) {
        cutoffs.add(metric.k());
      }
      RankingOptions options =
          RankingOptions.defaults(split)
              .withCutoffs(List.copyOf(cutoffs))
              .withReplicates(0)
              .withRankSeen(rankSeen.of(config))
              .withSampleUsers(users, 0)
              .withThreads(Devices.threads(config.threads()));
      GivenRuns.Judged judged =
          new GivenRuns(dataset, options, device, display).judge(arms, metric);
      Optional<Against.Required> required =
          requirement.map(
              asked ->
                  new Against.Required(
                      metric.toString(),
                      asked.toString(),
                      judged.pairs().stream().allMatch(asked::met)));
      String text =
          JudgedText.of(judged)
              + required.map(each -> System.lineSeparator() + each.text()).orElse("");
      boolean met = required.map(Against.Required::met).orElse(true);
      return new Answer(
          new Result(judged, required.orElse(null)), text, met ? ExitCode.DONE : ExitCode.NOT_MET);
    }
  }

  private Dataset open(RunDirectory first) throws IOException {
    if (data.isPresent()) {
      return DataOption.open(data.get());
    }
    Path log = Path.of(first.checkedCard().dataset());
    if (!Files.isDirectory(log)) {
      throw new IllegalArgumentException(
          "the data set of %s is not at '%s'; name where it is with --data"
              .formatted(first.path(), log));
    }
    return Dataset.open(log);
  }

  /** A bar for the current run, and a line for each that was ranked. */
  private static final class Display implements GivenRuns.Listener, AutoCloseable {
    private final Console console;
    private Progress current = Progress.SILENT;

    Display(Console console) {
      this.console = console;
    }

    @Override
    public LongConsumer ranking(int number, int runs, int users) {
      close();
      current = console.progress("%d/%d".formatted(number, runs), "users", users);
      return done -> current.at(done, "");
    }

    @Override
    public void note(String message) {
      close();
      console.tell(message);
    }

    @Override
    public void close() {
      current.close();
      current = Progress.SILENT;
    }
  }
}
