package dev.twotower.eval.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.Layout;
import dev.twotower.data.sampling.RowBatch;
import dev.twotower.eval.falsenegatives.FalseNegativeMeter;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.DedupPlan;
import dev.twotower.masking.DensePlan;
import dev.twotower.masking.MaskSet;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows without a value of a context share nothing (design 3.1). */
class MissingContextTest {
  @TempDir private Path folder;

  /**
   * Six rows of six users and items: contexts de, de, missing, missing and 5, missing, missing, 6.
   */
  private Dataset data() {
    double[] code = {1, 1, 0, 0, 2, 0};
    double[] number = {5, Double.NaN, Double.NaN, 6, Double.NaN, 40};
    DatasetBuilder builder =
        new DatasetBuilder()
            .categoricalContext("country", List.of("de", "fr"))
            .numericContext("price");
    for (int row = 0; row < code.length; row++) {
      builder.row(Split.TRAIN, row, row, row, row, 1, code[row], number[row]);
    }
    return builder.write(folder.resolve("data"));
  }

  /**
   * Of 30 ordered pairs, two by country (rows 0 and 1), two by price (rows 0 and 3) are removed.
   */
  @ParameterizedTest
  @CsvSource({
    "context:country, 28",
    "context:price, 30",
    "context:price/1, 28",
    "context:country+context:price/1, 26",
    "no-identity+context:country, 28"
  })
  void removesOnlyPairsThatHaveAValueBoth(String masks, long left) {
    try (Dataset data = data()) {
      Interactions train = data.interactions(Split.TRAIN);
      MaskSet set = MaskSet.parse(masks);
      BatchReader reader = new BatchReader(train, set);
      RowBatch rows = new RowBatch(6);
      rows.addRange(0, 6);
      BatchIds ids = reader.newBatch();
      reader.read(rows, ids);
      BatchIndex index = new BatchIndex(6, new TrainEngagement(train), false);
      index.index(ids);
      long pairs = 0;
      for (int i = 0; i < 6; i++) {
        for (int k = 0; k < 6; k++) {
          pairs += k != i && !set.removes(ids, new TrainEngagement(train), i, k) ? 1 : 0;
        }
      }
      assertThat(pairs).isEqualTo(left);
      assertThat(new DedupPlan(set).plan(index).validPairs()).isEqualTo(left);
      assertThat(new DensePlan(set).plan(index).validPairs()).isEqualTo(left);
    }
  }

  @Test
  void falseNegativesAreCountedAmongThePairsThatAreLeft() {
    try (Dataset data = data()) {
      FalseNegatives found =
          new FalseNegativeMeter(data.interactions(Split.TRAIN), data.items(), 1)
              .measure(Layout.SORTED, 6, MaskSet.parse("context:country"), 1, 0);
      assertThat(found.validNegativesPerAnchor()).isEqualTo(28 / 6.0);
    }
  }
}
