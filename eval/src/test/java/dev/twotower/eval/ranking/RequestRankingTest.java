package dev.twotower.eval.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.eval.fixtures.ArrayInteractions;
import dev.twotower.eval.fixtures.ArrayInteractions.Row;
import dev.twotower.eval.topk.TiledScorer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

/** Requests that are ranked for one by one, each with scores of its own. */
class RequestRankingTest {
  private static final ArrayInteractions NONE = ArrayInteractions.of();

  // User 0 is tested in request 1 on items 2 and 3 (and 0, which it knows), and in request 2 on 4;
  // user 1 in request 4 on 2; of user 2's request 6 nothing is left to find.
  private static final RankingData DATA =
      new RankingData(
          3,
          5,
          ArrayInteractions.of(
              new int[] {0, 0}, new int[] {0, 1}, new int[] {1, 3}, new int[] {2, 2}),
          NONE,
          new ArrayInteractions(
              List.of(
                  new Row(0, 2, 1),
                  new Row(0, 3, 1),
                  new Row(0, 0, 1),
                  new Row(0, 4, 2),
                  new Row(1, 2, 4),
                  new Row(2, 2, 6))));

  // Left for user 0: 2, 4, 3; for user 1 in request 4: 2, 4, 1, 0.
  private static final float[][] OF_REQUESTS = {
    new float[5], {9, 9, 5, 3, 4}, {9, 9, 5, 3, 4}, new float[5], {1, 2, 5, 9, 3}
  };

  // Left for user 0: 4, 3, 2; for user 1: 0, 1, 2, 4.
  private static final float[][] OF_USERS = {{9, 9, 1, 2, 3}, {4, 3, 2, 9, 1}, {}};

  private record RequestScorer(MatrixScorer users, MatrixScorer requests) implements Scorer {
    @Override
    public int items() {
      return users.items();
    }

    @Override
    public FloatBuffer scores(int[] numbers, int from, int count) {
      return users.scores(numbers, from, count);
    }

    @Override
    public Optional<TiledScorer> ofRequests() {
      return Optional.of(requests.tiled());
    }
  }

  private static RankingOptions options() {
    return RankingOptions.defaults(Split.TEST).withCutoffs(List.of(1)).withByRequest(true);
  }

  private static Scorer matrices(float[][] users, float[][] requests) {
    return new RequestScorer(new MatrixScorer(users), new MatrixScorer(requests));
  }

  @Test
  void aUsersRequestsAreAveragedBeforeUsers() {
    AtomicLong most = new AtomicLong();
    Scorer scorer = matrices(OF_USERS, OF_REQUESTS);
    RankingEvaluator evaluator =
        new RankingEvaluator(DATA, options())
            .onRanked(users -> most.accumulateAndGet(users, Math::max));
    EvaluationResult result = evaluator.evaluate(scorer);

    assertThat(result.users()).isEqualTo(2);
    assertThat(result.ofUsers().users()).containsExactly(0, 1);
    assertThat(result.protocol().requests()).isEqualTo(3);
    assertThat(result.protocol().usersWithoutRelevant()).isEqualTo(1);
    assertThat(most).hasValue(2);
    // Request 1: one of two found first. Request 2: 4 is second. Request 4: 2 is first.
    assertThat(result.ofUsers().values("recall@1")).containsExactly((1 / 2.0 + 0) / 2, 1);
    assertThat(result.ofUsers().values("mrr")).containsExactly((1 + 1 / 2.0) / 2, 1);
    assertThat(result.metrics())
        .containsEntry("recall@1", (1 / 4.0 + 1) / 2)
        .containsEntry("mrr", (3 / 4.0 + 1) / 2)
        .containsEntry("coverage@1", 1 / 5.0);
    // By popularity, user 0 gets 2, 3, 4 in both requests, and user 1 gets 0, 1, 2, 4.
    assertThat(result.baselines().get("popularity").get("mrr"))
        .isCloseTo(((1 + 1 / 3.0) / 2 + 1 / 3.0) / 2, within(1e-12));
    assertThat(result.intervals()).containsKeys("recall@1", "mrr");
  }

  /** A model that knows no requests is judged by them with its one vector for each user. */
  @Test
  void withoutScoresOfRequestsThoseOfTheUserStand() {
    Map<String, Double> found =
        new RankingEvaluator(DATA, options()).metrics(new MatrixScorer(OF_USERS));
    // User 0: request 1 has 3 second of 4, 3, 2; request 2 has 4 first. User 1 has 2 third.
    assertThat(found).containsEntry("mrr", ((1 / 2.0 + 1) / 2 + 1 / 3.0) / 2);
    Map<String, Double> byUser =
        new RankingEvaluator(DATA, options().withByRequest(false))
            .metrics(matrices(OF_USERS, OF_REQUESTS));
    assertThat(byUser).containsEntry("mrr", (1 + 1 / 3.0) / 2);
  }

  /** Ranking by request is ranking for users who are the requests, then a mean over the user's. */
  @Property(tries = 60)
  void equalsRequestsInThePlaceOfUsers(@ForAll long seed) {
    UniformRandomProvider random = Streams.stream(seed, "test.requests");
    int users = 6;
    int items = 3 + random.nextInt(20);
    ArrayInteractions train = ArrayInteractions.random(random, random.nextInt(25), users, items);
    ArrayInteractions test = ArrayInteractions.random(random, 20, users, items);
    List<int[]> trainOfRequests = new ArrayList<>();
    List<int[]> testOfRequests = new ArrayList<>();
    for (int request = 0; request < users * 3; request++) {
      for (long row = train.userStart(request / 3); row < train.userEnd(request / 3); row++) {
        trainOfRequests.add(new int[] {request, train.item(row)});
      }
      for (long row = test.requestStart(request); row < test.requestEnd(request); row++) {
        testOfRequests.add(new int[] {request, test.item(row)});
      }
    }
    float[][] scores = new float[users * 3][items];
    for (float[] row : scores) {
      for (int item = 0; item < items; item++) {
        row[item] = random.nextInt(9);
      }
    }
    RankingOptions options =
        options().withCutoffs(List.of(1, 4)).withAlso(Metric.Kind.ON_REQUEST).withReplicates(0);
    RankingData plain =
        new RankingData(
            users * 3,
            items,
            ArrayInteractions.of(trainOfRequests.toArray(int[][]::new)),
            NONE,
            ArrayInteractions.of(testOfRequests.toArray(int[][]::new)));
    RankingData data = new RankingData(users, items, train, NONE, test);
    MetricTable ofRequests;
    try {
      ofRequests =
          new RankingEvaluator(plain, options.withByRequest(false))
              .evaluate(new MatrixScorer(scores))
              .ofUsers();
    } catch (IllegalArgumentException nothingToFind) {
      return;
    }
    EvaluationResult result =
        new RankingEvaluator(data, options).evaluate(matrices(new float[users][items], scores));
    assertThat(result.protocol().requests()).isEqualTo(ofRequests.users().length);
    for (Metric metric : ofRequests.metrics()) {
      double[] each = ofRequests.values(metric);
      double[] found = result.ofUsers().values(metric);
      for (int i = 0; i < found.length; i++) {
        int user = result.ofUsers().users()[i];
        OptionalDouble mean =
            IntStream.range(0, each.length)
                .filter(at -> ofRequests.users()[at] / 3 == user)
                .mapToDouble(at -> each[at])
                .average();
        assertThat(found[i])
            .as("%s of %d", metric, user)
            .isCloseTo(mean.orElseThrow(), within(1e-12));
      }
    }
  }

  /** The pairs of the loss are of requests: here each has its own scores. */
  @Test
  void theLossOfHeldOutItemsIsOfRequests() {
    HeldOutLoss loss = new HeldOutLoss(DATA, options(), new double[] {1, 1, 1, 1, 1});
    double found = loss.of(matrices(OF_USERS, OF_REQUESTS), 1).orElseThrow();
    // Items with training rows: 0 to 3. Request 1: 2 and 3 of {2: 5, 3: 3}; request 2's item 4 has
    // no training row; request 4: 2 of {0: 1, 1: 2, 2: 5}.
    double first = Math.log(Math.exp(5) + Math.exp(3));
    double second = Math.log(Math.exp(1) + Math.exp(2) + Math.exp(5));
    assertThat(found).isCloseTo((first - 5 + first - 3 + second - 5) / 3, within(1e-6));
  }
}
