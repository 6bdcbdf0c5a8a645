package dev.twotower.trainer.ids.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.ids.semantic.SemanticIdFile;
import dev.twotower.trainer.ids.vectors.ItemVectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Monday's 200 items i0.. have codes. Tuesday's are, in this order: n0..n19, new, with the vectors
 * that i0..i19 had; and i199..i20, the first half of which moved to where their opposite was.
 */
class KeptCodesTest {
  private static final int ITEMS = 200;
  private static final int NEW = 20;

  @TempDir private Path folder;

  private static ItemVectors tuesday(ItemVectors monday) {
    List<String> ids = new ArrayList<>();
    List<float[]> values = new ArrayList<>();
    for (int item = 0; item < NEW; item++) {
      ids.add("n" + item);
      values.add(monday.values()[item]);
    }
    for (int item = ITEMS - 1; item >= NEW; item--) {
      ids.add("i" + item);
      values.add(monday.values()[item >= 110 ? ITEMS - 1 - item + NEW : item]);
    }
    return new ItemVectors(
        "tuesday", ids, ids, Optional.empty(), Optional.empty(), values.toArray(float[][]::new));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tree.lambda=0 collisionSize=0", "tree.lambda=0.3 collisionSize=64"})
  void knownItemsKeepTheirCodesAndNewOnesAreCodedByTheSameQuantizer(String settings)
      throws IOException {
    QuantizeConfig config =
        QuantizeConfig.defaults()
            .with("sizes=[6,6]", "latent=16", "hidden=[32]", "category=8", "epochs=6", "warmup=3")
            .with("batchSize=100", "threads=1", "device=cpu", "tree.batchSize=48")
            .with(settings.split(" "));
    ItemVectors monday = Shop.items(ITEMS);
    Path from = folder.resolve("monday");
    QuantizerTraining.start(monday, config, from, QuantizerListener.SILENT, () -> false);
    ItemVectors tuesday = tuesday(monday);
    Path out = folder.resolve("tuesday");
    KeptCodes.Outcome outcome = KeptCodes.code(from, tuesday, out);
    assertThat(outcome.kept()).isEqualTo(ITEMS - NEW);
    assertThat(outcome.added()).isEqualTo(NEW);
    assertThat(outcome.dropped()).isEqualTo(NEW);
    // Half of the kept moved, most of them to another shelf.
    assertThat(outcome.wouldChange()).isBetween(0.2, 0.5);
    boolean token = config.collisionSize() > 0;
    Map<String, int[]> before =
        SemanticIdFile.read(QuantizerDirectory.open(from).codes(), config.levels(), token);
    Map<String, int[]> now =
        SemanticIdFile.read(QuantizerDirectory.open(out).codes(), config.levels(), token);
    assertThat(now).hasSize(ITEMS);
    for (int item = NEW; item < ITEMS; item++) {
      assertThat(now.get("i" + item)).as("i%d", item).isEqualTo(before.get("i" + item));
    }
    for (int item = 0; item < NEW; item++) {
      int[] code = now.get("n" + item);
      int[] twin = before.get("i" + item);
      assertThat(Arrays.copyOf(code, 2)).as("n%d", item).isEqualTo(Arrays.copyOf(twin, 2));
      if (token) {
        // No token that an item has, or had before it was dropped, is given out again.
        int used =
            before.values().stream()
                .filter(other -> Arrays.equals(other, 0, 2, twin, 0, 2))
                .mapToInt(other -> other[2])
                .max()
                .orElseThrow();
        assertThat(code[2]).isGreaterThan(used);
      }
    }
    // Numbers have 13 digits there.
    assertThat(QuantizerDirectory.open(out).shownReport())
        .usingRecursiveComparison()
        .withComparatorForType(
            (Double a, Double b) ->
                Math.abs(a - b) <= 1e-12 * Math.abs(a) ? 0 : Double.compare(a, b),
            Double.class)
        .isEqualTo(outcome.report());
    // Codes can be kept again and again.
    KeptCodes.Outcome again = KeptCodes.code(out, tuesday, folder.resolve("wednesday"));
    assertThat(again.kept()).isEqualTo(ITEMS);
    assertThat(again.report()).isEqualTo(outcome.report());
  }

  /** Kept codes cannot fit moved vectors better than codes made for them. */
  @Test
  void theErrorIsThatOfTheKeptCodes() throws IOException {
    QuantizeConfig config =
        QuantizeConfig.defaults()
            .with("sizes=[6,6]", "latent=16", "hidden=[32]", "epochs=6", "warmup=3", "threads=1")
            .with("batchSize=100", "device=cpu", "tree.lambda=0");
    ItemVectors monday = Shop.items(ITEMS);
    Path from = folder.resolve("monday");
    double error =
        QuantizerTraining.start(monday, config, from, QuantizerListener.SILENT, () -> false)
            .outcome()
            .orElseThrow()
            .report()
            .reconstructionError();
    double same =
        KeptCodes.code(from, monday, folder.resolve("same")).report().reconstructionError();
    assertThat(same).isCloseTo(error, within(1e-5));
    assertThat(
            KeptCodes.code(from, tuesday(monday), folder.resolve("moved"))
                .report()
                .reconstructionError())
        .isGreaterThan(2 * error);
  }

  @Test
  void vectorsOfAnotherLengthAreRefused() throws IOException {
    QuantizeConfig config =
        QuantizeConfig.defaults()
            .with("sizes=[6,6]", "epochs=2", "warmup=1", "threads=1", "batchSize=100", "device=cpu")
            .with("tree.lambda=0", "latent=8");
    Path from = folder.resolve("monday");
    ItemVectors monday = Shop.items(ITEMS);
    QuantizerTraining.start(monday, config, from, QuantizerListener.SILENT, () -> false);
    float[][] shorter =
        Arrays.stream(monday.values()).map(row -> Arrays.copyOf(row, 5)).toArray(float[][]::new);
    ItemVectors other =
        new ItemVectors(
            "others", monday.ids(), monday.ids(), Optional.empty(), Optional.empty(), shorter);
    Path out = folder.resolve("out");
    assertThatThrownBy(() -> KeptCodes.code(from, other, out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("length 16", "length 5");
    assertThat(out).doesNotExist();
  }
}
