package dev.twotower.trainer.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.falsenegatives.Diagnosis;
import dev.twotower.eval.falsenegatives.FalseNegativeMeter;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.falsenegatives.LogShape;
import dev.twotower.eval.guard.SplitLeakage;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.report.ArmRun;
import dev.twotower.eval.report.ArmRuns;
import dev.twotower.eval.report.Comparison;
import dev.twotower.eval.report.Report;
import dev.twotower.eval.report.ReportFiles;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.train.Training;
import dev.twotower.trainer.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Runs a comparison. Every run keeps its directory under {@code runs/}; a comparison that is
 * started again in the same directory goes on where it stopped, without training finished runs
 * again, whatever arms have come to it since and in whatever order.
 */
public final class CompareRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RESULT = "result.json";
  private static final List<Integer> CUTOFFS = List.of(10, 20, 50);

  private final Dataset data;
  private final CompareRequest request;
  private final Path out;
  private final CompareListener listener;
  private final BooleanSupplier stop;
  private final RankingEvaluator evaluator;
  private final int runs;
  private final Map<ArmSpec, Path> folders = new LinkedHashMap<>();
  private int begun;

  private CompareRun(
      Dataset data,
      CompareRequest request,
      Path out,
      CompareListener listener,
      BooleanSupplier stop) {
    this.data = data;
    this.request = request;
    this.out = out;
    this.listener = listener;
    this.stop = stop;
    this.evaluator = evaluator();
    int tuning = request.grid().map(grid -> grid.values().size()).orElse(0);
    this.runs = request.arms().size() * (request.seeds().size() + tuning);
  }

  /**
   * Trains, evaluates, compares, and writes {@code report.json} and {@code report.html}.
   *
   * @param stop polled while training; true ends the comparison, to be gone on with later
   * @return the report; empty when stopped
   * @throws IllegalArgumentException when arms, masks or settings do not fit the data set
   */
  public static Optional<Report> run(
      Dataset data,
      CompareRequest request,
      Path out,
      CompareListener listener,
      BooleanSupplier stop)
      throws IOException, InterruptedException {
    return new CompareRun(data, request, out, listener, stop).run();
  }

  private RankingEvaluator evaluator() {
    TreeSet<Integer> cutoffs = new TreeSet<>(CUTOFFS);
    if (request.metric().k() > 0) {
      cutoffs.add(request.metric().k());
    }
    RankingOptions options =
        RankingOptions.defaults(request.split())
            .withCutoffs(List.copyOf(cutoffs))
            .withRankSeen(request.base().evaluation().rankSeen())
            .withSampleUsers(request.users(), 0)
            .withReplicates(0);
    return new RankingEvaluator(Training.rankingData(data), options);
  }

  private Optional<Report> run() throws IOException, InterruptedException {
    Map<ArmSpec, RunConfig> configs = new LinkedHashMap<>();
    for (ArmSpec arm : request.arms()) {
      configs.put(arm, request.base().with(arm.settings().toArray(String[]::new)));
    }
    Optional<EarlierReport> earlier = EarlierReport.in(out);
    earlier.ifPresent(report -> report.requireKept(request));
    earlier.flatMap(report -> report.change(request)).ifPresent(listener::note);
    Files.createDirectories(out.resolve("runs"));
    folders.putAll(ArmFolders.of(request.arms(), out.resolve("runs")));
    // All batches are measured before the first training, so that a setting that does not fit the
    // data is refused at once.
    Map<ArmSpec, FalseNegatives> measured = new LinkedHashMap<>();
    for (ArmSpec arm : request.arms()) {
      measured.put(arm, measure(configs.get(arm)));
    }
    List<ArmRuns> arms = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (ArmSpec arm : request.arms()) {
      RunConfig config = configs.get(arm);
      if (request.grid().isPresent()) {
        Optional<RunConfig> tuned = tune(arm, config, request.grid().get());
        if (tuned.isEmpty()) {
          return Optional.empty();
        }
        config = tuned.get();
      }
      List<ArmRun> armRuns = new ArrayList<>();
      for (long seed : request.seeds()) {
        Optional<ArmRun> run = train(arm, config.with("seed=" + seed), seed);
        if (run.isEmpty()) {
          return Optional.empty();
        }
        armRuns.add(run.get());
      }
      arms.add(new ArmRuns(arm.name(), armRuns, measured.get(arm)));
    }
    warn(warnings);
    warnings.addAll(Comparison.warnings(arms, request.metric()));
    Report report = report(arms, List.copyOf(measured.values()), warnings);
    ReportFiles.write(report, out);
    return Optional.of(report);
  }

  private FalseNegatives measure(RunConfig config) {
    return FalseNegativeMeter.measure(
        data,
        Layout.parse(config.layout()),
        config.batchSize(),
        MaskSet.parse(config.masks()),
        config.seed(),
        request.measureBatches());
  }

  /**
   * The grid's value that is best on validation with the first seed; ties go to the earlier value.
   */
  private Optional<RunConfig> tune(ArmSpec arm, RunConfig config, Grid grid)
      throws IOException, InterruptedException {
    RunConfig best = null;
    double bestValue = Double.NEGATIVE_INFINITY;
    String chosen = "";
    for (String setting : grid.settings()) {
      RunConfig candidate = config.with(setting, "seed=" + request.seeds().get(0));
      Path path = runPath(arm, "tune-" + setting);
      Optional<JsonNode> done = trained(arm.name() + " with " + setting, candidate, path);
      if (done.isEmpty()) {
        return Optional.empty();
      }
      JsonNode value = done.get().path("metrics").path(candidate.evaluation().stopMetric());
      if (value.isMissingNode()) {
        throw new IllegalArgumentException(
            "a grid needs a validation split to choose on, and %s has none"
                .formatted(data.directory()));
      }
      if (best == null || value.asDouble() > bestValue) {
        best = candidate;
        bestValue = value.asDouble();
        chosen = setting;
      }
    }
    listener.note("%s: chose %s (validation %.4f)".formatted(arm.name(), chosen, bestValue));
    return Optional.of(best);
  }

  private Optional<ArmRun> train(ArmSpec arm, RunConfig config, long seed)
      throws IOException, InterruptedException {
    Path path = runPath(arm, "seed-" + seed);
    Optional<JsonNode> done = trained(arm.name() + ", seed " + seed, config, path);
    if (done.isEmpty()) {
      return Optional.empty();
    }
    EvaluationResult evaluation;
    try (TrainedRun run = TrainedRun.load(path, Optional.of(data.directory()), Optional.empty())) {
      evaluation = run.evaluate(evaluator, request.split());
    }
    listener.note(
        "%s, seed %d: %s %.4f"
            .formatted(
                arm.name(),
                seed,
                request.metric(),
                evaluation.metrics().get(request.metric().toString())));
    JsonNode result = done.get();
    double stepRows = result.path("rows").asDouble() / result.path("steps").asDouble();
    double stepMillis = result.path("stepMillis").asDouble();
    return Optional.of(
        new ArmRun(seed, evaluation, stepRows, stepMillis, curve(RunDirectory.open(path))));
  }

  private Path runPath(ArmSpec arm, String what) {
    return folders.get(arm).resolve(what.replaceAll("[^A-Za-z0-9.=-]+", "_"));
  }

  /** Trains a run unless it is there already with the same settings; empty when stopped. */
  private Optional<JsonNode> trained(String description, RunConfig config, Path path)
      throws IOException, InterruptedException {
    begun++;
    Path finished = path.resolve(RESULT);
    if (Files.exists(path)) {
      RunConfig earlier = RunDirectory.open(path).config();
      if (!earlier.equals(config)) {
        throw new IllegalArgumentException(
            "'%s' holds a run with other settings (%s); give the same settings, compare into another --out, or remove it first"
                .formatted(path, String.join("; ", earlier.differences(config))));
      }
      if (Files.exists(finished)) {
        return Optional.of(JSON.readTree(finished.toFile()));
      }
    }
    Training.Options options =
        Training.Options.DEFAULT
            .withoutCheckpoints()
            .withListener(listener.run(begun, runs, description))
            .withStop(stop);
    TrainingResult result =
        Files.exists(path)
            ? Training.resume(data, path, options)
            : Training.start(data, config, path, options);
    if (result.interrupted()) {
      return Optional.empty();
    }
    // Whether the file is there decides whether the run is finished, so it must never be a part.
    RunDirectory.open(path).replace(RESULT, JSON.writeValueAsString(result));
    return Optional.of(JSON.valueToTree(result));
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
        JsonNode metrics = line.path("metrics");
        JsonNode value = metrics.path(request.metric().toString());
        if (value.isMissingNode()) {
          value = metrics.path(run.config().evaluation().stopMetric());
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

  private void warn(List<String> warnings) {
    if (request.base().evaluation().everyEpochs() == 0) {
      warnings.add("No evaluation chose the epoch: every arm is judged at its last step.");
    } else if (request.base().evaluation().split() == request.split()) {
      warnings.add(
          "The best epoch was chosen on the %s split, the one reported: the figures are optimistic."
              .formatted(request.split()));
    }
    if (data.interactions(Split.VALIDATION).rows() == 0) {
      warnings.add("The data set has no validation rows, so nothing chose an epoch.");
    }
    warnings.addAll(
        SplitLeakage.of(
                request.split(), data.interactions(Split.TRAIN), data.interactions(request.split()))
            .warnings(request.base().evaluation().rankSeen()));
  }

  private Report report(List<ArmRuns> arms, List<FalseNegatives> measured, List<String> warnings)
      throws IOException {
    List<String> conclusions =
        Diagnosis.lines(measured, LogShape.of(data.interactions(Split.TRAIN)));
    ComparisonSettings settings = ComparisonSettings.defaults();
    List<Report.Pair> pairs =
        new ArrayList<>(
            Comparison.pairs(arms, List.of(request.metric()), request.pairing(), settings));
    pairs.addAll(Comparison.slicePairs(arms, request.metric(), settings));
    return new Report(
        data.directory().toAbsolutePath().normalize().getFileName().toString(),
        request.seeds(),
        Comparison.arms(arms),
        pairs,
        request.metric().toString(),
        request.split().toString(),
        settings.margin(),
        evaluator.baselines(),
        measured,
        conclusions,
        Comparison.tradeOff(arms, request.metric()),
        warnings,
        new com.fasterxml.jackson.dataformat.yaml.YAMLMapper()
            .readValue(
                request.base().toYaml(),
                new com.fasterxml.jackson.core.type.TypeReference<Map<String, Object>>() {}),
        provenance());
  }

  private Map<String, String> provenance() throws IOException {
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("data", data.directory().toAbsolutePath().normalize().toString());
    provenance.put("data checksum", RunDirectory.checksum(data));
    provenance.put("split", data.manifest().split());
    provenance.put("users evaluated", String.valueOf(evaluator.users().length));
    provenance.put("arms", String.join(" ", request.arms().stream().map(ArmSpec::name).toList()));
    request.grid().ifPresent(grid -> provenance.put("grid", grid.toString()));
    provenance.put("engine", ai.djl.engine.Engine.getInstance().toString());
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
