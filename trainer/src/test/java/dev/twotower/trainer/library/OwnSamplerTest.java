package dev.twotower.trainer.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Permutation;
import dev.twotower.data.sampling.BatchSampler;
import dev.twotower.data.sampling.EpochSampler;
import dev.twotower.data.sampling.RowBatch;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.train.Extensions;
import dev.twotower.trainer.train.Training;
import dev.twotower.trainer.train.TrainingResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches of your own: here each holds the rows of one user group, in a fresh order an epoch. */
class OwnSamplerTest {
  private static final int GROUPS = 4;

  /** Cuts each group's rows into batches and visits the batches in random order. */
  private static final class GroupSampler extends EpochSampler {
    private final List<long[]> batches = new ArrayList<>();
    private final long seed;
    private Permutation order;

    GroupSampler(Interactions rows, int batchSize, long seed) {
      super(batchSize);
      this.seed = seed;
      for (int group = 0; group < GROUPS; group++) {
        RowBatch batch = new RowBatch(batchSize);
        for (long row = 0; row < rows.rows(); row++) {
          if (rows.user(row) % GROUPS == group) {
            batch.add(row);
          }
          if (batch.size() == batchSize || row + 1 == rows.rows() && batch.size() > 0) {
            batches.add(Arrays.copyOf(batch.rows(), batch.size()));
            batch.clear();
          }
        }
      }
    }

    @Override
    protected void open(long epoch) {
      order = new Permutation(batches.size(), seed, "sampler.groups", epoch);
    }

    @Override
    protected boolean fill(long batch, RowBatch into) {
      if (batch >= batches.size()) {
        return false;
      }
      for (long row : batches.get((int) order.at(batch))) {
        into.add(row);
      }
      return true;
    }

    @Override
    protected boolean skip(long count) {
      return count <= batches.size();
    }

    @Override
    public long batchesPerEpoch() {
      return batches.size();
    }
  }

  private static final Training.Options OWN =
      Training.Options.DEFAULT.withExtensions(
          Extensions.NONE.withSampler(
              (rows, batchSize, seed) -> {
                GroupSampler sampler = new GroupSampler(rows, batchSize, seed);
                sampler.startEpoch(0);
                return sampler;
              }));

  @Test
  void aRunOnOwnBatchesResumesToTheSameWeights(@TempDir Path folder) throws Exception {
    RunConfig config = SmallShop.config("evaluation.everyEpochs=0", "epochs=3");
    try (Dataset data = SmallShop.write(folder.resolve("data"))) {
      Path whole = folder.resolve("whole");
      TrainingResult result = Training.start(data, config, whole, OWN);
      assertThat(result.epochs()).isEqualTo(3);

      Path halves = folder.resolve("halves");
      AtomicInteger steps = new AtomicInteger();
      Training.start(data, config, halves, OWN.withStop(() -> steps.incrementAndGet() == 7));
      Training.resume(data, halves, OWN);
      assertThat(weights(halves)).isEqualTo(weights(whole));
    }
  }

  @Test
  void everyBatchIsOfOneGroupAndEveryRowComesOnce(@TempDir Path folder) throws Exception {
    try (Dataset data = SmallShop.write(folder.resolve("data"))) {
      Interactions rows = data.interactions(Split.TRAIN);
      BatchSampler sampler = new GroupSampler(rows, 100, 1);
      sampler.startEpoch(1);
      RowBatch batch = new RowBatch(100);
      List<Long> seen = new ArrayList<>();
      while (sampler.next(batch)) {
        int group = rows.user(batch.rows()[0]) % GROUPS;
        for (int at = 0; at < batch.size(); at++) {
          assertThat(rows.user(batch.rows()[at]) % GROUPS).isEqualTo(group);
          seen.add(batch.rows()[at]);
        }
      }
      assertThat(seen)
          .containsExactlyInAnyOrderElementsOf(
              Stream.iterate(0L, row -> row + 1).limit(rows.rows()).toList());
    }
  }

  private static byte[] weights(Path run) throws Exception {
    return Files.readAllBytes(run.resolve("model/weights.safetensors"));
  }
}
