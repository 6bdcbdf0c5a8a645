package dev.twotower.eval.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.fixtures.ArrayInteractions;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RankingEvaluatorTest {
  private static final ArrayInteractions NONE = ArrayInteractions.of();

  // User 0 trained on item 0, validated on 1, is tested on 2 and 4. Item 4 is in no training row.
  private static final RankingData DATA =
      new RankingData(
          2,
          6,
          ArrayInteractions.of(
              new int[] {0, 0}, new int[] {1, 0}, new int[] {1, 2}, new int[] {1, 3}),
          ArrayInteractions.of(new int[] {0, 1}),
          ArrayInteractions.of(new int[] {0, 2}, new int[] {0, 4}, new int[] {1, 0}));

  private static final MatrixScorer SCORES =
      new MatrixScorer(new float[][] {{9, 8, 5, 7, 3, 4}, {1, 2, 3, 4, 5, 6}});

  @Test
  void countsHitsAmongItemsNotSeenBefore() {
    // Left for user 0 after items 0 and 1: 3, 2, 5, 4. Relevant 2 at rank 2 and 4 at rank 4.
    // User 1 engaged with its only test item before, so it is not evaluated.
    EvaluationResult result =
        new RankingEvaluator(DATA, RankingOptions.defaults(Split.TEST).withCutoffs(List.of(2, 4)))
            .evaluate(SCORES);

    assertThat(result.users()).isEqualTo(1);
    assertThat(result.protocol().usersWithoutRelevant()).isEqualTo(1);
    double dcg2 = Math.log(2) / Math.log(3);
    double dcg4 = dcg2 + Math.log(2) / Math.log(5);
    double ideal = 1 + Math.log(2) / Math.log(3);
    assertThat(result.metrics())
        .hasSize(11)
        .containsEntry("recall@2", 0.5)
        .containsEntry("hitrate@2", 1.0)
        .containsEntry("cappedRecall@2", 0.5)
        .containsEntry("recall@4", 1.0)
        .containsEntry("mrr", 0.5)
        .containsEntry("coverage@2", 2 / 6.0)
        .containsEntry("coverage@4", 4 / 6.0);
    assertThat(result.metrics().get("ndcg@2")).isCloseTo(dcg2 / ideal, within(1e-12));
    assertThat(result.metrics().get("ndcg@4")).isCloseTo(dcg4 / ideal, within(1e-12));
  }

  @Test
  void measuresMoreWhereMoreIsAskedFor() {
    // User 0: 3, 2, 5, 4. Relevant 2 at rank 2 and 4 at rank 4; others 3 and 5, at ranks 1 and 3.
    RankingOptions options = RankingOptions.defaults(Split.TEST).withCutoffs(List.of(2, 4, 50));
    EvaluationResult result =
        new RankingEvaluator(
                DATA,
                options.withMetrics(
                    List.of(
                        Metric.parse("precision@2"), Metric.parse("map@4"), Metric.parse("auc"))))
            .evaluate(SCORES);
    assertThat(result.metrics())
        .containsEntry("precision@2", 1 / 2.0)
        .containsEntry("precision@4", 2 / 4.0)
        .containsEntry("precision@50", 2 / 50.0)
        .containsEntry("map@2", (1 / 2.0) / 2)
        .containsEntry("map@4", (1 / 2.0 + 2 / 4.0) / 2)
        .containsEntry("map@50", (1 / 2.0 + 2 / 4.0) / 2)
        // Of the four pairs only 2 before 5 is in order.
        .containsEntry("auc", 1 / 4.0)
        .containsEntry("mrr", 1 / 2.0);
    assertThat(result.intervals()).containsKeys("auc", "map@4", "precision@4");
    assertThat(result.baselines().get("popularity")).containsKeys("auc", "map@4", "precision@4");
    assertThat(result.slices())
        .filteredOn(slice -> slice.users() > 0)
        .allSatisfy(slice -> assertThat(slice.metrics()).containsKeys("auc", "map@4"));
    assertThat(new RankingEvaluator(DATA, options).metrics(SCORES))
        .doesNotContainKeys("auc", "map@4", "precision@4");
  }

  /** A user who is to find all that is ranked for it. */
  @Test
  void nothingRanksAboveWhereThereIsNothingElse() {
    RankingData data =
        new RankingData(
            1,
            2,
            ArrayInteractions.of(new int[] {0, 0}),
            NONE,
            ArrayInteractions.of(new int[] {0, 1}));
    RankingOptions options =
        RankingOptions.defaults(Split.TEST).withMetrics(List.of(Metric.parse("auc")));
    EvaluationResult result =
        new RankingEvaluator(data, options).evaluate(new MatrixScorer(new float[][] {{1, 2}}));
    assertThat(result.metrics()).containsEntry("auc", 1.0);
    assertThat(result.baselines().get("random")).containsEntry("auc", 1.0);
  }

  @Test
  void refusesAKindThatIsMeasuredAnyway() {
    assertThatThrownBy(
            () -> RankingOptions.defaults(Split.TEST).withAlso(List.of(Metric.Kind.RECALL)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[RECALL]")
        .hasMessageContaining("AUC");
    assertThat(Metric.Kind.onRequest("map")).isEqualTo(Metric.Kind.MAP);
    assertThatThrownBy(() -> Metric.Kind.onRequest("ndcg"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'ndcg'; allowed here: precision, map, auc");
  }

  @Test
  void ranksSeenItemsWhenAsked() {
    // User 0: 0, 1, 3, 2, 5, 4. User 1: 5, 4, 3, 2, 1, 0, so its item 0 comes last.
    Map<String, Double> metrics =
        new RankingEvaluator(
                DATA,
                RankingOptions.defaults(Split.TEST).withCutoffs(List.of(4)).withRankSeen(true))
            .metrics(SCORES);
    assertThat(metrics)
        .containsEntry("recall@4", 0.25)
        .containsEntry("mrr", (1 / 4.0 + 1 / 6.0) / 2);
  }

  @Test
  void validationExcludesOnlyTrainingItems() {
    // User 0: item 1 leads once item 0 is gone.
    Map<String, Double> metrics =
        new RankingEvaluator(
                DATA, RankingOptions.defaults(Split.VALIDATION).withCutoffs(List.of(1)))
            .metrics(SCORES);
    assertThat(metrics).containsEntry("recall@1", 1.0).containsEntry("mrr", 1.0);
  }

  @Test
  void coldItemsHaveTheirOwnSlice() {
    // Training rows: item 0 twice, 2 and 3 once: thirds of 4 rows put 0 and 2 in head and mid.
    EvaluationResult result =
        new RankingEvaluator(DATA, RankingOptions.defaults(Split.TEST).withCutoffs(List.of(2)))
            .evaluate(SCORES);
    assertThat(result.slices().get(3).items()).isEqualTo(3);
    assertThat(result.slices().get(3).users()).isEqualTo(1);
    assertThat(result.slices().get(3).metrics()).containsEntry("recall@2", 0.0);
    assertThat(result.slices().get(1).metrics()).containsEntry("recall@2", 1.0);
    assertThat(result.slices().get(0).metrics()).isEmpty();
  }

  @Test
  void baselinesStandBesideTheModel() {
    // Popularity for user 0 after 0 and 1: 2, 3 (one row each), then 4, 5 (none).
    EvaluationResult result =
        new RankingEvaluator(DATA, RankingOptions.defaults(Split.TEST).withCutoffs(List.of(1, 3)))
            .evaluate(SCORES);
    assertThat(result.baselines()).containsOnlyKeys("popularity", "random");
    assertThat(result.baselines().get("popularity"))
        .containsEntry("recall@1", 0.5)
        .containsEntry("recall@3", 1.0)
        .containsEntry("mrr", 1.0);
  }

  @Test
  void randomBaselineFindsItsShare() {
    // 4,000 users with one relevant item each among 50: recall@10 is 10 / 50 on average.
    int users = 4000;
    int[][] test = new int[users][];
    for (int user = 0; user < users; user++) {
      test[user] = new int[] {user, user % 50};
    }
    RankingData data = new RankingData(users, 50, NONE, NONE, ArrayInteractions.of(test));
    Map<String, Double> metrics =
        new RankingEvaluator(data, RankingOptions.defaults(Split.TEST).withCutoffs(List.of(10)))
            .baselines()
            .get("random");
    assertThat(metrics.get("recall@10")).isCloseTo(0.2, within(0.03));
  }

  @Test
  void oneUserIsRefusedByWhatMadeItOne() {
    RankingOptions options = RankingOptions.defaults(Split.TEST);
    assertThatThrownBy(() -> new RankingEvaluator(DATA, options).requireSeveralUsers())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the test split has one user with something to find");
    RankingOptions sampled = options.withRankSeen(true).withSampleUsers(1, 0);
    assertThatThrownBy(() -> new RankingEvaluator(DATA, sampled).requireSeveralUsers())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--users: received 1, one of the 2 users with something to find");
    new RankingEvaluator(DATA, sampled.withSampleUsers(2, 0)).requireSeveralUsers();
  }

  @Test
  void aSampleOfUsersIsSeededAndReported() {
    RankingOptions options =
        RankingOptions.defaults(Split.TEST).withRankSeen(true).withSampleUsers(1, 7);
    EvaluationResult result = new RankingEvaluator(DATA, options).evaluate(SCORES);
    assertThat(result.users()).isEqualTo(1);
    assertThat(result.protocol().eligibleUsers()).isEqualTo(2);
    assertThat(result.protocol().sampleSeed()).isEqualTo(7);
  }

  /** Of 100 users: every seed its own ten, each user in about a tenth of the samples. */
  @Test
  void aSampleIsDrawnAndNotTheFirst() {
    int users = 100;
    int[][] test = new int[users][];
    for (int user = 0; user < users; user++) {
      test[user] = new int[] {user, user % 50};
    }
    RankingData data = new RankingData(users, 50, NONE, NONE, ArrayInteractions.of(test));
    int[] drawn = new int[users];
    for (int seed = 0; seed < 200; seed++) {
      RankingOptions options = RankingOptions.defaults(Split.TEST).withSampleUsers(10, seed);
      int[] sample = new RankingEvaluator(data, options).users();
      assertThat(sample).hasSize(10).isSorted().doesNotHaveDuplicates();
      assertThat(new RankingEvaluator(data, options).users()).containsExactly(sample);
      for (int user : sample) {
        drawn[user]++;
      }
    }
    // 200 draws at 1/10: 20, give or take five standard deviations of 4.2.
    for (int times : drawn) {
      assertThat(times).isBetween(1, 42);
    }
  }

  @Test
  void serialisesTheDocumentedFields() {
    EvaluationResult result =
        new RankingEvaluator(DATA, RankingOptions.defaults(Split.TEST)).evaluate(SCORES);
    JsonNode json = new ObjectMapper().valueToTree(result);
    assertThat(json.get("split").textValue()).isEqualTo("test");
    assertThat(json.get("users").intValue()).isEqualTo(1);
    assertThat(json.at("/metrics/recall@20").isNumber()).isTrue();
    assertThat(json.at("/metrics/ndcg@20").isNumber()).isTrue();
    assertThat(json.at("/metrics/hitrate@10").isNumber()).isTrue();
    assertThat(json.at("/baselines/popularity/recall@20").isNumber()).isTrue();
    assertThat(json.at("/baselines/random/recall@20").isNumber()).isTrue();
    assertThat(json.has("ofUsers")).isFalse();
  }

  @Test
  void refusesWhatCannotBeEvaluated() {
    assertThatThrownBy(() -> RankingOptions.defaults(Split.TRAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed: validation, test");
    assertThatThrownBy(() -> RankingOptions.defaults(Split.TEST).withCutoffs(List.of(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[0]");
    assertThatThrownBy(
            () ->
                new RankingEvaluator(
                    new RankingData(2, 6, DATA.train(), NONE, NONE),
                    RankingOptions.defaults(Split.TEST)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("test split has no rows");
    assertThatThrownBy(
            () ->
                new RankingEvaluator(DATA, RankingOptions.defaults(Split.TEST))
                    .evaluate(new MatrixScorer(new float[2][5])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 items")
        .hasMessageContaining("6");
  }

  @Test
  void refusesNaNByName() {
    float[][] scores = {{1, 2, 3, 4, 5, Float.NaN}, {0, 0, 0, 0, 0, 0}};
    assertThatThrownBy(
            () ->
                new RankingEvaluator(
                        DATA, RankingOptions.defaults(Split.TEST).withCutoffs(List.of(1)))
                    .evaluate(new MatrixScorer(scores)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("user 0")
        .hasMessageContaining("item 5");
  }

  @Test
  void metricNamesRoundTrip() {
    for (String name :
        List.of(
            "recall@20",
            "hitrate@10",
            "cappedRecall@5",
            "ndcg@1",
            "precision@3",
            "map@7",
            "mrr",
            "auc")) {
      assertThat(Metric.parse(name)).hasToString(name);
    }
    for (String wrong :
        List.of("recall", "recall@0", "recall@-1", "mrr@3", "auc@3", "map", "ndcg@x")) {
      assertThatThrownBy(() -> Metric.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + wrong + "'")
          .hasMessageContaining("recall@K");
    }
  }

  @Test
  void itemSlicesCarryAThirdOfTheRowsEach() {
    // 12 rows: items 2 (4 rows), 0 (3), 1 (3), 3 (2), 4 (0). The k-th row's third decides.
    ItemSlices slices = new ItemSlices(new int[] {3, 3, 4, 2, 0});
    assertThat(slices.of(2)).isEqualTo(0);
    assertThat(slices.of(0)).isEqualTo(1);
    assertThat(slices.of(1)).isEqualTo(1);
    assertThat(slices.of(3)).isEqualTo(2);
    assertThat(slices.of(4)).isEqualTo(ItemSlices.COLD);
    assertThat(slices.names()).isEqualTo(ItemSlices.NAMES);
  }

  @Test
  void itemsWithRowsAreCutByAgeWhereThatIsKnown() {
    BitSet fresh = new BitSet();
    fresh.set(1);
    fresh.set(4);
    ItemSlices slices =
        new ItemSlices(
            new int[] {3, 3, 4, 2, 0},
            new EarlierModel(Optional.of(fresh), new BitSet(), new BitSet()));
    assertThat(slices.names()).endsWith("items:cold", "items:known", "items:new");
    for (int item = 0; item < 5; item++) {
      // Item 4 is new, but has no rows: it is cold.
      assertThat(slices.in(4, item)).isEqualTo(item == 0 || item == 2 || item == 3);
      assertThat(slices.in(5, item)).isEqualTo(item == 1);
      assertThat(slices.in(ItemSlices.COLD, item)).isEqualTo(item == 4);
    }
    assertThat(slices.size(4)).isEqualTo(3);
    assertThat(slices.size(5)).isEqualTo(1);
  }

  /** Items 3 and 4 have no rows; item 4 has a vector from the earlier model, as item 0 has. */
  @Test
  void coldItemsOfTheEarlierModelAreASlice() {
    BitSet earlier = new BitSet();
    earlier.set(0);
    earlier.set(4);
    ItemSlices slices =
        new ItemSlices(
            new int[] {3, 3, 4, 0, 0}, new EarlierModel(Optional.empty(), new BitSet(), earlier));
    assertThat(slices.names()).endsWith("items:cold", "items:earlier");
    for (int item = 0; item < 5; item++) {
      assertThat(slices.in(4, item)).isEqualTo(item == 4);
    }
    assertThat(slices.size(4)).isEqualTo(1);
    assertThat(slices.size(ItemSlices.COLD)).isEqualTo(2);
  }

  @Test
  void usersOfTheEarlierModelAreNotNew() {
    UserSlices slices =
        new UserSlices(new long[] {0, 5, 0, 1}, Optional.of(position -> position < 2));
    assertThat(slices.named().keySet())
        .containsExactly("users:light", "users:heavy", "users:new", "users:earlier");
    for (int position = 0; position < 4; position++) {
      int at = position;
      assertThat(slices.named().values()).filteredOn(each -> each.test(at)).hasSize(1);
    }
    assertThat(slices.named().get("users:earlier").test(0)).isTrue();
    assertThat(slices.named().get("users:new").test(2)).isTrue();
    assertThat(new UserSlices(new long[] {0}, Optional.empty()).named().get("users:new").test(0))
        .isTrue();
  }
}
