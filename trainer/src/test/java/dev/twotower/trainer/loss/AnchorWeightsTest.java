package dev.twotower.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.BatchSampler;
import dev.twotower.data.sampling.Layout;
import dev.twotower.data.sampling.RowBatch;
import dev.twotower.data.sampling.Samplers;
import dev.twotower.eval.batch.BatchReader;
import dev.twotower.eval.batch.TrainEngagement;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.DedupPlan;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.config.LossConfig.Weighting;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnchorWeightsTest {
  private static final int BATCH = 10;
  private static final int USERS = 12;

  @TempDir private Path folder;
  private Dataset data;
  private Interactions train;

  /** User u has u + 1 requests, the r-th of r + 1 rows: 364 rows. */
  @BeforeEach
  void write() throws Exception {
    DatasetBuilder builder = new DatasetBuilder();
    int request = 0;
    for (int user = 0; user < USERS; user++) {
      for (int r = 0; r <= user; r++, request++) {
        for (int row = 0; row <= r; row++) {
          builder.row(Split.TRAIN, user, (7 * request + row) % 40, request, request);
        }
      }
    }
    data = builder.write(folder.resolve("data"));
    train = data.interactions(Split.TRAIN);
  }

  @AfterEach
  void closeData() {
    data.close();
  }

  @ParameterizedTest
  @CsvSource({
    "iid, USERS", "sorted, USERS", "requests:5, USERS", "requests:20:2, USERS",
    "iid, REQUESTS", "sorted, REQUESTS", "requests:20:2, REQUESTS", "requests:5, ROWS",
    "iid, SQRT_USERS", "requests:20:2, SQRT_USERS"
  })
  void overAnEpochEveryGroupWeighsWhatItShould(String layout, Weighting weighting) {
    double[] weight = new double[data.requests()];
    BatchSampler sampler = Samplers.create(Layout.parse(layout), train, BATCH, 1);
    RowBatch batch = new RowBatch(BATCH);
    MaskSet masks = MaskSet.parse("identity");
    BatchReader reader = new BatchReader(train, masks);
    BatchIds ids = reader.newBatch();
    BatchIndex index = new BatchIndex(data.items(), new TrainEngagement(train), false);
    AnchorWeights weights = new AnchorWeights(weighting, train);
    double all = 0;
    while (sampler.next(batch)) {
      reader.read(batch, ids);
      index.index(ids);
      DedupPlan plan = new DedupPlan(masks).plan(index);
      float[] perPositive = weights.perPositive(plan, null);
      for (int row = 0; row < index.size(); row++) {
        int positive = plan.rowPositive(row);
        double own = (double) perPositive[positive] / plan.positiveRows(positive) * index.size();
        int group =
            switch (weighting) {
              case ROWS -> 0;
              case REQUESTS -> ids.request(row);
              case USERS, SQRT_USERS -> ids.user(row);
            };
        weight[group] += own;
        all += own;
      }
    }
    int groups =
        switch (weighting) {
          case ROWS -> 1;
          case REQUESTS -> data.requests();
          case USERS, SQRT_USERS -> USERS;
        };
    double roots = 0;
    for (int user = 0; user < USERS; user++) {
      roots += Math.sqrt(train.userEnd(user) - train.userStart(user));
    }
    assertThat(all).isCloseTo(train.rows(), within(1e-3));
    for (int group = 0; group < groups; group++) {
      double expected =
          weighting == Weighting.SQRT_USERS
              ? Math.sqrt(train.userEnd(group) - train.userStart(group)) / roots
              : 1.0 / groups;
      assertThat(weight[group]).isCloseTo(train.rows() * expected, within(1e-3));
    }
  }
}
