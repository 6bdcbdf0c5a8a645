package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Split;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a log with kinds of feedback. */
class KindsCommandsTest {
  private static final String EVENTS = "buy=1,view=shown,hide=never";

  @TempDir static Path folder;
  private static Path data;
  private static Path positives;

  @BeforeAll
  static void write() {
    data = write("data", true);
    positives = write("positives", false);
  }

  /** Ten users buy 6 items each, and see 3; the last hid in training all that it buys later. */
  private static Path write(String name, boolean whole) {
    DatasetBuilder builder =
        new DatasetBuilder()
            .categoricalContext("event", List.of("buy", "view", "hide"))
            .items(18)
            .users(10);
    for (int user = 0; user < 10; user++) {
      for (int row = 0; row < 9; row++) {
        Split split = row < 6 ? Split.TRAIN : row < 8 ? Split.VALIDATION : Split.TEST;
        if (whole || row % 3 != 1) {
          builder.row(split, user, user + row, user, row, 1, row % 3 == 1 ? 2 : 1);
        }
      }
    }
    if (whole) {
      builder.row(Split.TRAIN, 9, 9 + 8, 9, 3, 1, 3);
    }
    Path to = folder.resolve(name);
    builder.write(to).close();
    return to;
  }

  @Test
  void importTellsOfKindsWhereRowsHaveThem() throws Exception {
    Path log =
        Files.writeString(
            folder.resolve("log.csv"),
            "user,item,what\nu,a,buy\nu,b,view\nu,c,buy\nv,a,buy\nv,c,buy\nv,d,buy\n");
    List<String> words =
        List.of("import", "table", "--from=" + log, "--column=user=user", "--column=item=item");
    Invocation without =
        Invocation.of(
            Stream.concat(words.stream(), Stream.of("--to=" + folder.resolve("without")))
                .toArray(String[]::new));
    assertThat(without.out()).contains("next: ").doesNotContain("kinds");
    Invocation with =
        Invocation.of(
            Stream.concat(
                    words.stream(),
                    Stream.of("--column=event=what", "--to=" + folder.resolve("with")))
                .toArray(String[]::new));
    assertThat(with.out())
        .contains("note: rows are of 2 kinds")
        .containsPattern("--events (buy=1,view=1|view=1,buy=1)");
  }

  /** What import proposes is read by the commands as it stands. */
  @Test
  void kindsWithCommasAndQuotesAreNamedInQuotes() {
    Path odd = folder.resolve("odd");
    new DatasetBuilder()
        .categoricalContext("event", List.of("add, to cart", "say \"hi\"", "\"x\"", "a\\b"))
        .items(4)
        .users(1)
        .row(Split.TRAIN, 0, 0, 0, 0, 1, 1)
        .row(Split.TRAIN, 0, 1, 0, 1, 1, 2)
        .row(Split.TRAIN, 0, 2, 0, 2, 1, 3)
        .row(Split.VALIDATION, 0, 3, 0, 3, 1, 4)
        .write(odd)
        .close();
    String note = Invocation.of("describe", "--data=" + odd, "--batch-size=2").err();
    String option = "\"add, to cart\"=1,\"say \\\"hi\\\"\"=1,\"\\\"x\\\"\"=1,a\\b=1";
    assertThat(note.replaceAll("\\s+", " ")).contains("--events '" + option + "'");
    try (Dataset opened = Dataset.open(odd)) {
      assertThat(KindsNote.of(opened, Feedback.NONE))
          .as("commands with settings take the option, too")
          .hasValueSatisfying(told -> assertThat(told).contains("(--events '" + option + "')"));
    }
    Invocation read =
        Invocation.of(
            "describe", "--data=" + odd, "--batch-size=2", "--events=" + option, "--json");
    assertThat(read.json().at("/splits/train/rows").intValue()).isEqualTo(3);
    Invocation.of("describe", "--data=" + odd, "--events=add, to cart=1,view=1")
        .refused(2, "--events: received 'add'", "a kind with a comma in double quotes");
  }

  @Test
  void describeCountsPositivesWhereKindsAreNamed() {
    Invocation plain = Invocation.of("describe", "--data=" + data, "--batch-size=8");
    assertThat(plain.exitCode()).isZero();
    assertThat(plain.err())
        .contains("rows are of 3 kinds, buy, view, hide")
        .contains("--events buy=1,view=1,hide=1");
    Invocation read =
        Invocation.of(
            "describe", "--data=" + data, "--batch-size=8", "--events=" + EVENTS, "--json");
    assertThat(read.err()).doesNotContain("kinds");
    JsonNode description = read.json();
    assertThat(description.at("/splits/train/rows").intValue()).isEqualTo(40);
    assertThat(description.at("/events/buy/train").intValue()).isEqualTo(40);
    assertThat(description.at("/events/view/train").intValue()).isEqualTo(20);
    assertThat(description.at("/events/hide/train").intValue()).isEqualTo(1);
    JsonNode all = Invocation.of("describe", "--data=" + data, "--batch-size=8", "--json").json();
    assertThat(all.at("/splits/train/rows").intValue()).isEqualTo(61);
    assertThat(all.at("/events")).isEqualTo(description.at("/events"));
    JsonNode alone =
        Invocation.of("describe", "--data=" + positives, "--batch-size=8", "--json").json();
    assertThat(all.at("/expected")).isNotEqualTo(alone.at("/expected"));
    assertThat(description.at("/expected")).isEqualTo(alone.at("/expected"));
    assertThat(description.at("/once")).isEqualTo(alone.at("/once"));
  }

  @Test
  void evaluateNamesUsersWhoHidAllTheirItems() {
    Path run = folder.resolve("run");
    Invocation trained =
        Invocation.of(
            "train",
            "--data=" + data,
            "--out=" + run,
            "--device=cpu",
            "--events=buy=1,view=ignore,hide=never",
            "--set=batchSize=16",
            "--set=dim=4",
            "--set=maxSteps=2",
            "--set=evaluation.rankSeen=true");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.err()).doesNotContain("rows are of 3 kinds");
    assertThat(Invocation.of("evaluate", "--run=" + run, "--device=cpu").out())
        .contains("9 users")
        .contains(
            "to be found: the items of test rows of kind buy; rows of other kinds do not count",
            "never listed for a user: the items of its rows of kind hide from before the test rows"
                + " (events: never)",
            "left out: 1 user who has such rows for every item of its test rows, so nothing is left"
                + " to find; another meaning of kind hide ranks them (--events)",
            "no disliked@K: no user rejects an item in the test rows (kind hide) that its list")
        .doesNotContain("--rank-seen ranks them");
  }
}
