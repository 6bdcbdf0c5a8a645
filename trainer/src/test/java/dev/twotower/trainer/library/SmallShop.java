package dev.twotower.trainer.library;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.nio.file.Path;

/** The log of the examples: 40 users in four groups, each of which buys 20 of 80 items. */
final class SmallShop {
  private SmallShop() {}

  static Dataset write(Path folder) throws IOException {
    DatasetBuilder builder = new DatasetBuilder();
    for (int row = 0; row < 1200; row++) {
      int user = row % 40;
      int item = user % 4 * 20 + (row * 7 + row / 40 * 3) % 20;
      builder.row(
          row < 1120 ? Split.TRAIN : Split.VALIDATION, user, item, user * 30 + row / 40, row);
    }
    return builder.write(folder);
  }

  static RunConfig config(String... settings) {
    return RunConfig.defaults()
        .with(
            "batchSize=100",
            "dim=8",
            "user.embedding=64",
            "item.embedding=64",
            "epochs=6",
            "layout=iid",
            "threads=1",
            "evaluation.rankSeen=true",
            "optimizer.learningRate=0.02",
            "evaluation.metrics=[recall@20]")
        .with(settings);
  }
}
