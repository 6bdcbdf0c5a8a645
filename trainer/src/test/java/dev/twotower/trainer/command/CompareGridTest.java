package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arms with variants, and arms that choose their settings from a grid. */
class CompareGridTest {
  @TempDir static Path folder;
  private static SmallComparison small;

  @BeforeAll
  static void generate() {
    small = SmallComparison.in(folder);
  }

  private static Invocation compare(String out, String arms, String... more) {
    return small.compare(out, arms, more);
  }

  /** The tree's ablation: each value with each kind of batch, judged against the arm without. */
  @Test
  void variesSettingsOfEveryArm() {
    JsonNode report =
        compare(
                "varied",
                "iid/identity;item.features=[id,category]",
                "--vary=tree.lambda=0.01,0.1",
                "--vary=tree.batches=random,hierarchical",
                "--set=tree.batchSize=32",
                "--max-batches=2",
                "--json")
            .json();
    String arm = "iid/identity;item.features=[id,category]";
    assertThat(report.at("/arms"))
        .extracting(each -> each.get("name").textValue())
        .containsExactly(
            arm,
            arm + ";tree.lambda=0.01;tree.batches=random",
            arm + ";tree.lambda=0.01;tree.batches=hierarchical",
            arm + ";tree.lambda=0.1;tree.batches=random",
            arm + ";tree.lambda=0.1;tree.batches=hierarchical");
    assertThat(report.at("/pairs"))
        .filteredOn(pair -> pair.get("metric").textValue().equals("recall@20"))
        .allMatch(pair -> pair.get("b").textValue().equals(arm))
        .hasSize(4);
    compare("varied2", "iid/identity", "--vary=tree.lambda=0.1")
        .refused(2, "fewer than two values");
  }

  /** Each arm chooses on validation from the same combinations, whatever the others choose. */
  @Test
  void tunesEveryArmOnTheSameGrid() throws IOException {
    String[] tuned = {
      "--grid=optimizer.tableLearningRate=0.01,0.3",
      "--grid=loss.temperature=0.1,0.2,0.5",
      "--set=evaluation.everyEpochs=0",
      "--max-batches=2",
      "--json"
    };
    Invocation first = compare("tuned", "iid/identity,sorted/identity+user", tuned);
    JsonNode report = first.json();
    assertThat(report.at("/arms")).hasSize(2);
    assertThat(report.at("/arms/0/metrics/recall@20/values")).hasSize(2);
    assertThat(report.at("/provenance/grid").textValue())
        .isEqualTo("optimizer.tableLearningRate=0.01,0.3 loss.temperature=0.1,0.2,0.5");
    for (JsonNode arm : report.at("/arms")) {
      String name = arm.at("/name").textValue();
      Path runs = runsOf(folder.resolve("tuned/runs"), name);
      Map<String, Double> values = new TreeMap<>();
      try (Stream<Path> each = Files.list(runs)) {
        for (Path run : each.filter(path -> path.toString().contains("tune-")).toList()) {
          JsonNode result = new ObjectMapper().readTree(run.resolve("result.json").toFile());
          values.put(run.getFileName().toString(), result.at("/metrics/recall@20").doubleValue());
        }
      }
      assertThat(values).hasSize(6);
      double best = values.values().stream().max(Double::compare).orElseThrow();
      String chose = report.at("/provenance").get(name).textValue();
      String settings = chose.replaceAll("chose (.+) \\(.*", "$1");
      String tuning = "tune-" + settings.replace(' ', '_');
      assertThat(values.get(tuning)).isEqualTo(best);
      assertThat(chose).contains("on validation, the best of 6");
      assertThat(first.err()).contains(name + ": " + chose);
      // Every seed learns with what the first one chose.
      RunConfig chosen = RunDirectory.open(runs.resolve(tuning)).config();
      assertThat(RunDirectory.open(runs.resolve("seed-1")).config()).isEqualTo(chosen);
      // That of the first seed is not trained again: a second training would log other times.
      assertThat(runs.resolve("seed-1/metrics.jsonl"))
          .hasSameBinaryContentAs(runs.resolve(tuning).resolve("metrics.jsonl"));
      assertThat(RunDirectory.open(runs.resolve("seed-2")).config())
          .isEqualTo(chosen.with("seed=2"));
    }
    // Two values have no middle, three have.
    assertThat(report.at("/warnings").toString()).doesNotContain("the end of the grid optimizer");
    boolean atEnd = false;
    for (JsonNode arm : report.at("/arms")) {
      String temperature = arm.at("/chosen/loss.temperature").textValue();
      atEnd |= !temperature.equals("0.2");
      String chose = report.at("/provenance").get(arm.at("/name").textValue()).textValue();
      assertThat(chose).contains("loss.temperature=" + temperature);
    }
    assertThat(report.at("/warnings").toString().contains("the end of the grid loss.temperature"))
        .isEqualTo(atEnd);

    String arms = "iid/identity,sorted/identity+user";
    List<FileTime> trained = written(folder.resolve("tuned/runs"));
    String[] text = Arrays.copyOf(tuned, tuned.length - 1);
    assertThat(compare("tuned", arms, text).out())
        .contains("chose from the grid: iid/identity: optimizer.tableLearningRate=");
    assertThat(written(folder.resolve("tuned/runs"))).isEqualTo(trained);
    compare("tuned", arms, "--set=evaluation.everyEpochs=0", "--max-batches=2")
        .refused(2, "chose from the grid: optimizer.tableLearningRate=0.01,0.3", "is: none");
  }

  private static List<FileTime> written(Path runs) throws IOException {
    List<FileTime> times = new ArrayList<>();
    try (Stream<Path> files = Files.walk(runs)) {
      for (Path file : files.filter(path -> path.endsWith("result.json")).sorted().toList()) {
        times.add(Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  @Test
  void refusesGridsThatCannotChooseBeforeItTrains() {
    String arms = "iid/identity,sorted/identity;loss.temperature=0.3";
    compare("untuned", arms, "--grid=loss.temperature=0.1,0.2")
        .refused(2, "sets loss.temperature, which --grid loss.temperature=0.1,0.2 is to choose");
    compare("untuned", arms, "--grid=dim=4,8", "--grid=dim=16,32").refused(2, "names dim twice");
    compare("untuned", arms, "--grid=seed=4,8")
        .refused(2, "not evaluation, trainOn, events, checkpoint, seed");
    compare("untuned", arms, "--grid=evaluation.rankSeen=true,false")
        .refused(2, "not evaluation, trainOn, events, checkpoint, seed");
    compare("untuned", arms, "--grid=dim=4,4").refused(2, "dim=4,4 has a value twice");
    compare("untuned", arms, "--grid=dim=4,,8").refused(2, "dim=4,,8 has an empty value");
    compare("untuned", arms, "--grid=item.hidden=[8,4]").refused(2, "fewer than two values");
    compare("untuned", arms, "--grid=epochs=1,many").refused(2, "epochs", "many");
    assertThat(folder.resolve("untuned")).doesNotExist();
  }

  private static Path runsOf(Path runs, String arm) throws IOException {
    String folder = arm.replaceAll("[^A-Za-z0-9.+=-]+", "_");
    try (Stream<Path> each = Files.list(runs)) {
      return each.filter(path -> path.toString().endsWith("-" + folder)).findFirst().orElseThrow();
    }
  }

  @Test
  void trainsSettingsThatComeToTheSameOnce() {
    Invocation varied =
        compare(
            "once",
            "iid/identity,iid/identity;batchSize=64",
            "--vary=tree.lambda=0,0.1",
            "--vary=tree.batches=random,hierarchical",
            "--set=item.features=[id,category]",
            "--set=tree.batchSize=32",
            "--max-batches=2",
            "--json");
    assertThat(varied.json().at("/arms"))
        .extracting(each -> each.get("name").textValue())
        .containsExactly(
            "iid/identity",
            "iid/identity;tree.lambda=0.1;tree.batches=random",
            "iid/identity;tree.lambda=0.1;tree.batches=hierarchical");
    assertThat(varied.err())
        .contains(
            "iid/identity;tree.lambda=0;tree.batches=random is left out: its settings are those of"
                + " iid/identity",
            "iid/identity;batchSize=64 is left out: its settings are those of iid/identity");
  }
}
