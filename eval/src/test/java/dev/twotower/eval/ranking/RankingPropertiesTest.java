package dev.twotower.eval.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.eval.fixtures.ArrayInteractions;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.rng.UniformRandomProvider;

/** The evaluator against sorted lists and sets, on small random worlds full of ties. */
class RankingPropertiesTest {
  private static final int USERS = 8;

  private record World(RankingData data, float[][] scores) {
    static World random(long seed, int items, int levels) {
      UniformRandomProvider random = Streams.stream(seed, "test.world");
      RankingData data =
          new RankingData(
              USERS,
              items,
              ArrayInteractions.random(random, random.nextInt(30), USERS, items),
              ArrayInteractions.random(random, 5, USERS, items),
              ArrayInteractions.random(random, 12, USERS, items));
      float[][] scores = new float[USERS][items];
      for (float[] row : scores) {
        for (int item = 0; item < items; item++) {
          int level = random.nextInt(levels);
          row[item] = level == 0 ? Float.NEGATIVE_INFINITY : level - levels / 2;
        }
      }
      return new World(data, scores);
    }
  }

  @Property
  void equalsBruteForce(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int items,
      @ForAll @IntRange(min = 2, max = 30) int levels,
      @ForAll boolean rankSeen,
      @ForAll boolean validation) {
    Split split = validation ? Split.VALIDATION : Split.TEST;
    World world = World.random(seed, items, levels);
    RankingOptions options =
        RankingOptions.defaults(split)
            .withCutoffs(List.of(1, 3, 50))
            .withAlso(Metric.Kind.ON_REQUEST)
            .withRankSeen(rankSeen)
            .withReplicates(0)
            .withThreads(2);
    BruteForceRanking reference = new BruteForceRanking(world.data(), options, world.scores());
    Map<Integer, Map<String, Double>> expected = reference.ofUsers();
    Assume.that(!expected.isEmpty());

    EvaluationResult result =
        new RankingEvaluator(world.data(), options).evaluate(new MatrixScorer(world.scores()));

    assertThat(result.ofUsers().users())
        .containsExactly(expected.keySet().stream().mapToInt(Integer::intValue).toArray());
    assertThat(result.ofUsers().names()).contains("precision@3", "map@3", "mrr", "auc");
    for (Metric metric : result.ofUsers().metrics()) {
      double[] values = result.ofUsers().values(metric);
      double sum = 0;
      for (int position = 0; position < values.length; position++) {
        int user = result.ofUsers().users()[position];
        double value = expected.get(user).get(metric.toString());
        assertThat(values[position])
            .as("%s of user %d", metric, user)
            .isCloseTo(value, within(1e-12));
        sum += value;
      }
      assertThat(result.metrics().get(metric.toString()))
          .isCloseTo(sum / values.length, within(1e-12));
    }
    for (int k : options.cutoffs()) {
      BitSet covered = new BitSet();
      for (int user : expected.keySet()) {
        reference.ranking(user).stream().limit(k).forEach(covered::set);
      }
      assertThat(result.metrics().get("coverage@" + k))
          .isCloseTo((double) covered.cardinality() / items, within(1e-12));
    }
  }

  @Property
  void sliceHitsAddUpToAllHits(@ForAll long seed, @ForAll @IntRange(min = 4, max = 40) int items) {
    World world = World.random(seed, items, 20);
    RankingOptions options =
        RankingOptions.defaults(Split.TEST).withCutoffs(List.of(3)).withRankSeen(true);
    EvaluationResult result =
        new RankingEvaluator(world.data(), options.withReplicates(0))
            .evaluate(new MatrixScorer(world.scores()));

    List<SliceResult> slices =
        result.slices().stream().filter(slice -> !slice.name().startsWith("among:")).toList();
    assertThat(slices)
        .extracting(SliceResult::name)
        .containsExactly(
            "items:head",
            "items:mid",
            "items:tail",
            "items:cold",
            "users:light",
            "users:heavy",
            "users:new");
    assertThat(slices.stream().limit(4).mapToInt(SliceResult::items).sum()).isEqualTo(items);
    assertThat(slices.stream().skip(4).mapToInt(SliceResult::users).sum())
        .isEqualTo(result.users());
    double sum = 0;
    for (SliceResult slice : slices.subList(4, 7)) {
      sum += slice.users() == 0 ? 0 : slice.users() * slice.metrics().get("recall@3");
    }
    assertThat(sum).isCloseTo(result.users() * result.metrics().get("recall@3"), within(1e-9));
  }

  /** Ranking a part is ranking a catalogue in which nothing else has a score or is looked for. */
  @Property
  void aPartRankedByItselfIsTheRankingWithoutTheOthers(
      @ForAll long seed,
      @ForAll @IntRange(min = 5, max = 60) int items,
      @ForAll boolean rankSeen,
      @ForAll boolean cold) {
    World world = World.random(seed, items, 20);
    RankingOptions options =
        RankingOptions.defaults(Split.TEST)
            .withCutoffs(List.of(1, 5))
            .withAlso(Metric.Kind.ON_REQUEST)
            .withRankSeen(rankSeen)
            .withReplicates(0);
    BitSet warm = warm(world);
    BruteForceRanking whole = new BruteForceRanking(world.data(), options, world.scores());
    Assume.that(
        whole.relevant().values().stream().flatMap(Set::stream).anyMatch(i -> !warm.get(i)));
    EvaluationResult result =
        new RankingEvaluator(world.data(), options).evaluate(new MatrixScorer(world.scores()));
    MetricTable table = result.ofSlices().get(cold ? "among:cold" : "among:warm");
    assertThat(result.slices())
        .filteredOn(slice -> slice.name().equals(cold ? "among:cold" : "among:warm"))
        .singleElement()
        .extracting(SliceResult::items)
        .isEqualTo(cold ? items - warm.cardinality() : warm.cardinality());
    int position = 0;
    for (int user : table.users()) {
      Set<Integer> relevant = new TreeSet<>(whole.relevant().get(user));
      relevant.removeIf(item -> warm.get(item) == cold);
      List<Integer> ranking =
          whole.ranking(user).stream().filter(item -> warm.get(item) != cold).toList();
      List<Integer> others =
          whole.others(user, whole.relevant().get(user)).stream()
              .filter(item -> warm.get(item) != cold)
              .toList();
      Map<String, Double> expected = whole.metrics(ranking, relevant);
      expected.put("auc", BruteForceRanking.auc(ranking, relevant, others));
      for (Metric metric : table.metrics()) {
        double value = table.values(metric)[position];
        if (relevant.isEmpty()) {
          assertThat(value).isNaN();
        } else {
          assertThat(value)
              .as("%s of user %d", metric, user)
              .isCloseTo(expected.get(metric.toString()), within(1e-12));
        }
      }
      position++;
    }
  }

  /** A slice has its own items to find, among all others of the catalogue. */
  @Property
  void aucOfASliceIsThatOfItsItemsToFind(
      @ForAll long seed, @ForAll @IntRange(min = 5, max = 40) int items, @ForAll boolean rankSeen) {
    World world = World.random(seed, items, 20);
    RankingOptions options =
        RankingOptions.defaults(Split.TEST)
            .withAlso(Metric.Kind.ON_REQUEST)
            .withRankSeen(rankSeen)
            .withReplicates(0);
    BitSet warm = warm(world);
    BruteForceRanking whole = new BruteForceRanking(world.data(), options, world.scores());
    Assume.that(
        whole.relevant().values().stream().flatMap(Set::stream).anyMatch(i -> !warm.get(i)));
    MetricTable table =
        new RankingEvaluator(world.data(), options)
            .evaluate(new MatrixScorer(world.scores()))
            .ofSlices()
            .get("items:cold");
    for (int position = 0; position < table.users().length; position++) {
      int user = table.users()[position];
      Set<Integer> relevant = whole.relevant().get(user);
      Set<Integer> cold = new TreeSet<>(relevant);
      cold.removeIf(warm::get);
      double value = table.values("auc")[position];
      if (cold.isEmpty()) {
        assertThat(value).isNaN();
      } else {
        assertThat(value)
            .isCloseTo(
                BruteForceRanking.auc(whole.ranking(user), cold, whole.others(user, relevant)),
                within(1e-12));
      }
    }
  }

  @Property(tries = 50)
  void threadsDoNotChangeTheResult(@ForAll long seed) {
    World world = World.random(seed, 25, 10);
    RankingOptions options =
        RankingOptions.defaults(Split.TEST)
            .withAlso(Metric.Kind.ON_REQUEST)
            .withRankSeen(true)
            .withReplicates(20);
    assertThat(
            new RankingEvaluator(world.data(), options.withThreads(1))
                .evaluate(new MatrixScorer(world.scores())))
        .usingRecursiveComparison()
        .withEqualsForType((Double a, Double b) -> a.equals(b), Double.class)
        .isEqualTo(
            new RankingEvaluator(world.data(), options.withThreads(5))
                .evaluate(new MatrixScorer(world.scores())));
  }

  private static BitSet warm(World world) {
    BitSet warm = new BitSet();
    Interactions train = world.data().train();
    for (long row = 0; row < train.rows(); row++) {
      warm.set(train.item(row));
    }
    return warm;
  }
}
