package dev.twotower.spark.rounds;

import ai.djl.engine.Engine;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.json.Json;
import dev.twotower.data.message.Amount;
import dev.twotower.spark.job.Jobs;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.device.EngineTurn;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.rounds.PartReport;
import dev.twotower.trainer.rounds.PartRun;
import dev.twotower.trainer.rounds.Round;
import dev.twotower.trainer.rounds.RoundFiles;
import dev.twotower.trainer.rounds.RoundMerge;
import dev.twotower.trainer.rounds.RoundPlan;
import dev.twotower.trainer.rounds.SharedState;
import dev.twotower.trainer.run.ModelCard;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.Unfinished;
import dev.twotower.trainer.tower.Carried;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Trains one model over all parts, round by round, into a run directory that all other commands
 * read. What has been done lies in {@code rounds/} of the run, so a run that was killed goes on
 * from its last round, with the same result.
 */
public final class RoundTraining {
  /** Heap that a merge takes for a byte of shared tables: floats, sums in double precision. */
  private static final double MERGE_FACTOR = 5;

  private final Jobs jobs;
  private final PartedDataset data;
  private final Path out;
  private final RoundPlan plan;
  private final Carried ofLog;
  private final RunConfig config;
  private final RunDirectory run;
  private final int keep;
  private final Consumer<String> told;
  private final RoundFiles files;
  private final RoundMerge merge;
  private final RoundJudge judge;
  private long bytesOfRounds;
  private long rounds;

  /**
   * What training came to.
   *
   * @param out the run
   * @param rounds rounds done
   * @param epochs epochs done
   * @param steps steps of all parts
   * @param rows rows trained on
   * @param keptRound the round whose weights were kept
   * @param metrics of that round; empty where none was judged
   * @param bytesPerRound bytes that the merge of a round read, on average
   * @param secondsInSteps of all parts together
   */
  public record Trained(
      String out,
      int rounds,
      long epochs,
      long steps,
      long rows,
      int keptRound,
      Map<String, Double> metrics,
      long bytesPerRound,
      double secondsInSteps) {}

  /**
   * @param run open to be written
   * @param keep rounds to keep beside the best one; 0 for all
   * @param told hears what is done
   */
  public RoundTraining(
      Jobs jobs,
      PartedDataset data,
      RunDirectory run,
      RoundPlan plan,
      int keep,
      Consumer<String> told) {
    this.jobs = jobs;
    this.run = run;
    this.out = run.path().toAbsolutePath().normalize();
    this.plan = plan;
    this.config = run.config();
    this.data = config.view(data);
    this.keep = keep;
    this.told = told;
    this.files = new RoundFiles(out);
    this.merge = new RoundMerge(plan, out);
    this.ofLog = PartRun.ofLog(data, config);
    this.judge = new RoundJudge(jobs, data, run, plan, ofLog, told);
  }

  /**
   * Trains to the end.
   *
   * @param after rounds that are done already, -1 for none
   */
  public Trained train(int after) throws IOException, InterruptedException {
    int round = Math.max(0, after);
    if (after < 1) {
      // Also where tables are there: other parts may not have left their rows when it was killed.
      Task task = new Task(data.directory().toString(), out.toString(), plan, ofLog);
      jobs.each("make what all parts begin with", plan.parts(), part -> task.begin(part));
    }
    requireMemory(files.tableBytes(round));
    int last = Math.toIntExact((long) config.epochs() * plan.perEpoch());
    judge.replay(round);
    boolean stop = false;
    while (round < last && !stop) {
      round++;
      round(round, last);
      if (judge.isDue(round)) {
        stop = judge.judge(round, merge.state(round).steps());
      }
      if (keep > 0) {
        forget(round);
      }
    }
    if (judge.best().round() == 0 && judge.hasUsers()) {
      judge.judge(round, merge.state(round).steps());
    }
    RoundJudge.Best best = judge.best();
    int kept = best.round() > 0 ? best.round() : round;
    SharedState state = save(kept);
    run.end();
    return new Trained(
        run.path().toString(),
        round,
        round / plan.perEpoch(),
        merge.state(round).steps(),
        merge.state(round).rows(),
        kept,
        best.metrics(),
        rounds == 0 ? 0 : bytesOfRounds / rounds,
        state.seconds());
  }

  /** Says what rounds cost, and refuses what would not fit. */
  private void requireMemory(long bytes) {
    long heap = Runtime.getRuntime().maxMemory();
    told.accept(
        String.format(
            Locale.ROOT,
            "tables that all parts share: %.1f MB, held by each task outside Java's heap; a round"
                + " merges at most %.1f MB, with up to %.1f MB of the driver's heap (it has %.0f"
                + " MB)",
            bytes / 1e6,
            plan.parts() * bytes / 1e6,
            MERGE_FACTOR * bytes / 1e6,
            heap / 1e6));
    if (plan.batches() == RoundPlan.Batches.LOG && plan.parts() > 1) {
      long rows = Arrays.stream(data.itemRows(config.trainOn())).asLongStream().sum();
      told.accept(
          String.format(
              Locale.ROOT,
              "a task also holds the items of all parts' rows of a round on its heap: about %.1f"
                  + " MB, less with more --rounds-per-epoch",
              4.0 * rows / plan.perEpoch() / 1e6));
    }
    if (MERGE_FACTOR * bytes > heap) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the merge needs up to %.0f MB of heap, the driver has %.0f MB; give it more with"
                  + " --driver-memory, or lower dim; item tables beyond the memory of one machine"
                  + " need a parameter server, which this is not",
              MERGE_FACTOR * bytes / 1e6,
              heap / 1e6));
    }
  }

  /** What a task needs to know. */
  private record Task(String data, String run, RoundPlan plan, Carried ofLog)
      implements Serializable {
    private Round round() {
      Path directory = Path.of(run);
      return new Round(
          PartedDataset.open(Path.of(data)),
          RunDirectory.open(directory).config(),
          plan,
          directory,
          ofLog);
    }

    int begin(int part) throws IOException, InterruptedException {
      round().begin(part);
      return 0;
    }

    String train(int round, int part) throws IOException, InterruptedException {
      return Json.PLAIN.writeValueAsString(round().train(round, part));
    }
  }

  private void round(int round, int last) throws IOException {
    Task task = new Task(data.directory().toString(), out.toString(), plan, ofLog);
    long start = System.nanoTime();
    List<String> texts =
        jobs.each(
            "round %d of %d: train %s".formatted(round, last, Amount.of(plan.parts(), "part")),
            plan.parts(),
            part -> task.train(round, part));
    List<PartReport> reports = texts.stream().map(text -> parse(text)).toList();
    double training = (System.nanoTime() - start) / 1e9;
    start = System.nanoTime();
    merge.merge(round, reports);
    double merging = (System.nanoTime() - start) / 1e9;
    long steps = reports.stream().mapToLong(PartReport::steps).sum();
    long rows = reports.stream().mapToLong(PartReport::rows).sum();
    long bytes = reports.stream().mapToLong(PartReport::touchedBytes).sum();
    double loss = reports.stream().mapToDouble(PartReport::loss).sum() / Math.max(1, rows);
    bytesOfRounds += bytes;
    rounds++;
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("type", "round");
    line.put("step", merge.state(round).steps());
    line.put("round", round);
    line.put("steps", steps);
    line.put("rows", rows);
    line.put("loss", loss);
    line.put("bytesMerged", bytes);
    line.put("trainSeconds", training);
    line.put("mergeSeconds", merging);
    run.log(line);
    told.accept(
        String.format(
            Locale.ROOT,
            "round %d of %d (epoch %d): loss %.4f, %s in %s, %.1f MB merged; %.1f s training,"
                + " %.1f s merging",
            round,
            last,
            plan.epoch(round) + 1,
            loss,
            Amount.of(rows, "row"),
            Amount.of(steps, "step"),
            bytes / 1e6,
            training,
            merging));
  }

  private static PartReport parse(String text) {
    try {
      return Json.PLAIN.readValue(text, PartReport.class);
    } catch (IOException e) {
      throw new IllegalStateException("report of a part: " + text, e);
    }
  }

  /** Removes rounds that are no longer needed. */
  private void forget(int round) throws IOException {
    for (int old = round - keep; old > 0 && old > round - keep - 1 - plan.perEpoch() * 2; old--) {
      if (old != judge.best().round()) {
        files.remove(old);
      }
    }
  }

  /** Makes a whole model of a round's tables and of all parts' users. */
  private SharedState save(int round) throws IOException, InterruptedException {
    jobs.describe("write the model");
    SharedState state = merge.state(round);
    Dataset whole = config.view(Dataset.open(data.directory()));
    try (EngineTurn turn = EngineTurn.take()) {
      Devices.useThreads(config.threads());
      try (TwoTowerModel model =
          TwoTowerModel.create(whole, config, Devices.resolve(config.device()))) {
        new Round(data, config, plan, out, ofLog).fillWhole(model, round);
        run.saveModel(card(whole, model, state, round), model, Optional.empty());
      }
    }
    return state;
  }

  private ModelCard card(Dataset whole, TwoTowerModel model, SharedState state, int round) {
    RoundJudge.Best best = judge.best();
    boolean judged = best.round() > 0;
    Engine engine = Engine.getInstance();
    return new ModelCard(
        ModelCard.FORMAT_VERSION,
        run.configChecksum(),
        null,
        data.directory().toString(),
        plan.dataset(),
        whole.users(),
        whole.items(),
        config.trainOn().toString(),
        config.events().isNone() ? null : config.events().texts(),
        state.steps(),
        round / plan.perEpoch(),
        model.temperature().shown(),
        judged ? config.evaluation().stopMetric() : null,
        judged ? best.value() : null,
        judged ? config.evaluation().split().toString() : null,
        null,
        state.seconds(),
        null,
        "%s %s in %d rounds over %d parts, Spark %s, Java %s, %s %s"
            .formatted(
                engine.getEngineName(),
                engine.getVersion(),
                round,
                plan.parts(),
                jobs.spark().version(),
                System.getProperty("java.version"),
                System.getProperty("os.name"),
                System.getProperty("os.arch")));
  }

  /**
   * The plan of a run that is gone on with; empty where there is none.
   *
   * @throws IllegalArgumentException when it cannot be gone on with
   */
  public static Optional<RoundPlan> plan(Path run) throws IOException {
    Path file = Unfinished.plan(run);
    return Files.exists(file) ? Optional.of(RoundPlan.read(file)) : Optional.empty();
  }

  /** Writes the plan of a new run. */
  public static void write(Path run, RoundPlan plan) throws IOException {
    Files.createDirectories(run.resolve("rounds"));
    Json.INDENTED.writeValue(Unfinished.plan(run).toFile(), plan);
  }
}
