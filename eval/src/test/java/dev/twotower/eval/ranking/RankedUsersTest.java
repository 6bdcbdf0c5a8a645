package dev.twotower.eval.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.data.random.Streams;
import dev.twotower.eval.fixtures.ArrayInteractions;
import dev.twotower.eval.fixtures.ArrayInteractions.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.rng.UniformRandomProvider;

/** Parts of a log, joined, are the log; few training rows leave many items without any. */
class RankedUsersTest {
  private static final int USERS = 9;
  private static final int ITEMS = 12;

  private record Part(RankingData data, int[] numbers) {}

  @Property
  void partsTogetherAreTheWhole(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 40) int trainRows,
      @ForAll @IntRange(min = 1, max = 4) int parts,
      @ForAll @IntRange(min = 0, max = USERS + 1) int sample,
      @ForAll boolean rankSeen,
      @ForAll @IntRange(min = -1, max = 12) int hidden,
      @ForAll boolean byRequest)
      throws JsonProcessingException {
    UniformRandomProvider random = Streams.stream(seed, "test.parts");
    ArrayInteractions train = ArrayInteractions.random(random, trainRows, USERS, ITEMS);
    ArrayInteractions validation = ArrayInteractions.random(random, 4, USERS, ITEMS);
    ArrayInteractions test = ArrayInteractions.random(random, 14, USERS, ITEMS);
    Optional<RankedKinds> kinds =
        hidden < 0 ? Optional.empty() : Optional.of(kinds(random, hidden));
    float[][] scores = new float[USERS][ITEMS];
    for (float[] row : scores) {
      for (int item = 0; item < ITEMS; item++) {
        row[item] = random.nextInt(6);
      }
    }
    int[] partOf = IntStream.range(0, USERS).map(user -> random.nextInt(parts)).toArray();
    TrainCounts counts = new TrainCounts(train, ITEMS);
    RankingOptions options =
        RankingOptions.defaults(Split.TEST)
            .withCutoffs(List.of(1, 5))
            .withAlso(Metric.Kind.ON_REQUEST)
            .withRankSeen(rankSeen)
            .withSampleUsers(sample, seed)
            .withByRequest(byRequest)
            .withReplicates(20)
            .withThreads(1);
    List<Part> own = new ArrayList<>();
    for (int part = parts - 1; part >= 0; part--) {
      int here = part;
      int[] numbers = IntStream.range(0, USERS).filter(user -> partOf[user] == here).toArray();
      if (numbers.length == 0) {
        continue;
      }
      RankingData data =
          new RankingData(
              numbers.length,
              new TrainCounts(some(train, numbers), counts.toArray()),
              some(validation, numbers),
              some(test, numbers),
              kinds.map(all -> some(all, numbers)));
      own.add(new Part(data, numbers));
    }
    Optional<int[]> sampled =
        sample == 0
            ? Optional.empty()
            : Optional.of(
                RankedUsers.sample(
                    own.stream()
                        .map(part -> RankedUsers.eligible(part.data(), part.numbers(), options))
                        .toList(),
                    options));
    List<RankedUsers> ranked =
        own.stream()
            .map(
                part ->
                    RankedUsers.of(
                        part.data(),
                        part.numbers(),
                        options,
                        sampled,
                        new MatrixScorer(
                            Arrays.stream(part.numbers())
                                .mapToObj(user -> scores[user])
                                .toArray(float[][]::new))))
            .toList();
    RankingData whole = new RankingData(USERS, counts, validation, test, kinds);
    EvaluationResult expected;
    try {
      expected = new RankingEvaluator(whole, options).evaluate(new MatrixScorer(scores));
    } catch (IllegalArgumentException nobody) {
      Assume.that(false);
      return;
    }
    JsonMapper json = JsonMapper.builder().build();
    assertThat(json.writeValueAsString(RankedUsers.join(ranked, options, counts.toArray())))
        .isEqualTo(json.writeValueAsString(expected));
  }

  /** A log where users hide items in every split, or that has no such kind. */
  private static RankedKinds kinds(UniformRandomProvider random, int hidden) {
    Map<Split, Interactions> rows = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      rows.put(split, ArrayInteractions.random(random, hidden, USERS, ITEMS));
    }
    if (hidden == 0) {
      rows.clear();
    }
    return new RankedKinds(List.of("buy"), hidden == 0 ? List.of() : List.of("hide"), rows);
  }

  private static RankedKinds some(RankedKinds all, int[] users) {
    Map<Split, Interactions> rows = new EnumMap<>(Split.class);
    all.rows().forEach((split, each) -> rows.put(split, some(each, users)));
    return new RankedKinds(all.positives(), all.never(), rows);
  }

  /** The rows of some users, numbered from 0. */
  private static Interactions some(Interactions rows, int[] users) {
    List<Row> kept = new ArrayList<>();
    for (int user = 0; user < users.length; user++) {
      for (long row = rows.userStart(users[user]); row < rows.userEnd(users[user]); row++) {
        kept.add(new Row(user, rows.item(row), rows.request(row), rows.time(row)));
      }
    }
    return new ArrayInteractions(kept);
  }
}
