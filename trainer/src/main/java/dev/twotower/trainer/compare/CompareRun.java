package dev.twotower.trainer.compare;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.disk.WriterLock;
import dev.twotower.eval.comparison.ArmNames;
import dev.twotower.eval.comparison.ArmRun;
import dev.twotower.eval.comparison.ArmRuns;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.falsenegatives.Diagnosis;
import dev.twotower.eval.falsenegatives.FalseNegativeMeter;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.falsenegatives.LogShape;
import dev.twotower.eval.page.ReportFiles;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.kept.KeptRuns;
import dev.twotower.trainer.kept.ResultFolder;
import dev.twotower.trainer.kept.RunsListener;
import dev.twotower.trainer.kept.SideBySide;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Runs a comparison. Every run keeps its directory under {@code runs/}; a comparison that is
 * started again in the same directory continues where it stopped, without training finished runs
 * again, even if arms were added since or their order changed.
 */
public final class CompareRun {
  /** Where the provenance names the grid. */
  static final String GRID = "grid";

  /** Where it says how many users were ranked. */
  static final String USERS = "users evaluated";

  private final Dataset data;
  private final CompareRequest request;
  private final Path out;
  private final RunsListener listener;
  private final RankingEvaluator evaluator;
  private final KeptRuns kept;
  private final Map<ArmSpec, Path> folders = new LinkedHashMap<>();
  private final Map<ArmSpec, Tuning> tuned = new LinkedHashMap<>();
  private final Set<String> recipes;
  private final SideBySide sides;
  private final AtomicInteger ended = new AtomicInteger();

  /** How many runs shared the machine while each was timed. */
  private final Set<Integer> atOnce = new ConcurrentSkipListSet<>();

  private CompareRun(
      Dataset data,
      CompareRequest request,
      SideBySide sides,
      Path out,
      RunsListener listener,
      BooleanSupplier stop) {
    request.base().trainOn().requireHeldOut(request.split());
    this.data = request.base().view(data);
    Tuning.requireRows(request.grid(), request.base(), this.data);
    boolean trained = ArmFolders.areTrained(request, out);
    ArmMistakes.of(
            request.arms(),
            request.grid(),
            request.base(),
            config -> trained ? List.of() : Training.misfits(this.data, config))
        .check();
    // Epochs and grids choose by what decides in the end.
    this.request =
        request.readsRequests(this.data) && !request.base().evaluation().byRequest()
            ? request.with(request.base().with("evaluation.byRequest=true"))
            : request;
    this.recipes = new HashSet<>(request.recipes());
    this.out = out;
    this.listener = listener;
    this.evaluator = evaluator();
    this.sides = sides.where(this.request.configs(), listener);
    int tuning = request.grid().isEmpty() ? 0 : Grid.combinations(request.grid()).size();
    this.kept =
        new KeptRuns(
            this.data,
            listener,
            stop,
            this.sides,
            request.arms().size() * (request.seeds().size() + tuning));
  }

  /** The same, with one run after another. */
  public static Optional<Report> run(
      Dataset data, CompareRequest request, Path out, RunsListener listener, BooleanSupplier stop)
      throws IOException, InterruptedException {
    return run(data, request, new SideBySide(1), out, listener, stop);
  }

  /**
   * Trains, evaluates, compares, and writes {@code report.json} and {@code report.html}. What comes
   * out does not depend on how many runs are trained at once, but for times.
   *
   * @param sides trains runs side by side; one after another where one has the engine for itself
   * @param stop polled while training; true ends the comparison, to be gone on with later
   * @return the report; empty when stopped
   * @throws IllegalArgumentException when arms, masks or settings do not fit the data set
   */
  public static Optional<Report> run(
      Dataset data,
      CompareRequest request,
      SideBySide sides,
      Path out,
      RunsListener listener,
      BooleanSupplier stop)
      throws IOException, InterruptedException {
    return new CompareRun(data, request, sides, out, listener, stop).run();
  }

  private RankingEvaluator evaluator() {
    RankingOptions options =
        RankingOptions.ofArms(request.split(), request.metric(), request.users())
            .withMetrics(request.base().evaluation().parsedMetrics())
            .withRankSeen(request.base().evaluation().rankSeen())
            .withByRequest(request.base().evaluation().byRequest())
            .withThreads(Devices.threads(request.base().threads()));
    RankingEvaluator made = new RankingEvaluator(Training.rankingData(data), options);
    made.requireSeveralUsers();
    return made;
  }

  private Optional<Report> run() throws IOException, InterruptedException {
    Map<ArmSpec, RunConfig> configs = new LinkedHashMap<>();
    for (ArmSpec arm : request.arms()) {
      configs.put(arm, Arms.config(arm, request.base()));
    }
    try (WriterLock held = ResultFolder.COMPARISON.making(out)) {
      Files.createDirectories(out.resolve("runs"));
      folders.putAll(ArmFolders.of(request.arms(), out.resolve("runs")));
      Optional<EarlierReport> earlier = EarlierReport.in(out, held);
      earlier.ifPresent(report -> report.requireSameGrid(request));
      OtherSettings.refuse(out, configs, folders, request);
      earlier.ifPresent(report -> report.requireSameMeaning(request.arms()));
      earlier.ifPresent(report -> report.requireKept(request));
      earlier
          .flatMap(report -> report.change(request, evaluator.users().length))
          .ifPresent(listener::note);
      earlier.ifPresent(report -> recipes.addAll(report.recipes()));
      return run(configs);
    }
  }

  /** Trains and judges the arms, each with its settings. */
  private Optional<Report> run(Map<ArmSpec, RunConfig> configs)
      throws IOException, InterruptedException {
    if (evaluator.options().byRequest()) {
      listener.note(byRequest("arms", request.split()));
    }
    // All batches are measured before the first training, so that a setting that does not fit the
    // data is refused at once.
    Map<ArmSpec, FalseNegatives> measured = new LinkedHashMap<>();
    for (ArmSpec arm : request.arms()) {
      measured.put(arm, measure(configs.get(arm)));
    }
    for (ArmSpec arm : request.grid().isEmpty() ? List.<ArmSpec>of() : request.arms()) {
      RunConfig config = configs.get(arm);
      Optional<Tuning> best =
          Tuning.of(arm, config, request, folders.get(arm), kept, sides, listener::note);
      if (best.isEmpty()) {
        return Optional.empty();
      }
      tuned.put(arm, best.get());
      listener.note(arm.name() + ": " + best.get());
      configs.put(arm, best.get().config());
      if (!sameBatches(best.get().config(), config)) {
        measured.put(arm, measure(best.get().config()));
      }
    }
    // Seed by seed, so that arms have the machine at about the same times.
    List<SideBySide.Work<ArmRun>> works = new ArrayList<>();
    for (long seed : request.seeds()) {
      for (ArmSpec arm : request.arms()) {
        works.add(() -> train(arm, configs.get(arm).with("seed=" + seed), seed));
      }
    }
    Optional<List<ArmRun>> runs = sides.all(works);
    if (runs.isEmpty()) {
      return Optional.empty();
    }
    List<ArmRuns> arms = new ArrayList<>();
    int count = request.arms().size();
    for (int at = 0; at < count; at++) {
      List<ArmRun> ofArm = new ArrayList<>();
      for (int run = at; run < runs.get().size(); run += count) {
        ofArm.add(runs.get().get(run));
      }
      ArmSpec arm = request.arms().get(at);
      arms.add(new ArmRuns(arm, ofArm, measured.get(arm)));
    }
    List<String> warnings = new ComparisonWarnings(data, request, tuned).of(arms);
    if (atOnce.size() > 1) {
      warnings.add(
          "Runs were timed with %s of them at once, so their speeds do not compare; train all in one way into another --out for those."
              .formatted(String.join(" and ", atOnce.stream().map(String::valueOf).toList())));
    }
    Report report = report(arms, List.copyOf(measured.values()), warnings);
    ReportFiles.write(report, out);
    return Optional.of(report);
  }

  /** What to know before anything is ranked by request. */
  static String byRequest(String all, Split split) {
    return "note: all %s are ranked for each request of the %s split by itself, and a user's requests are averaged before users (evaluation.byRequest, or values of requests in user.features)"
        .formatted(all, split);
  }

  private static boolean sameBatches(RunConfig one, RunConfig other) {
    return one.layout().equals(other.layout())
        && one.masks().equals(other.masks())
        && one.batchSize() == other.batchSize();
  }

  private FalseNegatives measure(RunConfig config) {
    return new FalseNegativeMeter(
            data.interactions(Split.TRAIN), data.items(), Devices.threads(config.threads()))
        .measure(
            config.layout(),
            config.batchSize(),
            config.masks(),
            config.seed(),
            request.measureBatches());
  }

  private Optional<ArmRun> train(ArmSpec arm, RunConfig config, long seed)
      throws IOException, InterruptedException {
    Path path = folders.get(arm).resolve("seed-" + seed);
    Optional<JsonNode> done = kept.trained(arm.name() + ", seed " + seed, config, path);
    if (done.isEmpty()) {
      return Optional.empty();
    }
    EvaluationResult evaluation;
    try (TrainedRun run = TrainedRun.load(path, Optional.of(data.directory()), Optional.empty())) {
      evaluation = run.evaluate(evaluator, request.split());
    }
    listener.note(
        String.format(
            Locale.ROOT,
            "%d/%d %s, seed %d: %s %.4f",
            ended.incrementAndGet(),
            request.arms().size() * request.seeds().size(),
            arm.name(),
            seed,
            request.metric(),
            evaluation.metrics().get(request.metric().toString())));
    JsonNode result = done.get();
    atOnce.add(KeptRuns.atOnce(result));
    double stepRows = result.path("rows").asDouble() / result.path("steps").asDouble();
    double stepMillis = result.path("stepMillis").asDouble();
    return Optional.of(
        new ArmRun(seed, evaluation, stepRows, stepMillis, curve(RunDirectory.open(path))));
  }

  private List<Report.Point> curve(RunDirectory run) throws IOException {
    List<Report.Point> points = new ArrayList<>();
    double lossSum = 0;
    int losses = 0;
    for (JsonNode line : run.metrics()) {
      if (line.path("type").asText().equals("train")) {
        lossSum += line.path("loss").asDouble();
        losses++;
      } else if (line.path("type").asText().equals("evaluation")) {
        JsonNode value = line.path("metrics").path(request.metric().toString());
        if (value.isMissingNode()) {
          // Another metric in its place would pass for this one.
          return List.of();
        }
        // Runs of earlier versions know their time with evaluations only.
        JsonNode seconds = line.path(line.has("trainSeconds") ? "trainSeconds" : "seconds");
        points.add(
            new Report.Point(
                line.path("step").asLong(),
                seconds.asDouble(),
                value.asDouble(),
                losses == 0 ? null : lossSum / losses));
        lossSum = 0;
        losses = 0;
      }
    }
    return points;
  }

  private Report report(List<ArmRuns> arms, List<FalseNegatives> measured, List<String> warnings)
      throws IOException {
    List<String> conclusions =
        Diagnosis.lines(measured, LogShape.of(data.interactions(Split.TRAIN)));
    ComparisonSettings settings =
        ComparisonSettings.defaults().withRankable(evaluator.eligibleUsers());
    List<Report.Pair> pairs =
        new ArrayList<>(
            Comparison.pairs(arms, List.of(request.metric()), request.pairing(), settings));
    pairs.addAll(Comparison.slicePairs(arms, request.metric(), settings));
    return new Report(
        data.directory().toAbsolutePath().normalize().getFileName().toString(),
        request.seeds(),
        Comparison.arms(arms).stream().map(this::withChosen).toList(),
        pairs,
        request.metric().toString(),
        request.split().toString(),
        settings.margin(),
        evaluator.baselines(),
        measured,
        conclusions,
        Comparison.tradeOff(arms, request.metric()),
        warnings,
        new YAMLMapper()
            .readValue(request.base().toYaml(), new TypeReference<Map<String, Object>>() {}),
        provenance());
  }

  private Report.Arm withChosen(Report.Arm arm) {
    return tuned.entrySet().stream()
        .filter(each -> each.getKey().name().equals(arm.name()))
        .findFirst()
        .map(each -> arm.withChosen(each.getValue().settings()))
        .orElse(arm);
  }

  private Map<String, String> provenance() throws IOException {
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("data", data.directory().toAbsolutePath().normalize().toString());
    provenance.put("data checksum", RunDirectory.checksum(data));
    provenance.put("split", data.manifest().split());
    provenance.put(USERS, String.valueOf(evaluator.users().length));
    provenance.put("arms", String.join(" ", request.arms().stream().map(ArmSpec::name).toList()));
    List<String> asRecipe =
        request.arms().stream().map(ArmSpec::name).filter(recipes::contains).toList();
    if (!asRecipe.isEmpty()) {
      provenance.put(ArmNames.RECIPE, String.join(" ", asRecipe));
    }
    if (!request.grid().isEmpty()) {
      provenance.put(GRID, Grid.text(request.grid()));
      tuned.forEach((arm, tuning) -> provenance.put(arm.name(), tuning.toString()));
    }
    if (!atOnce.equals(Set.of(1))) {
      String counts = String.join(", ", atOnce.stream().map(String::valueOf).toList());
      provenance.put(Report.SIDE_BY_SIDE, counts);
    }
    provenance.put("engine", ai.djl.engine.Engine.getInstance().toString().replaceAll("\\s+", " "));
    provenance.put(
        "machine",
        "%s %s, %d processors, Java %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version")));
    return provenance;
  }
}
