package dev.twotower.trainer.ids.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.disk.Checksum;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.config.SettingKeys;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.ids.vectors.ItemVectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No setting is dead: for each key of {@code quantize.yaml}, a value other than its default changes
 * what a quantiser leaves behind. A key without a line here fails.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryQuantizerSettingTest {
  private static final int ITEMS = 150;

  private static final String BASE =
      "device=cpu threads=1 sizes=[6,6] hidden=[8] latent=8 category=4 epochs=3 warmup=1 batchSize=50"
          + " tree.batchSize=24";

  /** Key, a value, and what else must be set for the key to matter. */
  private static final String[][] SETTINGS = {
    {"seed", "2", ""},
    {"device", "gpu:99", ""},
    {"threads", "3", ""},
    {"sizes", "[6,5]", ""},
    {"hidden", "[]", ""},
    {"latent", "6", ""},
    {"epochs", "4", ""},
    {"warmup", "0", ""},
    {"batchSize", "40", ""},
    {"learningRate", "0.02", ""},
    {"weightDecay", "0.5", ""},
    {"commitment", "2", ""},
    {"initialSample", "20", ""},
    {"revive", "0.9", "sizes=[40,40] initialSample=10"},
    {"collisionSize", "0", ""},
    {"levelDecay", "0.9", ""},
    {"contrast", "output", ""},
    {"category", "6", ""},
    {"checkpointEpochs", "1", ""},
    {"tree.lambda", "0", ""},
    {"tree.batchSize", "30", ""},
    {"tree.temperature", "0.3", ""},
    {"tree.schedule", "1/0.2/0", ""},
    {"tree.batches", "random", ""},
    {"tree.rho", "0.75", ""},
    {"tree.itemsPerSlot", "2", ""},
    {"tree.parents", "size", ""},
    {"tree.categoryCap", "3", ""},
    {"tree.nearShare", "0.5", ""},
    {"tree.coEngagement", "0.3", ""},
    {"tree.coEngagementWeight", "0.3", "tree.coEngagement=0.3"},
    {"tree.mislabelled", "0.5", ""},
  };

  @TempDir private static Path folder;

  private final Map<String, Map<String, String>> outcomes = new HashMap<>();
  private Dataset data;
  private ItemVectors items;
  private int runs;

  @BeforeAll
  void write() {
    DatasetBuilder builder = new DatasetBuilder();
    for (int row = 0; row < 300; row++) {
      builder.row(Split.TRAIN, row / 10, row * 7 % ITEMS, row / 5, row);
    }
    data = builder.items(ITEMS).write(folder.resolve("data"));
    ItemVectors shop = Shop.items(ITEMS);
    items =
        new ItemVectors(
            shop.source(),
            shop.ids(),
            shop.names(),
            Optional.of(halls(shop.tree().orElseThrow())),
            Optional.of(data.interactions(Split.TRAIN)),
            shop.values());
  }

  /** The shop's departments in two halls, so that there are categories near one another. */
  private static CategoryTree halls(CategoryTree shop) {
    int shelves = 2 + Shop.DEPARTMENTS;
    int[] parent = new int[shelves + Shop.DEPARTMENTS * Shop.SHELVES];
    String[] names = new String[parent.length];
    for (int node = 0; node < parent.length; node++) {
      int above = node < shelves ? node % 2 : 2 + (node - shelves) / Shop.SHELVES;
      parent[node] = node < 2 ? -1 : above;
      names[node] = "n" + node;
    }
    int[] itemNode = IntStream.range(0, ITEMS).map(item -> shop.nodeOf(item) + 2).toArray();
    return CategoryTree.of(parent, names, itemNode);
  }

  @AfterAll
  void close() {
    Devices.useThreads(0);
    data.close();
  }

  static Stream<String[]> settings() {
    return Arrays.stream(SETTINGS);
  }

  @ParameterizedTest(name = "{0}={1}")
  @MethodSource("settings")
  void changesSomething(String key, String value, String needed) throws IOException {
    QuantizeConfig before = config(needed);
    assertThat(SettingKeys.differs(before.toYaml(), key, value)).isTrue();
    Map<String, String> changed = outcome(before.with(key + "=" + value));
    assertThat(changed).isNotEqualTo(outcome(before));
    assertThat(changed.containsKey("refused")).isEqualTo(key.equals("device"));
    assertThat(outcome(before)).doesNotContainKey("refused");
  }

  /** Otherwise everything would change something. */
  @Test
  void theSameSettingsChangeNothing() throws IOException {
    Map<String, String> once = outcome(config(""));
    outcomes.clear();
    assertThat(outcome(config(""))).isEqualTo(once);
  }

  @Test
  void everyKeyHasALine() {
    assertThat(Arrays.stream(SETTINGS).map(line -> line[0]))
        .containsExactlyInAnyOrderElementsOf(SettingKeys.of(QuantizeConfig.defaults().toYaml()));
  }

  private static QuantizeConfig config(String needed) {
    QuantizeConfig config = QuantizeConfig.defaults().with(BASE.split(" "));
    return needed.isEmpty() ? config : config.with(needed.split(" "));
  }

  private Map<String, String> outcome(QuantizeConfig config) throws IOException {
    String yaml = config.toYaml();
    if (!outcomes.containsKey(yaml)) {
      outcomes.put(yaml, run(config));
    }
    return outcomes.get(yaml);
  }

  /** Codes, weights and checkpoints, or why there are none. */
  private Map<String, String> run(QuantizeConfig config) throws IOException {
    Map<String, String> outcome = new TreeMap<>();
    Path out = folder.resolve("run-" + runs++);
    try {
      QuantizerTraining.start(
          items,
          config,
          out,
          QuantizerListener.SILENT,
          () -> {
            // After every epoch; the end keeps the newest checkpoint alone.
            outcome.merge("checkpoints", checkpoints(out), String::concat);
            return false;
          });
    } catch (IllegalArgumentException refused) {
      outcome.put("refused", refused.getMessage());
      return outcome;
    }
    outcome.put("threads", Integer.toString(JniUtils.getNumThreads()));
    for (String name : List.of("codes.parquet", "model.safetensors", "codebooks.safetensors")) {
      outcome.put(name, Checksum.sha256(out.resolve("result").resolve(name)));
    }
    return outcome;
  }

  private static String checkpoints(Path out) {
    try (Stream<Path> files = Files.list(out)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("checkpoint-"))
          .sorted()
          .toList()
          .toString();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
