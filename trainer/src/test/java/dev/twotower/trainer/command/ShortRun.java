package dev.twotower.trainer.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.dataset.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of two epochs on a small generated log, made by the command line.
 *
 * @param data the log: 60 users, 200 items, 900 rows, of which 780 are learned from
 * @param run what was trained on it
 * @param trained what train said
 */
record ShortRun(Path data, Path run, JsonNode trained) {
  static ShortRun in(Path folder) {
    Path data = folder.resolve("data");
    Invocation.done("generate", "--to=" + data, "--users=60", "--items=200", "--rows=900");
    Path run = folder.resolve("a run");
    return new ShortRun(data, run, train(data, run, "--json").json());
  }

  /** Trains another run in the same way, apart from what more words say. */
  Invocation train(Path out, String... more) {
    return train(data, out, more);
  }

  private static Invocation train(Path data, Path out, String... more) {
    List<String> words = new ArrayList<>(List.of("train", "--data", data.toString()));
    words.addAll(List.of("--out", out.toString(), "--device", "cpu"));
    words.addAll(List.of("--set", "epochs=2", "--set", "batchSize=128", "--set", "dim=8"));
    words.addAll(List.of("--set", "user.embedding=8", "--set", "item.embedding=8"));
    words.addAll(List.of(more));
    return Invocation.of(words.toArray(String[]::new));
  }

  /** Somebody in the log. */
  String user() {
    try (Dataset opened = Dataset.open(data)) {
      return opened.userTable().id(3);
    }
  }
}
