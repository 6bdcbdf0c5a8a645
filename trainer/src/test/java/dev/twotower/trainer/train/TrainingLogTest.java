package dev.twotower.trainer.train;

import static dev.twotower.trainer.train.Taste.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code metrics.jsonl} tells of training. */
class TrainingLogTest {
  @TempDir private Path folder;
  private Dataset data;

  @BeforeEach
  void writeData() {
    data = Taste.write(folder.resolve("data"));
  }

  @AfterEach
  void closeData() {
    data.close();
  }

  /** On a clock that each reading moves on by 1 ms, and each evaluation by 400 ms. */
  @Test
  void speedIsThatOfStepsAlone() throws Exception {
    AtomicLong clock = new AtomicLong();
    TrainingListener slow =
        new TrainingListener() {
          @Override
          public void evaluated(long step, long epoch, Map<String, Double> metrics, boolean best) {
            clock.addAndGet(400_000_000L);
          }
        };
    Training.start(
        data,
        config("epochs=6", "batchSize=32", "evaluation.patience=0"),
        folder.resolve("run"),
        Training.Options.DEFAULT.withListener(slow).withClock(() -> clock.addAndGet(1_000_000)));
    List<JsonNode> lines =
        RunDirectory.open(folder.resolve("run")).metrics().stream()
            .filter(line -> line.path("type").asText().equals("train"))
            .toList();
    // 50 steps; an epoch has 22 batches of 32 rows and one of 16, so two evaluations, after steps
    // 69 and 92, fall between these lines. A step lies between two readings, so it takes 1 ms.
    double all = lines.get(1).path("seconds").asDouble() - lines.get(0).path("seconds").asDouble();
    assertThat(all).isBetween(0.85, 1.1);
    double rows = 50 * 32 - 2 * 16;
    assertThat(lines.get(1).path("examplesPerSecond").asDouble())
        .isCloseTo(rows / 0.05, withinPercentage(0.1));
  }

  @Test
  void theLogTellsStepsAndEvaluations() throws Exception {
    train("run", config("epochs=10", "evaluation.patience=0"));
    List<JsonNode> lines = RunDirectory.open(folder.resolve("run")).metrics();
    assertThat(lines)
        .filteredOn(line -> line.path("type").asText().equals("evaluation"))
        .hasSize(10)
        .allMatch(line -> line.path("trainSeconds").asDouble() > 0)
        .allMatch(line -> line.path("trainSeconds").asDouble() < line.path("seconds").asDouble());
    JsonNode step =
        lines.stream()
            .filter(line -> line.path("type").asText().equals("train"))
            .findFirst()
            .orElseThrow();
    assertThat(step.path("loss").asDouble()).isPositive();
    assertThat(step.path("dedupRatio").asDouble()).isGreaterThan(1);
    assertThat(step.path("validNegativesPerAnchor").asDouble()).isPositive();
  }

  /** An untrained model would have the logarithm of the number of items. */
  @ParameterizedTest
  @ValueSource(strings = {"empirical", "none"})
  void theLossOfHeldOutItemsFallsAndIsTheSameAgain(String correction) throws Exception {
    RunConfig config = config("epochs=4", "loss.correction=" + correction);
    train("run", config);
    train("again", config.with("threads=2"));
    List<Double> losses = losses("run");
    assertThat(losses).hasSize(4).isEqualTo(losses("again"));
    assertThat(losses.get(0)).isBetween(0.0, Math.log(data.items()));
    assertThat(losses.get(3)).isLessThan(losses.get(0));
  }

  private List<Double> losses(String run) throws Exception {
    return RunDirectory.open(folder.resolve(run)).metrics().stream()
        .filter(line -> line.path("type").asText().equals("evaluation"))
        .map(line -> line.required("loss").asDouble())
        .toList();
  }

  /** Steps 49 and 99 of 120 are the last before lines of the log. */
  @Test
  void theLogTellsWhatRatesAreMultipliedBy() throws Exception {
    train("constant", config("epochs=10", "evaluation.patience=0"));
    train("run", config("epochs=10", "evaluation.patience=0", "optimizer.schedule=linear"));
    assertThat(factors("constant")).containsOnly(Double.NaN);
    assertThat(factors("run")).containsExactly(1 - 49 / 120.0, 1 - 99 / 120.0);
  }

  private List<Double> factors(String run) throws Exception {
    return RunDirectory.open(folder.resolve(run)).metrics().stream()
        .filter(line -> line.path("type").asText().equals("train"))
        .map(line -> line.path("learningRateFactor").asDouble(Double.NaN))
        .toList();
  }

  private void train(String name, RunConfig config) throws Exception {
    Training.start(data, config, folder.resolve(name), Training.Options.DEFAULT);
  }
}
