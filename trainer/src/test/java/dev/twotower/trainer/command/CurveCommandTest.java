package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CurveCommandTest {
  @TempDir static Path folder;
  private static Path data;

  @BeforeAll
  static void generate() {
    data = folder.resolve("data");
    Invocation.of(
        "generate", "--to", data.toString(), "--users", "60", "--items", "200", "--rows", "900");
  }

  private static Invocation curve(String out, String... more) {
    List<String> arguments = new ArrayList<>(List.of("curve", "--data", data.toString()));
    arguments.addAll(List.of("--out", folder.resolve(out).toString()));
    arguments.addAll(List.of("--seeds", "1", "--set", "epochs=1", "--set", "dim=4"));
    arguments.addAll(List.of("--set", "user.embedding=4", "--set", "item.embedding=4"));
    arguments.addAll(List.of("--device", "cpu"));
    arguments.addAll(List.of(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  @Test
  void takesTheRecipeAsALayout() {
    JsonNode report =
        curve("recipe", "--layout=iid,recipe", "--batch-size=64,256", "--mask=identity", "--json")
            .json();
    assertThat(report.at("/tradeOff").findValuesAsText("layout"))
        .containsExactly("iid", "requests:100000:1", "iid", "requests:100000:4");
  }

  @Test
  void everyCombinationIsAPointWithCostAndQuality() throws IOException {
    String[] points = {
      "--layout", "iid,sorted,requests:20", "--batch-size", "32,64", "--mask", "identity"
    };
    Invocation first = curve("out", points);
    assertThat(first.out())
        .contains("requests:20", "rows/step", "ms/step (median)", "recall@20", "report: ")
        .contains("One seed decides nothing");

    Path out = folder.resolve("out");
    JsonNode report = new ObjectMapper().readTree(out.resolve("report.json").toFile());
    assertThat(report.at("/tradeOff")).hasSize(6);
    for (JsonNode point : report.at("/tradeOff")) {
      assertThat(point.at("/masks").textValue()).isEqualTo("identity");
      assertThat(point.at("/falseNegativeRate").doubleValue()).isBetween(0.0, 1.0);
      assertThat(point.at("/effectiveUsers").doubleValue()).isGreaterThanOrEqualTo(1);
      assertThat(point.at("/stepMillis").doubleValue()).isPositive();
      assertThat(point.at("/stepRows").doubleValue())
          .isBetween(1.0, point.at("/batchSize").doubleValue());
      assertThat(point.at("/examplesPerSecond").doubleValue())
          .isCloseTo(
              1000 * point.at("/stepRows").doubleValue() / point.at("/stepMillis").doubleValue(),
              within(1e-6));
      assertThat(point.at("/metric/mean").doubleValue())
          .isBetween(point.at("/metric/low").doubleValue(), point.at("/metric/high").doubleValue());
    }
    assertThat(report.at("/tradeOff/1/layout").textValue()).isEqualTo("sorted");
    assertThat(report.at("/tradeOff/3/batchSize").intValue()).isEqualTo(64);
    // A sorted batch holds whole histories, a shuffled one does not.
    assertThat(report.at("/tradeOff/1/sameUserRate").doubleValue())
        .isGreaterThan(5 * report.at("/tradeOff/0/sameUserRate").doubleValue());
    assertThat(report.at("/tradeOff/1/dedupRatio").doubleValue())
        .isGreaterThan(report.at("/tradeOff/0/dedupRatio").doubleValue());
    // Only the first combination is a reference.
    assertThat(report.at("/pairs"))
        .filteredOn(pair -> pair.at("/metric").textValue().equals("recall@20"))
        .hasSize(5);
    assertThat(report.at("/pairs").findValuesAsText("b")).containsOnly("iid/identity;batchSize=32");
    assertThat(Files.readString(out.resolve("report.html"))).contains("id=\"trade-map\"");

    Path model;
    try (Stream<Path> files = Files.walk(out)) {
      model = files.filter(file -> file.endsWith("result.json")).findFirst().orElseThrow();
    }
    FileTime trained = Files.getLastModifiedTime(model);
    assertThat(curve("out", points).exitCode()).isZero();
    assertThat(Files.getLastModifiedTime(model)).isEqualTo(trained);
  }

  @Test
  void ofItselfItSpansBothEndsAndBuffersInBetween() {
    JsonNode report = curve("whole", "--set", "batchSize=64", "--json").json();
    assertThat(curve("whole", "--set", "batchSize=64").out())
        .contains("All arms with batchSize=64.", "other load on the machine affects them")
        .doesNotContain("\u2212", "identity+engaged;batchSize");
    assertThat(report.at("/tradeOff").findValuesAsText("layout"))
        .startsWith("iid", "sorted", "requests:10")
        .endsWith("requests:100000:1")
        .doesNotContain("requests:1000");
    assertThat(report.at("/tradeOff/2/arm").textValue())
        .isEqualTo("requests:10/identity+engaged;batchSize=64");
  }

  @Test
  void refusesWhatDoesNotFitBeforeTraining() {
    curve("refused", "--layout", "iid,shuffled").refused(2, "shuffled");
    curve("refused", "--layout", "iid").refused(2, "two or more");
    curve("refused", "--layout", "iid,sorted", "--batch-size", "64,100000").refused(2, "100000");
    assertThat(folder.resolve("refused/runs")).doesNotExist();
  }
}
