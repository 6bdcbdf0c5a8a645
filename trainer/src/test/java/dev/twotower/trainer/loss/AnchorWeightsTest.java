package dev.twotower.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

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
    "iid, REQUESTS", "sorted, REQUESTS", "requests:20:2, REQUESTS", "requests:5, REQUESTS",
    "iid, ROWS", "sorted, ROWS", "requests:5, ROWS", "requests:20:2, ROWS",
    "iid, SQRT_USERS", "sorted, SQRT_USERS", "requests:20:2, SQRT_USERS"
  })
  void everyRowWeighsWhatItShouldInEveryEpoch(String layout, Weighting weighting) {
    double roots = 0;
    for (int user = 0; user < USERS; user++) {
      roots += Math.sqrt(train.userEnd(user) - train.userStart(user));
    }
    for (int batchSize : new int[] {2, 7, 10, 64, 300}) {
      BatchSampler sampler = Samplers.create(Layout.parse(layout), train, batchSize, 1);
      for (int epoch = 0; epoch < 3; epoch++) {
        sampler.startEpoch(epoch);
        double[] weight = rowWeights(sampler, weighting, batchSize);
        for (int row = 0; row < weight.length; row++) {
          double user = train.userEnd(train.user(row)) - train.userStart(train.user(row));
          int request = train.request(row);
          double share =
              switch (weighting) {
                case ROWS -> 1.0 / train.rows();
                case REQUESTS ->
                    1.0
                        / data.requests()
                        / (train.requestEnd(request) - train.requestStart(request));
                case USERS -> 1.0 / USERS / user;
                case SQRT_USERS -> Math.sqrt(user) / roots / user;
              };
          assertThat(weight[row])
              .as("row %d, epoch %d, batches of %d", row, epoch, batchSize)
              .isCloseTo(train.rows() * share, withinPercentage(1e-3));
        }
      }
    }
  }

  /** What each row of an epoch weighs, in units of one row of a full batch. */
  private double[] rowWeights(BatchSampler sampler, Weighting weighting, int batchSize) {
    double[] weight = new double[(int) train.rows()];
    RowBatch batch = new RowBatch(batchSize);
    MaskSet masks = MaskSet.parse("identity");
    BatchReader reader = new BatchReader(train, masks);
    BatchIds ids = reader.newBatch();
    BatchIndex index = new BatchIndex(data.items(), new TrainEngagement(train), false);
    AnchorWeights weights = new AnchorWeights(weighting, train, batchSize);
    while (sampler.next(batch)) {
      reader.read(batch, ids);
      index.index(ids);
      DedupPlan plan = new DedupPlan(masks).plan(index);
      float[] perPositive = weights.perPositive(plan, null);
      for (int row = 0; row < index.size(); row++) {
        int positive = plan.rowPositive(row);
        weight[(int) batch.rows()[row]] +=
            (double) perPositive[positive] / plan.positiveRows(positive) * batchSize;
      }
    }
    return weight;
  }
}
