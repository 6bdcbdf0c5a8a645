package dev.twotower.trainer.ids.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.BadDataException;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.ids.semantic.SemanticIdReport;
import dev.twotower.trainer.ids.vectors.ItemVectors;
import dev.twotower.trainer.train.LiveArrays;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizerTrainingTest {
  private static final int ITEMS = 600;
  private static final BooleanSupplier NEVER = () -> false;

  private static final QuantizeConfig CONFIG =
      QuantizeConfig.defaults()
          .with(
              "sizes=[12,12,12]",
              "latent=16",
              "hidden=[32]",
              "category=8",
              "epochs=12",
              "warmup=6",
              "batchSize=100",
              "learningRate=0.01",
              "threads=1",
              "device=cpu",
              "tree.lambda=0.3",
              "tree.batchSize=48",
              "checkpointEpochs=1");

  /** Long enough to learn the departments. */
  private static final QuantizeConfig LONGER =
      CONFIG.with(
          "tree.lambda=1", "epochs=24", "warmup=18", "checkpointEpochs=100", "learningRate=0.02");

  /** A run from start to end, which tests read and none changes. */
  @TempDir private static Path undisturbed;

  @TempDir private Path folder;

  @BeforeAll
  static void quantiseUndisturbed() throws IOException {
    quantise(undisturbed.resolve("whole"), CONFIG);
  }

  private static SemanticIdReport quantise(Path out, QuantizeConfig config) throws IOException {
    return QuantizerTraining.start(Shop.items(ITEMS), config, out, QuantizerListener.SILENT, NEVER)
        .outcome()
        .orElseThrow()
        .report();
  }

  private SemanticIdReport quantise(String name, QuantizeConfig config) throws IOException {
    return quantise(folder.resolve(name), config);
  }

  private static double topAgreement(SemanticIdReport report) {
    return report.agreement().get(0).normalisedMutualInformation();
  }

  @Test
  void theTreeLossBringsTheFirstLevelTowardsTheDepartments() throws IOException {
    SemanticIdReport plain = quantise("plain", LONGER.with("tree.lambda=0"));
    SemanticIdReport shaped = quantise("shaped", LONGER);
    // Styles vary more than departments, so the plain quantiser's first level is about styles.
    assertThat(topAgreement(plain)).isLessThan(0.4);
    assertThat(topAgreement(shaped)).isGreaterThan(topAgreement(plain) + 0.3);
    assertThat(plain.reconstructionError()).isLessThan(0.1);
    assertThat(shaped.prefixErrors()).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(shaped.uniqueness().ids()).isEqualTo(1);
    // Learned from wrong categories, and judged by the right ones.
    SemanticIdReport noise = quantise("noise", LONGER.with("tree.mislabelled=1"));
    assertThat(topAgreement(noise)).isLessThan(topAgreement(shaped) - 0.2);
  }

  @Test
  void unusedCodesAreMovedToWhereItemsAre() throws IOException {
    // With a sample of 60 items each is a code of level 1, so nothing is left for level 2, whose
    // codes all start at 0.
    QuantizeConfig poor =
        CONFIG.with("tree.lambda=0", "warmup=0", "initialSample=2", "sizes=[60,60]");
    SemanticIdReport moved = quantise("moved", poor.with("revive=0.3"));
    SemanticIdReport left = quantise("left", poor.with("revive=0"));
    assertThat(moved.codebooks().get(1).utilisation())
        .isGreaterThan(left.codebooks().get(1).utilisation());
    assertThat(moved.codebooks().get(0).utilisation()).isEqualTo(1);
    assertThat(lines("moved").stream().mapToInt(line -> line.path("revived").asInt()).sum())
        .isPositive();
  }

  @Test
  void aStoppedAndResumedRunEndsAsAWholeOne() throws IOException {
    int[] epochs = {0};
    ItemVectors items = Shop.items(ITEMS);
    Path out = folder.resolve("parts");
    QuantizerResult stopped =
        QuantizerTraining.start(
            items, CONFIG, out, QuantizerListener.SILENT, () -> ++epochs[0] == 3);
    assertThat(stopped.outcome()).isEmpty();
    assertThat(stopped.epochs()).isEqualTo(3);
    stopped =
        QuantizerTraining.resume(items, out, QuantizerListener.SILENT, () -> ++epochs[0] == 9);
    assertThat(stopped.epochs()).isEqualTo(9);
    QuantizerTraining.resume(items, out, QuantizerListener.SILENT, NEVER);
    isAsUndisturbed("parts");
    assertThatThrownBy(() -> QuantizerTraining.resume(items, out, QuantizerListener.SILENT, NEVER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is finished");
  }

  @Test
  void aProcessKilledAgainAndAgainEndsWithTheSameCodes() throws Exception {
    UniformRandomProvider random = Streams.stream(System.nanoTime(), "killed-quantiser");
    int killed = 0;
    for (int attempt = 0; attempt < 2; attempt++) {
      Process process = launch("killed");
      try (BufferedReader steps = process.inputReader()) {
        steps.readLine();
        Thread.sleep(random.nextInt(40));
        process.destroyForcibly();
        killed += process.waitFor() == 128 + 9 ? 1 : 0;
      }
    }
    assertThat(killed).isPositive();
    Path out = folder.resolve("killed");
    if (!QuantizerDirectory.open(out).finished()) {
      QuantizerTraining.resume(Shop.items(ITEMS), out, QuantizerListener.SILENT, NEVER);
    }
    isAsUndisturbed("killed");
  }

  /** Quantises in a process of its own; a line on standard output tells each epoch. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws IOException {
      Path out = Path.of(args[0]);
      QuantizerListener listener = (epoch, epochs, error) -> System.out.println("epoch " + epoch);
      if (Files.exists(out)) {
        QuantizerTraining.resume(Shop.items(ITEMS), out, listener, NEVER);
      } else {
        QuantizerTraining.start(Shop.items(ITEMS), CONFIG, out, listener, NEVER);
      }
    }
  }

  private Process launch(String run) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Dtwotower.sync=" + System.getProperty("twotower.sync", "true"),
            "-cp",
            System.getProperty("java.class.path"),
            Child.class.getName(),
            folder.resolve(run).toString());
    return new ProcessBuilder(command).redirectError(folder.resolve("err.txt").toFile()).start();
  }

  private void isAsUndisturbed(String run) throws IOException {
    for (String file :
        List.of(
            "result/model.safetensors",
            "result/codebooks.safetensors",
            "result/report.json",
            "result/codes.parquet",
            "metrics.jsonl")) {
      assertThat(folder.resolve(run).resolve(file))
          .hasSameBinaryContentAs(undisturbed.resolve("whole").resolve(file));
    }
  }

  @Test
  void aDamagedCheckpointIsNamedWithItsChecksum() throws IOException {
    int[] epochs = {0};
    Path out = folder.resolve("run");
    QuantizerTraining.start(
        Shop.items(ITEMS), CONFIG, out, QuantizerListener.SILENT, () -> ++epochs[0] == 2);
    Path file = out.resolve("checkpoint-2/weights.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 3] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(
            () -> QuantizerTraining.resume(Shop.items(ITEMS), out, QuantizerListener.SILENT, NEVER))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("SHA-256 expected");
    assertThatThrownBy(() -> QuantizerDirectory.open(out).codes())
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("--resume");
  }

  @Test
  void aRunDoesNotGoOnWithOtherVectorsOrCategories() throws IOException {
    int[] epochs = {0};
    Path out = folder.resolve("run");
    ItemVectors items = Shop.items(ITEMS);
    QuantizerTraining.start(items, CONFIG, out, QuantizerListener.SILENT, () -> ++epochs[0] == 1);
    ItemVectors moved =
        new ItemVectors(
            items.source(),
            items.ids(),
            items.names(),
            Optional.of(Shop.items(ITEMS + 1).tree().orElseThrow().withItems(new int[ITEMS])),
            items.train(),
            items.values());
    for (ItemVectors other : List.of(Shop.items(ITEMS - 1), moved)) {
      assertThatThrownBy(
              () -> QuantizerTraining.resume(other, out, QuantizerListener.SILENT, NEVER))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("was started with");
    }
  }

  @Test
  void settingsThatDoNotFitTheItemsAreRefusedBeforeAnythingIsWritten() {
    ItemVectors items = Shop.items(50);
    assertThatThrownBy(() -> refused(items, CONFIG.with("sizes=[12,64]")))
        .hasMessageContaining("sizes[1] is 64, but there are 50 items; allowed here: 2 to 50");
    ItemVectors bare =
        new ItemVectors(
            items.source(),
            items.ids(),
            items.names(),
            Optional.empty(),
            items.train(),
            items.values());
    assertThatThrownBy(() -> refused(bare, CONFIG))
        .hasMessageContaining("tree.lambda is 0.3, but the items have no category tree");
    assertThat(folder).isEmptyDirectory();
  }

  private void refused(ItemVectors items, QuantizeConfig config) throws IOException {
    QuantizerTraining.start(
        items, config, folder.resolve("refused"), QuantizerListener.SILENT, NEVER);
  }

  @Test
  void epochsAreLoggedWithTheirBatches() throws IOException {
    Path whole = undisturbed.resolve("whole");
    List<JsonNode> lines = QuantizerDirectory.open(whole).metrics();
    assertThat(lines).hasSize(12);
    assertThat(lines.get(0).has("revived")).isFalse();
    assertThat(lines.get(11).path("tree").asDouble()).isPositive();
    assertThat(lines.get(11).at("/batches/sameLeaf").asDouble()).isPositive();
    assertThat(lines.get(11).at("/batches/batchesLackingAClass").asInt()).isZero();
    try (Stream<Path> files = Files.list(whole)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("checkpoint-12", "result", "config.yaml")
          .doesNotContain("checkpoint-11");
    }
  }

  @Test
  void stepsLeaveNoArrayBehind() throws IOException {
    Map<Integer, Long> live = new HashMap<>();
    QuantizerListener counter = (epoch, epochs, error) -> live.put(epoch, LiveArrays.count());
    QuantizerTraining.start(
        Shop.items(ITEMS),
        CONFIG.with("warmup=4", "epochs=12", "checkpointEpochs=5", "revive=0.5"),
        folder.resolve("run"),
        counter,
        NEVER);
    assertThat(live.get(3)).isPositive();
    assertThat(live.get(4)).isEqualTo(live.get(3));
    assertThat(live.get(11)).isEqualTo(live.get(6));
  }

  private List<JsonNode> lines(String run) throws IOException {
    return QuantizerDirectory.open(folder.resolve(run)).metrics();
  }
}
