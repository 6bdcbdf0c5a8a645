package dev.twotower.eval.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.eval.fixtures.ArrayInteractions;
import dev.twotower.eval.fixtures.ArrayInteractions.Row;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who is ranked, and for what, in a log where users hid items. */
class KindsRankingTest {
  private static final ArrayInteractions NONE = ArrayInteractions.of();
  private static final int ITEMS = 5;

  private static RankingData data(
      ArrayInteractions train,
      ArrayInteractions test,
      ArrayInteractions hiddenInTrain,
      ArrayInteractions hiddenInTest) {
    return new RankingData(
        3,
        new TrainCounts(train, ITEMS),
        NONE,
        test,
        Optional.of(
            new RankedKinds(
                List.of("buy"),
                List.of("hide"),
                Map.of(
                    Split.TRAIN,
                    hiddenInTrain,
                    Split.VALIDATION,
                    NONE,
                    Split.TEST,
                    hiddenInTest))));
  }

  private static RankingOptions options() {
    return RankingOptions.defaults(Split.TEST).withCutoffs(List.of(1)).withReplicates(0);
  }

  private static EvaluationResult evaluate(RankingData data, RankingOptions options) {
    return new RankingEvaluator(data, options).evaluate(new MatrixScorer(new float[3][ITEMS]));
  }

  /** An item bought in one request and hidden in another is no mistake in either. */
  @Test
  void whatAUserBuysInAnyRequestIsNotDisliked() {
    // User 0 buys 1 in request 0 and 2 in request 1, where it hides 1 and 3.
    RankingData data =
        data(
            ArrayInteractions.of(new int[] {0, 0}),
            new ArrayInteractions(List.of(new Row(0, 1, 0), new Row(0, 2, 1))),
            NONE,
            new ArrayInteractions(List.of(new Row(0, 1, 1), new Row(0, 3, 1))));
    EvaluatedUsers users = EvaluatedUsers.of(data, options());
    assertThat(users.disliked(0)).containsExactly(3);
    EvaluatedUsers requests = users.byRequest();
    assertThat(requests.size()).isEqualTo(2);
    assertThat(requests.items()).as("found in requests 0 and 1").containsExactly(1, 2);
    assertThat(requests.disliked(0)).containsExactly(3);
    assertThat(requests.disliked(1)).containsExactly(3);
  }

  /** User 0 has something to find; user 1 knows its item; user 2 hid one, and knows the other. */
  @Test
  void usersWhoHidAllTheirItemsAreCountedApart() {
    ArrayInteractions train = ArrayInteractions.of(new int[] {1, 2}, new int[] {2, 4});
    ArrayInteractions hidden = ArrayInteractions.of(new int[] {2, 3}, new int[] {2, 4});
    ArrayInteractions test =
        ArrayInteractions.of(
            new int[] {0, 1}, new int[] {1, 2}, new int[] {2, 3}, new int[] {2, 4});
    RankingData data = data(train, test, hidden, NONE);
    EvaluationResult result = evaluate(data, options());
    assertThat(result.users()).isEqualTo(1);
    assertThat(result.protocol().usersWithoutRelevant()).isEqualTo(1);
    assertThat(result.feedback().usersWithoutAllowed()).isEqualTo(1);
    EvaluationResult withSeen = evaluate(data, options().withRankSeen(true));
    assertThat(withSeen.users()).isEqualTo(2);
    assertThat(withSeen.protocol().usersWithoutRelevant()).isZero();
    assertThat(withSeen.feedback().usersWithoutAllowed()).isEqualTo(1);
  }

  @Test
  void whereNobodyHasAnItemLeftTheReasonsAreTold() {
    ArrayInteractions train = ArrayInteractions.of(new int[] {0, 0}, new int[] {1, 2});
    ArrayInteractions hidden = ArrayInteractions.of(new int[] {2, 3});
    RankingData both =
        data(train, ArrayInteractions.of(new int[] {1, 2}, new int[] {2, 3}), hidden, NONE);
    assertThatThrownBy(() -> EvaluatedUsers.of(both, options()))
        .hasMessageContaining(
            "find: 1 user had every item of its test rows before, and seen items are not ranked")
        .hasMessageContaining(
            "; 1 user has earlier rows of kind hide for every item of its test rows, and such items"
                + " are never listed")
        .hasMessageContaining("--rank-seen ranks them");
    RankingData never = data(train, ArrayInteractions.of(new int[] {2, 3}), hidden, NONE);
    assertThatThrownBy(() -> EvaluatedUsers.of(never, options()))
        .hasMessageContaining("find: 1 user has earlier rows of kind hide for every item")
        .hasMessageEndingWith("; or choose another split")
        .hasMessageNotContaining("seen items");
  }
}
