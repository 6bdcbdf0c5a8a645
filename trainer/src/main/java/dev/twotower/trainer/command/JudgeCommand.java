package dev.twotower.trainer.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.disk.Durable;
import dev.twotower.data.disk.WriterLock;
import dev.twotower.data.message.Suggestion;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.ranking.Metric;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.command.text.JudgedText;
import dev.twotower.trainer.compare.GivenArm;
import dev.twotower.trainer.compare.GivenRuns;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.kept.ResultFolder;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
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
          + " --data logs/mine --require rounds=\"not shown worse\"",
      "  twotower judge --arm old=runs/old-1,runs/old-2 --arm new=runs/new-1,runs/new-2 --out"
          + " runs/judged"
    })
final class JudgeCommand extends Action {
  @Option(
      names = "--arm",
      required = true,
      order = 1,
      paramLabel = "NAME=RUN[,RUN..]",
      showDefaultValue = Visibility.NEVER,
      description =
          "An arm and its runs, one of each seed; to be given for each arm, the reference first.")
  private List<GivenArm> arms = List.of();

  @Mixin private SplitOption split;

  @Option(
      names = "--metric",
      order = 3,
      paramLabel = "M",
      defaultValue = "recall@20",
      description = "The metric to judge by; one that every user has a value of.")
  private Metric metric;

  @Mixin private SampleOption sample;

  @Mixin private RankSeenOption rankSeen;

  @Mixin private EventsOption events;

  @Option(
      names = "--require",
      order = 6,
      paramLabel = "[ARM=]WHAT",
      showDefaultValue = Visibility.NEVER,
      description =
          Requirement.ALLOWED
              + ": exit code 4 where an arm does not meet that; of every arm but the first, or of"
              + " the one named. May be given several times.")
  private List<Asked> requirements = List.of();

  @Option(
      names = {"--out", "--to"},
      order = 7,
      paramLabel = "DIR",
      showDefaultValue = Visibility.NEVER,
      description =
          "Write judge.json, and keep how each run ranked: judged again into DIR, alone or with"
              + " others, it is not ranked again.")
  private Optional<Path> out = Optional.empty();

  @Mixin private RunPlace place;

  /**
   * What is asked of an arm, or of all but the first.
   *
   * @param arm its name; empty for all
   */
  record Asked(Optional<String> arm, Requirement verdict) {
    static Asked parse(String text) {
      int equals = text.lastIndexOf('=');
      return new Asked(
          equals < 0 ? Optional.empty() : Optional.of(text.substring(0, equals).strip()),
          Requirement.parse(text.substring(equals + 1).strip()));
    }

    boolean isOf(Report.Pair pair) {
      return arm.isEmpty() || arm.get().equals(pair.a());
    }

    boolean met(Report.Pair pair) {
      return verdict.met(pair);
    }
  }

  /**
   * What --require asked for.
   *
   * @param arm absent where it was asked of all arms but the first
   * @param metric what it looked at
   * @param verdict what was asked for
   * @param met whether all of these arms are shown to be that
   */
  record Required(
      @JsonInclude(JsonInclude.Include.NON_NULL) String arm,
      String metric,
      String verdict,
      boolean met) {
    /**
     * @param all the pairs that were judged
     */
    String text(List<Report.Pair> all) {
      List<Report.Pair> asked =
          all.stream().filter(pair -> arm == null || arm.equals(pair.a())).toList();
      return "required%s: %s %s: %s"
          .formatted(
              arm == null ? "" : " of " + arm,
              metric,
              verdict,
              met ? "met" : Requirement.parse(verdict).notMet(asked));
    }
  }

  /**
   * Runs as arms.
   *
   * @param required what was asked of all arms; absent where that was nothing, or several things
   * @param requirements what else was asked; absent where that was nothing
   */
  record Result(
      @JsonUnwrapped GivenRuns.Judged judged,
      @JsonInclude(JsonInclude.Include.NON_NULL) Against.Required required,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Required> requirements) {
    static Result of(GivenRuns.Judged judged, List<Required> all) {
      List<Required> ofAll = all.stream().filter(each -> each.arm() == null).toList();
      Required only = ofAll.size() == 1 ? ofAll.get(0) : null;
      return new Result(
          judged,
          only == null ? null : new Against.Required(only.metric, only.verdict, only.met),
          all.stream().filter(each -> !each.equals(only)).toList());
    }
  }

  @Override
  protected String afterWriteFailure() {
    return out.isPresent()
        ? "rankings so far are kept: free some space, and run the same command again"
        : super.afterWriteFailure();
  }

  @Override
  protected Answer answer(Console console) throws IOException {
    metric.requirePerUser();
    requireOfArms();
    if (out.isEmpty()) {
      return judge(console);
    }
    try (WriterLock held = ResultFolder.JUDGEMENT.making(out.get())) {
      Answer answer = judge(console);
      Durable.replaceTogether(out.get(), Map.of(ResultFolder.JUDGED, answer.toJson() + "\n"));
      return answer;
    }
  }

  private Answer judge(Console console) throws IOException {
    RunDirectory first = RunDirectory.open(arms.get(0).runs().get(0));
    RunConfig config = first.config();
    try (Dataset dataset = events.read(open(first), runs());
        Display display = new Display(console)) {
      events.told(runs()).ifPresent(console::tell);
      RankingOptions options =
          RankingOptions.ofArms(split.split(), metric, sample.users())
              .withMetrics(config.evaluation().parsedMetrics())
              .withRankSeen(rankSeen.of(config))
              .withByRequest(readRequests(dataset))
              .withThreads(Devices.threads(config.threads()));
      GivenRuns.Judged judged =
          new GivenRuns(
                  dataset,
                  options,
                  place.device(),
                  out.map(
                      folder -> new GivenRuns.Rankings(folder.resolve("rankings"), Version.full())),
                  display)
              .judge(arms, metric);
      List<Required> required =
          requirements.stream()
              .map(
                  asked ->
                      new Required(
                          asked.arm().orElse(null),
                          metric.toString(),
                          asked.verdict().toString(),
                          judged.pairs().stream().filter(asked::isOf).allMatch(asked::met)))
              .toList();
      String line = System.lineSeparator();
      String text =
          JudgedText.of(judged)
              + required.stream()
                  .map(each -> line + each.text(judged.pairs()))
                  .collect(Collectors.joining());
      boolean met = required.stream().allMatch(Required::met);
      return new Answer(Result.of(judged, required), text, met ? ExitCode.DONE : ExitCode.NOT_MET);
    }
  }

  /** Whether any of the runs reads values of requests, so that all are ranked by request. */
  private boolean readRequests(Dataset data) {
    return runs().stream()
        .anyMatch(run -> RunDirectory.open(run).config().ranksByRequest(data.userTable()));
  }

  private List<Path> runs() {
    return arms.stream().flatMap(arm -> arm.runs().stream()).toList();
  }

  private void requireOfArms() {
    List<String> names = arms.stream().skip(1).map(GivenArm::name).toList();
    requirements.stream()
        .flatMap(asked -> asked.arm().stream())
        .filter(name -> !names.contains(name))
        .findFirst()
        .ifPresent(
            unknown -> {
              throw new IllegalArgumentException(
                  "--require: received arm '%s'; allowed, to be judged against the first: %s"
                      .formatted(unknown, Suggestion.among(unknown, names)));
            });
  }

  private Dataset open(RunDirectory first) throws IOException {
    if (place.data().isPresent()) {
      return DataOption.open(place.data().get());
    }
    return Dataset.open(first.data().at(Optional.empty()));
  }

  /** Shows runs that are ranked. */
  static final class Display extends RunsDisplay implements GivenRuns.Listener {
    Display(Console console) {
      super(console);
    }

    @Override
    public LongConsumer ranking(int number, int runs, int users) {
      close();
      Progress bar = console().progress("%d/%d".formatted(number, runs), "users", users);
      next(bar::close);
      return done -> bar.at(done, "");
    }
  }
}
