package dev.twotower.trainer.command.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Settings of training that keep different things from step to step. */
final class TrainSettings {
  private static final String[][] ALL = {
    {"requests:50:4", "layout=requests:50:4"},
    {"streaming, temperature", "loss.correction=streaming", "loss.learnTemperature=true"},
    {"queue, uniform", "loss.queue=64", "loss.queueWarmup=3", "loss.uniform=16"},
    {"iid, tree", "layout=iid", "tree.lambda=0.1", "tree.batchSize=24"},
    {
      "sorted, attention, hidden, lazy-adam",
      "layout=sorted",
      "user.history.length=3",
      "user.history.pooling=attention",
      "user.hidden=[8]",
      "optimizer.tables=lazy-adam",
      "optimizer.rowSteps=aligned"
    },
    {"iid, early stopping", "layout=iid", "evaluation.patience=1"},
    {
      "sorted, queue, streaming, no evaluation",
      "layout=sorted",
      "loss.queue=64",
      "loss.queueWarmup=3",
      "loss.correction=streaming",
      "evaluation.everyEpochs=0"
    },
    {
      "id dropout, leave-user-out, history, features; epoch ends",
      "user.idDropout=0.2",
      "item.idDropout=0.2",
      "loss.correction=leave-user-out",
      "user.history.length=3",
      "item.features=[id,category]",
      "checkpoint.everySteps=0"
    },
    {
      "requests:50, tree, streaming, queue, uniform, temperature, sqrt-users",
      "layout=requests:50",
      "tree.lambda=0.1",
      "tree.batchSize=24",
      "loss.correction=streaming",
      "loss.queue=64",
      "loss.queueWarmup=3",
      "loss.uniform=16",
      "loss.learnTemperature=true",
      "loss.weighting=sqrt-users"
    },
    {
      "streaming, uniform, lazy-adam",
      "loss.correction=streaming",
      "loss.uniform=16",
      "optimizer.tables=lazy-adam"
    },
    {"iid, mean history, hidden", "layout=iid", "user.history.length=3", "user.hidden=[8,8]"},
    {
      "sorted, tree, temperature",
      "layout=sorted",
      "tree.lambda=0.1",
      "tree.batchSize=24",
      "loss.learnTemperature=true"
    },
    {
      "requests:30:3, queue, early stopping",
      "layout=requests:30:3",
      "loss.queue=64",
      "loss.queueWarmup=3",
      "evaluation.patience=2"
    },
    {
      "dense, engaged, uncorrected positive",
      "engine=dense",
      "masks=identity+engaged",
      "loss.positive=uncorrected"
    }
  };

  private TrainSettings() {}

  static List<Work> all(Scene scene) {
    List<Work> works = new ArrayList<>();
    for (String[] each : ALL) {
      List<String> settings =
          new ArrayList<>(List.of("--set=epochs=12", "--set=checkpoint.everySteps=3"));
      Arrays.stream(each).skip(1).map(setting -> "--set=" + setting).forEach(settings::add);
      works.add(Work.train("train: " + each[0], scene.data(), settings));
    }
    return works;
  }
}
