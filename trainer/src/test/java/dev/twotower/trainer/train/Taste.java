package dev.twotower.trainer.train;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.config.RunConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A small log with a taste that can be learned: users like the items of their own third of the
 * catalogue.
 */
final class Taste {
  private static final String[] SMALL = {
    "batchSize=64",
    "epochs=4",
    "dim=16",
    "user.embedding=16",
    "item.embedding=16",
    "evaluation.metrics=[recall@10]",
    "evaluation.stopMetric=recall@10",
    "loss.correction=empirical",
    "optimizer.learningRate=0.02"
  };

  private Taste() {}

  /** 60 users, 90 items, 720 training rows. */
  static Dataset write(Path directory) {
    UniformRandomProvider random = Streams.stream(1, "training-test");
    DatasetBuilder builder = new DatasetBuilder();
    // The thirds are the branches of the category tree, each of three leaves.
    builder.tree(
        IntStream.range(0, 12).map(node -> node < 3 ? -1 : (node - 3) / 3).toArray(),
        IntStream.range(0, 12).mapToObj(node -> "c" + node).toList(),
        IntStream.range(0, 90).map(item -> 3 + item / 30 * 3 + item % 3).toArray());
    int request = 0;
    for (int user = 0; user < 60; user++) {
      for (int visit = 0; visit < 4; visit++, request++) {
        for (int row = 0; row < 4; row++) {
          int item = user % 3 * 30 + random.nextInt(30);
          Split split = visit < 3 ? Split.TRAIN : row < 2 ? Split.VALIDATION : Split.TEST;
          builder.row(split, user, item, request, (visit * 100L + row) * 1_000_000);
        }
      }
    }
    return builder.write(directory);
  }

  /** Settings under which it is learned in a few epochs. */
  static RunConfig config(String... settings) {
    List<String> all = new ArrayList<>(List.of(SMALL));
    all.addAll(List.of(settings));
    return RunConfig.defaults().with(all.toArray(String[]::new));
  }
}
