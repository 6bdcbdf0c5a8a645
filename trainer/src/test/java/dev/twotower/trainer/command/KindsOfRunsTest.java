package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.RunSettings;
import dev.twotower.trainer.run.RunDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on logs with kinds of feedback, whose names may have dots and colons. */
class KindsOfRunsTest {
  private static final String EVENTS =
      "events={buy: 1, \"page.view\": shown, \"a:b\": ignore, hide: never}";
  private static final String OPTION = "--events=buy=1,page.view=shown,a:b=ignore,hide=never";

  @TempDir private static Path folder;
  private static Path log;
  private static String plain;
  private static String kinds;

  @BeforeAll
  static void train() {
    log = write("log", List.of("buy", "page.view", "a:b", "hide"));
    plain = train("plain", log);
    kinds = train("kinds", log, "--set", EVENTS);
  }

  private static Path write(String name, List<String> names) {
    return write(name, names, 0);
  }

  private static Path write(String name, List<String> names, long later) {
    Random random = new Random(7);
    DatasetBuilder builder =
        new DatasetBuilder().categoricalContext("event", names).items(40).users(24);
    for (int row = 0; row < 720; row++) {
      Split split = row % 30 < 20 ? Split.TRAIN : row % 30 < 24 ? Split.VALIDATION : Split.TEST;
      int kind = row % 2 == 0 ? 1 : 1 + random.nextInt(names.size());
      builder.row(split, row / 30, random.nextInt(40), row / 5, row + later, 1, kind);
    }
    Path path = folder.resolve(name);
    builder.write(path).close();
    return path;
  }

  private static Invocation invoke(String name, Path data, String... more) {
    List<String> words = new ArrayList<>(List.of("train", "--data=" + data));
    words.addAll(List.of("--out=" + folder.resolve(name), "--device=cpu"));
    words.addAll(small());
    words.addAll(List.of(more));
    return Invocation.of(words.toArray(String[]::new));
  }

  private static List<String> small() {
    return List.of(
        "--set=epochs=1",
        "--set=batchSize=32",
        "--set=dim=4",
        "--set=user.embedding=4",
        "--set=item.embedding=4",
        "--set=threads=1",
        "--set=loss.temperature=0.2",
        "--set=user.history.length=5",
        "--set=evaluation.everyEpochs=0");
  }

  private static String train(String name, Path data, String... more) {
    Invocation trained = invoke(name, data, more);
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    return folder.resolve(name).toString();
  }

  private static RunConfig config(String run) {
    return RunDirectory.open(folder.resolve(run)).config();
  }

  @Test
  void runsAreJudgedByTheSameRowsWhicheverComesFirst() {
    String first = "--arm=plain=" + plain;
    String second = "--arm=kinds=" + kinds;
    Invocation.of("judge", first, second)
        .refused(2, plain + " has events none", kinds + " has {buy=1, ", "--events KIND=USE");
    Invocation.of("judge", second, first).refused(2, plain, kinds, "--events KIND=USE");
    Invocation named = Invocation.of("judge", first, second, OPTION, "--json");
    assertThat(named.err())
        .contains(
            "note: ranked by --events {buy=1, page.view=shown, a:b=ignore, hide=never}, not by what"
                + " runs have of their own: "
                + plain
                + ": none (every row alike)")
        .doesNotContain(kinds + ": {");
    JsonNode one = named.json();
    JsonNode other = Invocation.of("judge", second, first, OPTION, "--json").json();
    assertThat(one.at("/users")).isEqualTo(other.at("/users"));
    assertThat(one.at("/arms/0/metrics")).isEqualTo(other.at("/arms/1/metrics"));
    assertThat(one.at("/pairs/0/difference").doubleValue())
        .isCloseTo(-other.at("/pairs/0/difference").doubleValue(), within(1e-12));
    // A run of another log is asked with the rows of all kinds that it has learned from, too.
    Path later = write("later", List.of("buy", "page.view", "a:b", "hide"), 1);
    assertThat(RunDirectory.checksum(later)).isNotEqualTo(RunDirectory.checksum(log));
    String away = "--arm=away=" + train("away", later);
    JsonNode same = Invocation.of("judge", first, away, "--data=" + log, OPTION, "--json").json();
    assertThat(same.at("/arms/1/metrics")).isEqualTo(same.at("/arms/0/metrics"));
    assertThat(same.at("/arms/0/metrics")).isEqualTo(one.at("/arms/0/metrics"));
    // What positives weigh says nothing of which rows are to be found.
    String heavy = train("heavy", log, "--set", EVENTS, "--set=events.buy=3");
    Invocation.done("judge", second, "--arm=heavy=" + heavy);
  }

  @Test
  void aRunIsJudgedAgainstAnotherByTheSameRows() {
    String[] command = {"evaluate", "--run=" + kinds, "--against=" + plain, "--json"};
    Invocation.of(command).refused(2, kinds, plain + " has none", "--events KIND=USE");
    JsonNode own = Invocation.of("evaluate", "--run=" + kinds, "--json").json();
    Invocation both =
        Invocation.of("evaluate", "--run=" + plain, OPTION, "--against=" + kinds, "--json");
    assertThat(both.err()).contains("not by what runs have of their own: " + plain + ": none");
    Invocation named = Invocation.of("evaluate", "--run=" + kinds, OPTION, "--json");
    assertThat(named.json().at("/metrics")).isEqualTo(own.at("/metrics"));
    assertThat(named.err()).doesNotContain("of their own");
    JsonNode alone = Invocation.of("evaluate", "--run=" + plain, OPTION, "--json").json();
    JsonNode pair =
        Invocation.of("evaluate", "--run=" + kinds, OPTION, "--against=" + plain, "--json")
            .json()
            .at("/pairs/0");
    String metric = pair.at("/metric").asText();
    assertThat(pair.at("/difference").doubleValue())
        .isCloseTo(
            own.at("/metrics").path(metric).doubleValue()
                - alone.at("/metrics").path(metric).doubleValue(),
            within(1e-12));
  }

  @Test
  void whatDoesNotFitAnotherLogNamesTheRunThatHasIt() {
    Path more = write("more", List.of("buy", "page.view", "a:b", "hide", "share"));
    Invocation.of("evaluate", "--vectors=" + folder, "--data=" + more, "--against=" + kinds)
        .refused(
            2,
            "events of " + kinds + " do not fit",
            "does not say what share is",
            "--events KIND=USE");
    Invocation.of("judge", "--arm=a=" + kinds, "--arm=b=" + kinds, "--data=" + more)
        .refused(2, "events of " + kinds + " do not fit", "--events KIND=USE");
  }

  @Test
  void aDayWithoutAKindIsTrainedOn() {
    Path today = write("today", List.of("buy", "page.view", "a:b"));
    Invocation trained = invoke("day", today, "--from=" + kinds);
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.err())
        .contains("note: this log has no rows of hide", "or --set 'events={hide: null}' leaves it");
    // The next day may have dislikes again.
    assertThat(config("day").events()).isEqualTo(config("kinds").events());
    Invocation.done("evaluate", "--run=" + folder.resolve("day"));
    Invocation less = invoke("less", today, "--from=" + kinds, "--set=events.hide=null");
    assertThat(less.exitCode()).as(less.err()).isZero();
    assertThat(less.err()).doesNotContain("no rows of hide");
    assertThat(config("less").events().kinds()).containsOnlyKeys("buy", "page.view", "a:b");
    invoke("typo", today, "--from=" + kinds, "--set=events.hid=never")
        .refused(2, "events.hid: the log has no such kind");
    Path more = write("with views", List.of("buy", "page.view", "a:b", "hide", "view"));
    Invocation untold = invoke("untold", more, "--from=" + kinds);
    untold.refused(2, "does not say what view is");
    assertThat(untold.err()).containsOnlyOnce("does not say what view is");
    invoke("typo", today, "--set", EVENTS).refused(2, "events.hide: the log has no such kind");
  }

  @Test
  void optionsThatNotesTellCanBeTyped() throws Exception {
    Invocation told = Invocation.of("diagnose", "--data=" + log, "--max-batches=2");
    assertThat(told.err()).contains("(--events buy=1,page.view=1,a:b=1,hide=1)");
    Invocation typed =
        Invocation.of(
            "diagnose",
            "--data=" + log,
            "--max-batches=2",
            "--events=buy=1,page.view=1,a:b=1,hide=1");
    assertThat(typed.exitCode()).as(typed.err()).isZero();
    Invocation.of("diagnose", "--data=" + log, "--events=buy=0,page.view=1,a:b=1,hide=1")
        .refused(2, "events.buy: received 0");
    invoke("dots", log, "--set=events.page.view=1")
        .refused(2, "events.page: received {\"view\":1}", "events={\"page.view\": 1}");
  }

  @Test
  void trainingsTakeKindsAsOtherCommandsDo() throws Exception {
    String kinds = "--events=buy=1,page.view=shown,a:b=ignore";
    Map<String, String> needed =
        Map.of(
            "train", "--epochs=1",
            "compare", "--arms=iid/identity,sorted/identity",
            "tune", "--trials=2",
            "curve", "--set=epochs=1");
    needed.forEach(
        (command, option) ->
            Invocation.of(
                    command, option, "--data=" + log, "--out=" + folder.resolve("refused"), kinds)
                .refused(2, "does not say what hide is"));
    invoke("twice", log, kinds + ",hide=never", "--set=events.buy=2")
        .refused(2, "--events buy=1 and --set events.buy=2 both say what events.buy is");
    invoke("zero", log, "--events=buy=0", "--events=hide=often")
        .refused(2, "--events buy: received 0", "--events hide: received 'often'");
    invoke("none", log, "--events=buy").refused(2, "--events: received 'buy'; allowed: KIND=USE");
    compare("shorts", kinds, "--events=hide=never");
    Invocation other = compare("shorts", kinds, "--events", "hide=ignore");
    other.refused(2, "events.hide: 'never' there, 'ignore' now");
    Pasted.done(other.err(), "compare");
    assertThat(RunSettings.like("events")).isEmpty();
    assertThat(RunSettings.like("history.events")).containsExactly("user.history.events");
  }

  @Test
  void allMistakesAreToldTogether() {
    invoke("wrong", log, "--set=events.buy=1", "--set=user.features=[x]")
        .refused(2, "user.features", "does not say what page.view, a:b, hide are");
    compare("wrong", "--set=events.buy=1", "--set=user.features=[x]")
        .refused(2, "user.features", "does not say what page.view, a:b, hide are");
    try (Dataset data = Dataset.open(log)) {
      // 480 training rows, of which fewer are of positives.
      List<String> settings = List.of(EVENTS, "batchSize=400", "dim=-1");
      assertThat(RunSettings.lacking(data, Optional.empty(), settings))
          .anyMatch(problem -> problem.contains("400"));
      assertThat(RunSettings.lacking(data, Optional.empty(), List.of("batchSize=400", "dim=-1")))
          .isEmpty();
    }
  }

  private static Invocation compare(String out, String... more) {
    List<String> words = new ArrayList<>(List.of("compare", "--data", log.toString()));
    words.addAll(List.of("--out", folder.resolve(out).toString(), "--seeds", "1"));
    words.addAll(List.of("--arms", "iid/identity,sorted/identity", "--device", "cpu"));
    words.addAll(small());
    words.addAll(List.of(more));
    return Invocation.of(words.toArray(String[]::new));
  }

  @Test
  void aComparisonGoesOnWithTheKindsItHad() throws Exception {
    JsonNode report = compare("shown", "--set", EVENTS, "--json").json();
    assertThat(report.at("/warnings").toString())
        .contains("loss.shown are not counted (iid/identity, sorted/identity)");
    Invocation other =
        compare("shown", "--set", EVENTS, "--set", "events={hide: ignore, \"a:b\": 2}");
    other.refused(2, "events.a:b: 'ignore' there, 2 now", "events.hide: 'never' there");
    Pasted.done(other.err(), "compare");
    compare("plain-arms");
    other = compare("plain-arms", "--set", EVENTS);
    other.refused(2, "events.buy: nothing there, 1 now");
    assertThat(other.err()).doesNotContain("events={");
    Pasted.done(other.err(), "compare");
  }
}
