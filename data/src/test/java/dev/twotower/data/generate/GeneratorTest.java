package dev.twotower.data.generate;

import static dev.twotower.data.generate.GenerateRequest.HeldOut.LEAVE_LAST_OUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.describe.Description;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.data.tree.TreeFlaw;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratorTest {
  @TempDir Path folder;

  @Test
  void writesWhatWasAskedFor() {
    var request = GenerateRequest.of(300, 500, 9_001, 4);
    var manifest = Generator.generate(request, folder.resolve("data"));
    assertThat(manifest.counts().allRows()).isEqualTo(9_001);
    assertThat(manifest.provenance().options()).containsEntry("rows", "9001");
    try (Dataset data = Dataset.open(folder.resolve("data"))) {
      assertThat(data.users()).isEqualTo(300);
      assertThat(data.items()).isEqualTo(500);
      assertThat(data.interactions(Split.TEST).rows()).isEqualTo(300);
      assertThat(data.interactions(Split.VALIDATION).rows()).isEqualTo(300);
      assertThat(data.interactions(Split.TRAIN).contextColumns()).containsExactly("surface");
      assertThat(data.tree().orElseThrow().findings())
          .allMatch(finding -> finding.flaw() == TreeFlaw.SEVERAL_ROOTS);
      assertThat(data.itemTable().name(7)).endsWith("#7");
      for (int user = 0; user < data.users(); user++) {
        assertNothingTwice(data, user);
      }
    }
  }

  @Test
  void saysHowManyRowsAreWritten() {
    List<Long> written = new ArrayList<>();
    Generator.generate(
        GenerateRequest.of(300, 500, 34_000, 4), folder.resolve("told"), written::add);
    assertThat(written).containsExactly(16_384L, 32_768L);
  }

  /** No item twice, training before validation before test, requests that do not overlap. */
  private static void assertNothingTwice(Dataset data, int user) {
    Set<Integer> items = new HashSet<>();
    long last = Long.MIN_VALUE;
    int request = -1;
    for (Split split : Split.values()) {
      Interactions rows = data.interactions(split);
      assertThat(rows.userEnd(user)).isGreaterThan(rows.userStart(user));
      for (long row = rows.userStart(user); row < rows.userEnd(user); row++) {
        assertThat(items.add(rows.item(row))).isTrue();
        assertThat(rows.time(row)).isGreaterThan(last);
        assertThat(rows.request(row)).isGreaterThanOrEqualTo(request);
        last = rows.time(row);
        request = rows.request(row);
      }
    }
  }

  @Test
  void equalRequestsWriteEqualBytes() {
    var request = GenerateRequest.of(50, 100, 700, 9);
    var one = Generator.generate(request, folder.resolve("one"));
    var two = Generator.generate(request, folder.resolve("two"));
    var other = Generator.generate(GenerateRequest.of(50, 100, 700, 10), folder.resolve("other"));
    assertThat(two.files()).isEqualTo(one.files());
    assertThat(other.files()).isNotEqualTo(one.files());
  }

  @Test
  void theDemoIsSkewedAndSortedBatchesBreakIt() {
    Generator.generate(GenerateRequest.demo(1), folder.resolve("demo"));
    try (Dataset data = Dataset.open(folder.resolve("demo"))) {
      var description = Description.of(data, List.of(1_024));
      assertThat(description.rowsPerUser().max())
          .isGreaterThan(8 * description.rowsPerUser().median());
      assertThat(description.rowsPerRequest().mean()).isBetween(2.5, 4.0);
      assertThat(description.rowsPerRequest().max()).isGreaterThan(20);
      assertThat(description.popularity().gini()).isGreaterThan(0.3);
      assertThat(description.expected())
          .filteredOn(rate -> rate.masks().equals("identity"))
          .satisfiesExactly(
              iid -> {
                assertThat(iid.layout()).isEqualTo("iid");
                assertThat(iid.sameUserRate()).isLessThan(0.002);
              },
              sorted -> {
                assertThat(sorted.layout()).isEqualTo("sorted");
                assertThat(sorted.sameUserRate()).isBetween(0.03, 0.40);
              });
    }
  }

  @Test
  void tasteFollowsTheTree() {
    var with =
        new GenerateRequest(
            200, 600, 6_000, 3, List.of(8, 4), 6, 0.5, 0.5, 0.9, 0.8, 30, LEAVE_LAST_OUT);
    var without =
        new GenerateRequest(
            200, 600, 6_000, 3, List.of(8, 4), 6, 0.5, 0.5, 0.9, 0, 30, LEAVE_LAST_OUT);
    assertThat(sameLeafShare(with, "with")).isGreaterThan(3 * sameLeafShare(without, "without"));
  }

  /** Share of a user's pairs (first row, later row) that share a leaf. */
  private double sameLeafShare(GenerateRequest request, String name) {
    Generator.generate(request, folder.resolve(name));
    try (Dataset data = Dataset.open(folder.resolve(name))) {
      CategoryTree tree = data.tree().orElseThrow();
      Interactions rows = data.interactions(Split.TRAIN);
      double same = 0;
      double pairs = 0;
      for (int user = 0; user < data.users(); user++) {
        for (long a = rows.userStart(user); a < rows.userEnd(user); a++) {
          for (long b = a + 1; b < rows.userEnd(user); b++) {
            same += tree.itemDistance(rows.item(a), rows.item(b)) == 0 ? 1 : 0;
            pairs++;
          }
        }
      }
      return same / pairs;
    }
  }

  @Test
  void everyMistakeIsListed() {
    assertThatThrownBy(
            () ->
                new GenerateRequest(
                    100, 1000, 50, 1, List.of(1), 0.5, -1, 0, 0, Double.NaN, 0, LEAVE_LAST_OUT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rows is 50; allowed for 100 users and 1000 items: 300..25000")
        .hasMessageContaining("tree level 1 is 1; allowed: 2..100000")
        .hasMessageContaining("requestRows is 0.5; allowed: 1..10000")
        .hasMessageContaining("activityTail is -1")
        .hasMessageContaining("taste is NaN; allowed: 0..1")
        .hasMessageContaining("days is 0");
    var wide =
        new GenerateRequest(10, 20, 40, 1, List.of(10, 10), 2, 0, 0, 0, 1, 1, LEAVE_LAST_OUT);
    assertThatThrownBy(() -> Generator.generate(wide, folder.resolve("wide")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more leaves than the 20 items");
    assertThat(folder.resolve("wide")).doesNotExist();
  }

  @Test
  void extremesAreFine() {
    // Every user has as many rows as allowed; all users and items alike.
    Generator.generate(
        new GenerateRequest(5, 40, 50, 1, List.of(2), 1, 0, 0, 0, 1, 1, LEAVE_LAST_OUT),
        folder.resolve("full"));
    Generator.generate(
        new GenerateRequest(40, 400, 2_000, 1, List.of(3, 1, 2), 50, 3, 3, 3, 1, 1, LEAVE_LAST_OUT),
        folder.resolve("steep"));
    assertThat(folder.resolve("full")).isDirectory();
    assertThat(folder.resolve("steep")).isDirectory();
  }
}
