package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.guard.LeakageNotes;
import dev.twotower.data.guard.SplitLeakage;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.ranking.Scorer;
import dev.twotower.eval.ranking.VectorScorer;
import dev.twotower.trainer.command.text.EvaluationText;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.train.Training;
import dev.twotower.trainer.vectorfile.VectorFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "evaluate",
    description = {
      "Ranks the full catalogue for every user of a split and reports the metrics.",
      "Items the user engaged with before are ranked only if the run's setting evaluation.rankSeen"
          + " or --rank-seen says so. Popularity and random are shown beside the model, and the"
          + " difference from popularity is judged.",
      "--vectors judges vectors that any other program made in the same way: by their products."
    },
    footer = {
      "  twotower evaluate --run runs/one",
      "  twotower evaluate --run runs/tuesday --against runs/monday --require \"not shown worse\"",
      "  twotower evaluate --run runs/one --split validation --k 5,50 --json",
      "  twotower evaluate --run runs/one --also map,auc",
      "  twotower evaluate --vectors als --data logs/mine --against runs/one",
      "  twotower evaluate --run runs/one --against als"
    })
final class EvaluateCommand extends Action {
  @ArgGroup(multiplicity = "1")
  private Source source;

  /** One of the two. */
  static final class Source {
    @Option(
        names = "--run",
        order = 1,
        paramLabel = "RUN",
        showDefaultValue = Visibility.NEVER,
        description = "A directory that train wrote.")
    private Path run;

    @Option(
        names = "--vectors",
        order = 1,
        paramLabel = "DIR",
        showDefaultValue = Visibility.NEVER,
        description =
            "A folder of vectors of any length and scale: users and items as .parquet (columns id,"
                + " vector) or .npy (ids in users.ids.json, items.ids.json; without them, rows in"
                + " the data set's order), or vectors.safetensors. With --data.")
    private Path vectors;
  }

  @Mixin private EvaluationOptions ranking;

  @Option(
      names = "--by-request",
      order = 5,
      description =
          "Rank for each request of the split by itself, and average a user's requests before"
              + " users; as is done without it where the user tower reads values of requests"
              + " (user.features with context.NAME).")
  private boolean byRequest;

  @Mixin private SampleOption sample;

  @Mixin private Against against;

  @Mixin private EventsOption events;

  // A group of options, as the source is one, cannot hold this.
  @Mixin private RunPlace place;

  @Override
  protected Answer answer(Console console) throws IOException {
    boolean judged = against.asked(ranking.cutoffs());
    return source.run != null ? ofRun(console, judged) : ofVectors(console, judged);
  }

  private Answer ofRun(Console console, boolean judged) throws IOException {
    try (TrainedRun loaded = RunOption.open(source.run, place.data(), place.device(), console);
        Dataset ranked = ranked(loaded)) {
      events.told(runs()).ifPresent(console::tell);
      RankingEvaluator evaluator =
          evaluator(
              ranked,
              ranking
                  .of(loaded.directory(), console)
                  .withByRequest(loaded.config().ranksByRequest(loaded.data().userTable())),
              loaded.config().threads(),
              console);
      loaded.earlier().ifPresent(evaluator::withEarlier);
      try (ModelScorer scorer = loaded.scorer(evaluator.options().split())) {
        return answer(
            console,
            evaluator,
            scorer,
            judged ? Optional.of(Against.Judging.of(loaded, ranked)) : Optional.empty());
      }
    }
  }

  /** The run's log as the run sees it, or as --events says. */
  private Dataset ranked(TrainedRun run) {
    events.requireSame(runs());
    return events.given()
        ? events.read(DataOption.open(run.data().directory())).trainedOn(run.config().trainOn())
        : run.data();
  }

  /** The runs among what is ranked. */
  private List<Path> runs() {
    return Stream.concat(Stream.ofNullable(source.run), against.runs().stream()).toList();
  }

  private Answer ofVectors(Console console, boolean judged) throws IOException {
    if (place.data().isEmpty()) {
      throw new IllegalArgumentException(
          "--vectors: received %s without --data; allowed: with --data DIR, the data set whose users and items they belong to"
              .formatted(source.vectors));
    }
    if (place.device().isPresent() && !judged) {
      throw new IllegalArgumentException(
          "--device: received %s with --vectors alone, which need no device; allowed: with --run or --against"
              .formatted(place.device().get()));
    }
    try (Dataset log = events.read(DataOption.open(place.data().get()), against.runs())) {
      KindsNote.of(log).ifPresent(console::tell);
      events.told(runs()).ifPresent(console::tell);
      RankingOptions options = ranking.ofVectors();
      VectorFolder vectors = VectorFolder.read("--vectors", source.vectors, log, options.split());
      vectors.notes().forEach(note -> console.tell("note: " + note));
      RankingEvaluator evaluator = evaluator(log, options, 0, console);
      return answer(
          console,
          evaluator,
          new VectorScorer(vectors.users(), vectors.items(), log.trainCounts()),
          judged
              ? Optional.of(Against.Judging.of(source.vectors, log, place.device().orElse("auto")))
              : Optional.empty());
    }
  }

  private RankingEvaluator evaluator(
      Dataset log, RankingOptions options, int threads, Console console) {
    LeakageNotes.ofResults(List.of(SplitLeakage.of(log, options.split()).under(log.manifest())))
        .forEach(note -> console.tell("note: " + note));
    ranking.tellOfWholeCatalogue(log.items(), console);
    return new RankingEvaluator(
        Training.rankingData(log),
        against
            .measuring(options)
            .withByRequest(
                options.byRequest() || byRequest || against.readsRequests(log.userTable()))
            .withThreads(Devices.threads(threads))
            .withSampleUsers(sample.users(), SampleOption.SEED));
  }

  private Answer answer(
      Console console, RankingEvaluator evaluator, Scorer scorer, Optional<Against.Judging> judging)
      throws IOException {
    EvaluationResult result;
    try (Progress progress = console.progress("evaluate", "users", evaluator.users().length)) {
      evaluator.onRanked(done -> progress.at(done, ""));
      result = evaluator.evaluate(scorer);
    }
    EvaluationText.Document document = EvaluationText.Document.of(result);
    if (judging.isEmpty()) {
      return new Answer(document, EvaluationText.of(document));
    }
    Against.Judged pair = against.judge(judging.get(), document, evaluator, console::tell);
    String text = EvaluationText.of(document) + pair.text();
    return new Answer(pair, text, pair.exitCode());
  }
}
