package dev.twotower.trainer.serving.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.lists.ItemChoice;
import dev.twotower.trainer.train.Training;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Somebody new of whom the same is known as of a user gets that user's list, where no id counts.
 */
class NewUserListTest {
  private static final int USERS = 20;
  private static final int ITEMS = 30;
  private static final NewUserList.Given NOTHING = new NewUserList.Given(List.of(), Map.of());

  @TempDir private Path folder;
  private Dataset data;

  /**
   * All users have training rows, a validation row and a test row; ages are missing here and there.
   */
  @BeforeEach
  void writeData() {
    UniformRandomProvider random = Streams.stream(1, "new-user-list-test");
    DatasetBuilder builder = new DatasetBuilder().items(ITEMS).users(USERS);
    float[] ages = new float[USERS];
    float[][] places = new float[USERS][2];
    for (int user = 0; user < USERS; user++) {
      for (int row = 0; row < 6; row++) {
        builder.row(Split.TRAIN, user, random.nextInt(ITEMS), 2 * user, row * 100L);
      }
      builder.row(Split.VALIDATION, user, random.nextInt(ITEMS), 2 * user, 1000);
      builder.row(Split.TEST, user, random.nextInt(ITEMS), 2 * user + 1, 2000);
      ages[user] = user % 5 == 0 ? Float.NaN : 20 + user;
      places[user] = new float[] {user % 3, 1.5f};
    }
    data =
        builder
            .userFeature(MemoryFeature.numeric("age", ages))
            .userFeature(MemoryFeature.vector("place", places))
            .userFeature(
                MemoryFeature.categorical(
                    "land", IntStream.range(0, USERS).mapToObj(u -> "land" + u % 4).toList()))
            .userFeature(
                MemoryFeature.multi(
                    "tags",
                    IntStream.range(0, USERS)
                        .mapToObj(u -> u % 7 == 0 ? List.<String>of() : List.of("t" + u % 3, "t9"))
                        .toList()))
            .write(folder.resolve("data"));
  }

  @AfterEach
  void closeData() {
    data.close();
  }

  private TrainedRun run(String... settings) throws Exception {
    RunConfig config =
        RunConfig.defaults()
            .with("device=cpu", "threads=1", "batchSize=16", "dim=8", "epochs=3", "layout=iid")
            .with("user.embedding=8", "item.embedding=8", "evaluation.everyEpochs=0")
            .with(settings);
    Training.start(data, config, folder.resolve("run"), Training.Options.DEFAULT);
    return TrainedRun.load(folder.resolve("run"), Optional.empty(), Optional.empty());
  }

  private static NewUserList list(
      TrainedRun run, NewUserList.Given given, boolean rankSeen, List<String> notes) {
    return NewUserList.of(
        run, given, 12, rankSeen, ItemChoice.all(run.data()), Optional.empty(), notes);
  }

  private static Map<String, List<String>> featuresOf(int user) {
    return Map.of(
        "age",
        user % 5 == 0 ? List.of() : List.of(Integer.toString(20 + user)),
        "place",
        List.of(user % 3 + ", 1.5"),
        "land",
        List.of("land" + user % 4),
        "tags",
        user % 7 == 0 ? List.of() : List.of("t" + user % 3, "t9"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user.features=[] user.history.length=3",
        "user.features=[] user.history.length=9 user.history.pooling=attention user.hidden=[8]",
        "user.features=[] user.history.length=9 user.history.pooling=transformer",
        "user.features=[age,place,land,tags] user.hidden=[8]",
        "user.features=[tags,age,place,land] user.history.length=2",
      })
  void givesTheListOfAUserOfWhomTheSameIsKnown(String settings) throws Exception {
    try (TrainedRun run = run(settings.split(" "))) {
      boolean features = settings.contains("land");
      boolean history = settings.contains("history");
      for (int user = 0; user < USERS; user++) {
        List<String> items = new ArrayList<>(List.of(itemOf(Split.VALIDATION, user, 0)));
        for (int row = 5; row >= 0; row--) {
          items.add(itemOf(Split.TRAIN, user, row));
        }
        Map<String, List<String>> values = features ? featuresOf(user) : Map.of();
        List<String> notes = new ArrayList<>();
        NewUserList found =
            list(
                run, new NewUserList.Given(List.of(String.join(",", items)), values), false, notes);
        Recommendation known = Recommendation.of(run, "u" + user, 12, false);
        assertThat(found.items()).as("user %d", user).isEqualTo(known.items());
        assertThat(found.history()).extracting(NewUserList.Named::item).isEqualTo(items);
        assertThat(found.historyRead())
            .isEqualTo(
                history
                    ? run.config().user().historyLength() > 7
                        ? 7
                        : run.config().user().historyLength()
                    : 0);
        assertThat(found.source())
            .isEqualTo(features ? history ? "history and features" : "features" : "history");
      }
    }
  }

  private String itemOf(Split split, int user, int row) {
    var rows = data.interactions(split);
    List<String> byTime = new ArrayList<>();
    for (long time = 0; time <= 1000; time += 100) {
      for (long at = rows.userStart(user); at < rows.userEnd(user); at++) {
        if (rows.time(at) == time) {
          byTime.add(data.itemTable().id(rows.item(at)));
        }
      }
    }
    return byTime.get(row);
  }

  @Test
  void popularityIsLeftToATowerOfIdsAlone() throws Exception {
    try (TrainedRun run = run("seed=1")) {
      List<String> notes = new ArrayList<>();
      NewUserList found = list(run, NOTHING, true, notes);
      assertThat(found.source()).isEqualTo("popularity");
      assertThat(notes)
          .singleElement()
          .asString()
          .contains("reads ids alone", "'user.features=[]'", "user.history.length=20", "--data");
      int[] counts = data.trainCounts().toArray();
      int[] rows =
          found.items().stream()
              .mapToInt(item -> counts[data.itemTable().index(item.item()).getAsInt()])
              .toArray();
      assertThat(rows).isSortedAccordingTo((a, b) -> b - a);
      String best = found.items().get(0).item();
      NewUserList without = list(run, new NewUserList.Given(List.of(best), Map.of()), false, notes);
      assertThat(without.items()).extracting(Recommendation.Ranked::item).doesNotContain(best);
      assertThat(without.source()).isEqualTo("popularity");
      assertThat(without.historyRead()).isZero();
    }
  }

  /** Hidden layers have biases, so the vector of nobody is not zeros. */
  @Test
  void popularityIsLeftWhereNothingIsGiven() throws Exception {
    try (TrainedRun run =
        run("user.features=[]", "user.history.length=5", "user.hidden=[8]", "item.hidden=[8]")) {
      List<String> notes = new ArrayList<>();
      NewUserList found = list(run, NOTHING, true, notes);
      assertThat(found.source()).isEqualTo("popularity");
      assertThat(notes)
          .singleElement()
          .asString()
          .contains("nothing was given that the user tower of", "(--history)", "by popularity");
      int[] counts = data.trainCounts().toArray();
      assertThat(
              found.items().stream()
                  .mapToInt(item -> counts[data.itemTable().index(item.item()).getAsInt()])
                  .toArray())
          .isSortedAccordingTo((a, b) -> b - a);
      notes.clear();
      NewUserList.Given some = new NewUserList.Given(List.of("i1, i2"), Map.of());
      NewUserList known = list(run, some, true, notes);
      assertThat(known.source()).isEqualTo("history");
      assertThat(known.history()).extracting(NewUserList.Named::item).containsExactly("i1", "i2");
      assertThat(notes).isEmpty();
    }
  }

  @Test
  void saysWhatTheModelCannotRead() throws Exception {
    try (TrainedRun run = run("user.features=[id,land]", "user.hidden=[8]")) {
      List<String> notes = new ArrayList<>();
      list(run, new NewUserList.Given(List.of("i3"), Map.of("land", List.of("mars"))), true, notes);
      assertThat(notes)
          .hasSize(3)
          .anySatisfy(note -> assertThat(note).contains("'mars'", "land0, land1"))
          .anySatisfy(note -> assertThat(note).contains("reads no history"))
          .anySatisfy(note -> assertThat(note).contains("user.idDropout"));
      refused(run, new NewUserList.Given(List.of("i3,none", "nor"), Map.of()), "[none, nor]", "i0");
      refused(run, new NewUserList.Given(List.of(), Map.of("lnd", List.of("a"))), "lnd", "'land'?");
      refused(run, new NewUserList.Given(List.of(), Map.of("age", List.of("3"))), "age", "land");
      refused(
          run, new NewUserList.Given(List.of(), Map.of("land", List.of("a", "b"))), "one value");
    }
  }

  @Test
  void numbersMustBeNumbers() throws Exception {
    try (TrainedRun run = run("user.features=[age,place]")) {
      refused(run, new NewUserList.Given(List.of(), Map.of("age", List.of("old"))), "'old'", "age");
      refused(run, new NewUserList.Given(List.of(), Map.of("age", List.of("NaN"))), "'NaN'");
      refused(run, new NewUserList.Given(List.of(), Map.of("place", List.of("1"))), "2 numbers");
    }
  }

  private static void refused(TrainedRun run, NewUserList.Given given, String... words) {
    assertThatThrownBy(() -> list(run, given, true, new ArrayList<>()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words);
  }
}
