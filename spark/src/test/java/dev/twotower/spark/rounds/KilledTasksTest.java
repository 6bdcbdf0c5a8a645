package dev.twotower.spark.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.random.Streams;
import dev.twotower.spark.LocalSpark;
import dev.twotower.spark.job.Jobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskKilled;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks that die amid rounds, and are repeated by Spark, change nothing. */
class KilledTasksTest {
  private static final int ROUNDS = 12;

  @TempDir static Path temp;

  @BeforeAll
  static void prepare() throws IOException {
    done(
        "prepare",
        "--from=" + log(),
        "--to=" + temp.resolve("parts"),
        "--parts=2",
        "--column=user=who",
        "--column=item=what",
        "--column=request=basket",
        "--column=time=at");
  }

  /** Kills the first attempt of one part's task in every third round, at a random moment. */
  private static final class Killer extends SparkListener implements AutoCloseable {
    private static final Pattern ROUND = Pattern.compile("round ([0-9]+) of [0-9]+: train .*");

    private final SparkContext context;
    private final UniformRandomProvider random;
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final Map<Integer, Integer> rounds = new ConcurrentHashMap<>();
    private final Set<Integer> killed = new ConcurrentSkipListSet<>();

    Killer(SparkContext context, long seed) {
      this.context = context;
      this.random = Streams.stream(seed, "killed-tasks-test");
      context.addSparkListener(this);
    }

    @Override
    public void onJobStart(SparkListenerJobStart job) {
      String text = job.properties().getProperty("spark.job.description", "");
      Matcher round = ROUND.matcher(text);
      if (round.matches()) {
        job.stageInfos()
            .foreach(stage -> rounds.put(stage.stageId(), Integer.parseInt(round.group(1))));
      }
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      int round = rounds.getOrDefault(start.stageId(), 1);
      int victim = round / 3 % 2;
      if (round % 3 == 0
          && start.taskInfo().attemptNumber() == 0
          && start.taskInfo().index() == victim) {
        long task = start.taskInfo().taskId();
        later.schedule(
            () -> context.killTaskAttempt(task, true, "killed by a test"),
            random.nextInt(30),
            TimeUnit.MILLISECONDS);
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.reason() instanceof TaskKilled) {
        killed.add(rounds.get(end.stageId()));
      }
    }

    @Override
    public void close() {
      later.shutdown();
      context.removeSparkListener(this);
    }
  }

  /** With streaming counts, a part keeps what planning has learned beside its rows. */
  @ParameterizedTest
  @CsvSource({"log, empirical", "part, streaming"})
  void aTaskKilledInEveryThirdRoundLeavesTheSameWeights(String batches, String correction)
      throws IOException {
    String undisturbed = "undisturbed-" + correction;
    String ofKilled = "killed-" + correction;
    train(undisturbed, batches, correction);
    long seed = Long.getLong("killedTasks.seed", System.nanoTime());
    System.out.println("moments of the kills: -DkilledTasks.seed=" + seed);
    Set<Integer> killed;
    try (Jobs jobs = LocalSpark.jobs();
        Killer killer = new Killer(jobs.context().sc(), seed)) {
      train(ofKilled, batches, correction);
      killed = killer.killed;
    }
    // A task may have ended before it is killed, but hardly one of a whole run.
    assertThat(killed).isSubsetOf(3, 6, 9, 12).hasSizeGreaterThanOrEqualTo(3);
    assertThat(file(ofKilled, "model/weights.safetensors"))
        .hasSameBinaryContentAs(file(undisturbed, "model/weights.safetensors"));
    for (int round = 1; round <= ROUNDS; round++) {
      String folder = "rounds/round-%05d/".formatted(round);
      for (String name :
          List.of(
              "shared/tables.safetensors",
              "part-00000/touched.bin",
              "part-00001/touched.bin",
              "part-00000/planning.bin",
              "part-00001/planning.bin")) {
        assertThat(file(ofKilled, folder + name))
            .hasSameBinaryContentAs(file(undisturbed, folder + name));
      }
    }
  }

  private static Path file(String run, String name) {
    return temp.resolve(run).resolve(name);
  }

  private static Path log() throws IOException {
    Random random = new Random(7);
    List<String> lines = new ArrayList<>(List.of("who,what,basket,at"));
    for (int row = 0; row < 3000; row++) {
      int user = random.nextInt(80);
      int item = Math.min(random.nextInt(90), random.nextInt(90));
      lines.add("%d,%d,%d,%d".formatted(user, item, user * 10 + random.nextInt(5), 1000 + row));
    }
    return Files.write(temp.resolve("log.csv"), lines);
  }

  private static void train(String run, String batches, String correction) {
    done(
        "train",
        "--data=" + temp.resolve("parts"),
        "--out=" + temp.resolve(run),
        "--batches=" + batches,
        "--set=loss.correction=" + correction,
        "--rounds-per-epoch=4",
        "--keep-rounds=0",
        "--set=device=cpu",
        "--set=threads=1",
        "--set=batchSize=32",
        "--set=dim=8",
        "--set=epochs=3",
        "--set=user.hidden=[8]",
        "--set=loss.learnTemperature=true",
        "--set=evaluation.patience=0");
  }

  private static void done(String... args) {
    LocalSpark.Result result = LocalSpark.run(args);
    assertThat(result.exitCode()).as(result.err()).isZero();
  }
}
