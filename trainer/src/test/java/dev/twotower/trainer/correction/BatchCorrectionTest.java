package dev.twotower.trainer.correction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.eval.batch.TrainEngagement;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.DedupPlan;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.LossConfig.Correction;
import dev.twotower.trainer.config.LossConfig.Counting;
import dev.twotower.trainer.config.LossConfig.Positive;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.loss.ReferenceLoss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * A corrected batch through both engines = the reference with q as design 3.4 writes it, worked out
 * from the rows.
 */
@Tag("gpu")
class BatchCorrectionTest {
  private static final int USERS = 6;
  private static final int ITEMS = 14;

  private static Path folder;
  private static Dataset data;
  private static Interactions train;
  private static TrainCounts counts;

  /**
   * Heavy users, popular items, and an item that one user alone has engaged with, several times.
   */
  @BeforeContainer
  static void writeData() {
    Random random = new Random(3);
    DatasetBuilder builder = new DatasetBuilder();
    for (int row = 0; row < 120; row++) {
      int user = (int) (USERS * Math.pow(random.nextDouble(), 1.5));
      int item = (int) ((ITEMS - 2) * Math.pow(random.nextDouble(), 2));
      builder.row(Split.TRAIN, user, item, user * 4 + random.nextInt(4), row);
    }
    for (int row = 0; row < 3; row++) {
      builder.row(Split.TRAIN, 1, ITEMS - 2, 4 + row, 200 + row);
    }
    builder.items(ITEMS);
    try {
      folder = Files.createTempDirectory("corrections");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    data = builder.write(folder.resolve("data"));
    train = data.interactions(Split.TRAIN);
    counts = data.trainCounts();
  }

  @AfterContainer
  static void removeData() throws IOException {
    data.close();
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Property
  void empiricalRows(
      @ForAll Positive positive, @ForAll @IntRange(max = 9) int uniform, @ForAll long seed) {
    CorrectionScene scene = new CorrectionScene(data, "identity+user", uniform, seed);
    scene.check(
        config("empirical", Counting.ROWS, positive, "identity+user"),
        (user, item) -> scene.mixed((double) rows(item) / train.rows()),
        (user, item) -> 1 - scene.mixed((double) rows(item) / train.rows()));
  }

  @Property
  void empiricalUnique(
      @ForAll Positive positive, @ForAll @IntRange(max = 9) int uniform, @ForAll long seed) {
    RunConfig config = config("empirical", Counting.UNIQUE, positive, "identity+user");
    Proposal hits = Proposals.create(config, counts).orElseThrow();
    CorrectionScene scene = new CorrectionScene(data, "identity+user", uniform, seed);
    scene.check(
        config,
        (user, item) -> 1 - (1 - hits.q(item)) * Math.pow(1 - 1.0 / ITEMS, uniform),
        (user, item) -> 1);
  }

  /** The design's own formula: constants that depend on the user alone must not matter. */
  @Property
  void leaveUserOut(
      @ForAll Positive positive,
      @ForAll boolean engaged,
      @ForAll boolean identity,
      @ForAll long seed) {
    String masks = (identity ? "" : "no-identity+") + (engaged ? "engaged" : "user");
    CorrectionScene scene = new CorrectionScene(data, masks, 0, seed);
    ReferenceLoss.ByUserAndItem q =
        (user, item) -> others(user, item) / (train.rows() - counts.rowsOfUser(user));
    scene.check(
        config("leave-user-out", Counting.ROWS, positive, masks),
        q,
        (user, item) -> engaged ? othersItems(user, item) : 1 - q.of(user, item));
  }

  /** The share of other users' rows that carries items the user has not engaged with. */
  private static double othersItems(int user, int positive) {
    assertThat(times(user, positive)).isPositive();
    double sum = 0;
    for (int item = 0; item < ITEMS; item++) {
      sum += times(user, item) == 0 ? rows(item) : 0;
    }
    return sum / (train.rows() - counts.rowsOfUser(user));
  }

  /** All that the user engaged with is masked, so q leaves the rest to other items. */
  @Property
  void underEngagedAllOfTheUsersItemsAreTakenAway(
      @ForAll boolean leaveUserOut, @ForAll @IntRange(max = 9) int uniform, @ForAll long seed) {
    CorrectionScene scene = new CorrectionScene(data, "identity+engaged", uniform, seed);
    scene.check(
        config(
            leaveUserOut ? "leave-user-out" : "empirical",
            Counting.ROWS,
            Positive.UNCORRECTED,
            "identity+engaged"),
        (user, item) ->
            scene.mixed((leaveUserOut ? others(user, item) : rows(item)) / (double) train.rows()),
        (user, positive) -> {
          double sum = 0;
          for (int item = 0; item < ITEMS; item++) {
            sum += times(user, item) > 0 ? scene.mixed((double) rows(item) / train.rows()) : 0;
          }
          return 1 - sum;
        });
  }

  /** Mixed, the user's masked rows are fewer draws: the mixture is not renormalised by user. */
  @Property
  void leaveUserOutAmongUniformDraws(
      @ForAll Positive positive,
      @ForAll @IntRange(min = 1, max = 9) int uniform,
      @ForAll long seed) {
    CorrectionScene scene = new CorrectionScene(data, "identity+user", uniform, seed);
    ReferenceLoss.ByUserAndItem q = (user, item) -> scene.mixed(others(user, item) / train.rows());
    scene.check(
        config("leave-user-out", Counting.ROWS, positive, "identity+user"),
        q,
        (user, item) -> {
          double all = 0;
          for (int other = 0; other < ITEMS; other++) {
            int rowsOfOthers = rows(other) - times(user, other);
            all += scene.mixed((double) rowsOfOthers / train.rows());
          }
          return all - q.of(user, item);
        });
  }

  @Property
  void withoutCorrection(
      @ForAll Counting counting, @ForAll @IntRange(max = 9) int uniform, @ForAll long seed) {
    CorrectionScene scene = new CorrectionScene(data, "identity+user", uniform, seed);
    scene.check(
        config("none", counting, Positive.CORRECTED, "identity+user"),
        (user, item) -> 1,
        (user, item) -> 1);
  }

  @Property
  void streaming(
      @ForAll Counting counting,
      @ForAll Positive positive,
      @ForAll @IntRange(max = 9) int uniform,
      @ForAll long seed) {
    RunConfig config = config("streaming", counting, positive, "identity+user");
    CorrectionScene scene = new CorrectionScene(data, "identity+user", uniform, seed);
    StreamingRates rates = (StreamingRates) Proposals.create(config, counts).orElseThrow();
    for (int batch = 0; batch < 20; batch++) {
      rates.observe(scene.index());
    }
    ReferenceLoss.ByUserAndItem q =
        (user, item) ->
            counting == Counting.ROWS
                ? scene.mixed(rates.q(item))
                : 1 - (1 - rates.q(item)) * Math.pow(1 - 1.0 / ITEMS, uniform);
    scene.check(
        config,
        rates,
        q,
        (user, item) -> counting == Counting.ROWS ? Math.max(1e-6, 1 - q.of(user, item)) : 1);
  }

  @Example
  void anItemOfOneUserAloneCountsAsIfSomebodyElseHadEngagedOnce() {
    assertThat(rows(ITEMS - 2)).isEqualTo(times(1, ITEMS - 2)).isEqualTo(3);
    BatchIds ids = new BatchIds(0);
    ids.add(1, 4, ITEMS - 2);
    ids.add(0, 0, 0);
    BatchIndex index = new BatchIndex(ITEMS, new TrainEngagement(train), true);
    index.index(ids);
    RunConfig config = config("leave-user-out", Counting.ROWS, Positive.CORRECTED, "identity+user");
    BatchCorrection corrected =
        new BatchCorrection(Proposals.create(config, counts), config.loss(), counts, false)
            .correct(new DedupPlan(config.masks()).plan(index), 0);
    float logQ = corrected.terms(1, new float[] {1, 1}).positiveLogQ().orElseThrow()[0];
    assertThat((double) logQ).isCloseTo(Math.log(1.0 / train.rows()), offset(1e-6));
  }

  @Example
  void refusesAnEstimateThatCountsSomethingElse() {
    LossConfig unique =
        config("empirical", Counting.UNIQUE, Positive.CORRECTED, "identity+user").loss();
    assertThatThrownBy(
            () -> new BatchCorrection(Optional.of(new RowRates(counts)), unique, counts, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("counts rows")
        .hasMessageContaining("denominator unique")
        .hasMessageContaining("loss.counting");
  }

  private static int rows(int item) {
    return counts.rows(item);
  }

  private static int times(int user, int item) {
    int[] times = new int[1];
    new TrainEngagement(train).forEach(user, own -> times[0] += own == item ? 1 : 0);
    return times[0];
  }

  /** Rows of other users, at least one for what the user engaged with. */
  private static double others(int user, int item) {
    int others = rows(item) - times(user, item);
    return times(user, item) > 0 ? Math.max(1, others) : others;
  }

  private static RunConfig config(
      String correction, Counting counting, Positive positive, String masks) {
    Correction named = Correction.valueOf(correction.toUpperCase(Locale.ROOT).replace('-', '_'));
    return RunConfig.defaults()
        .with(
            "loss.correction=" + correction,
            "loss.counting=" + counting.name().toLowerCase(Locale.ROOT),
            "loss.positive="
                + (named == Correction.NONE ? Positive.CORRECTED : positive)
                    .name()
                    .toLowerCase(Locale.ROOT),
            "masks=" + masks,
            "batchSize=16");
  }
}
