package dev.twotower.trainer.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.TrainedRun;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model is worth that reads what its log depends on, and on nothing else. */
class ContextRankingTest {
  @TempDir private static Path folder;
  private static Dataset data;

  @BeforeAll
  static void write() throws Exception {
    data = DeviceLog.write(folder.resolve("data"));
    train("with", "user.features=[id,context.device,context.hour]", "user.hidden=[8]");
    train("without", "user.features=[id]", "user.hidden=[8]");
  }

  @AfterAll
  static void close() {
    data.close();
  }

  private static void train(String name, String... settings) throws Exception {
    TrainingResult result =
        Training.start(
            data, DeviceLog.config(settings), folder.resolve(name), Training.Options.DEFAULT);
    assertThat(result.metrics()).containsKey("recall@10");
  }

  private static TrainedRun run(String name) throws Exception {
    return TrainedRun.load(folder.resolve(name), Optional.empty(), Optional.empty());
  }

  private static EvaluationResult byRequest(String name) throws Exception {
    RankingOptions options =
        RankingOptions.defaults(Split.TEST).withCutoffs(List.of(10)).withByRequest(true);
    try (TrainedRun run = run(name)) {
      return run.evaluate(new RankingEvaluator(Training.rankingData(data), options), Split.TEST);
    }
  }

  @Test
  void itFindsByFarMoreThanOneThatDoesNotReadIt() throws Exception {
    EvaluationResult with = byRequest("with");
    assertThat(with.protocol().requests()).isEqualTo(with.users());
    assertThat(with.metrics().get("recall@10"))
        .isGreaterThan(0.8)
        .isGreaterThan(2 * byRequest("without").metrics().get("recall@10"));
  }

  /** Epochs are judged as evaluate does it, with each request's values. */
  @Test
  void trainingEndsWithTheSameFigure() throws Exception {
    RankingOptions options =
        RankingOptions.defaults(Split.VALIDATION).withCutoffs(List.of(10)).withByRequest(true);
    RankingEvaluator evaluator = new RankingEvaluator(Training.rankingData(data), options);
    try (TrainedRun run = run("with")) {
      double logged =
          run.directory().metrics().stream()
              .filter(line -> line.path("type").asText().equals("evaluation"))
              .reduce((first, last) -> last)
              .orElseThrow()
              .path("metrics")
              .path("recall@10")
              .asDouble();
      EvaluationResult found = run.evaluate(evaluator, Split.VALIDATION);
      assertThat(found.metrics().get("recall@10")).isEqualTo(logged);
    }
  }

  /** A user's one vector is that of the last request before the test. */
  @Test
  void aUserIsListedForAsInItsLastRequest() throws Exception {
    Interactions last = data.interactions(Split.VALIDATION);
    try (TrainedRun run = run("with");
        ModelScorer scorer = run.scorer(Split.TEST)) {
      int fits = 0;
      for (int user = 0; user < DeviceLog.USERS; user++) {
        long row = last.userStart(user);
        FloatBuffer scores = scorer.scores(new int[] {user}, 0, 1);
        int best = 0;
        for (int item = 1; item < DeviceLog.ITEMS; item++) {
          best = scores.get(item) > scores.get(best) ? item : best;
        }
        int device = (int) last.context("device").value(row) - 1;
        fits += DeviceLog.fits(best, device, last.context("hour").value(row) > 12) ? 1 : 0;
      }
      assertThat(fits).isGreaterThan(DeviceLog.USERS * 9 / 10);
    }
  }
}
