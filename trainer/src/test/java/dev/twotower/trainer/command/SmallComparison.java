package dev.twotower.trainer.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Comparisons on a small generated log, quick enough for a test. */
record SmallComparison(Path folder) {
  /** Generates the log in a folder, where the comparisons go as well. */
  static SmallComparison in(Path folder) {
    SmallComparison small = new SmallComparison(folder);
    Invocation.of("generate", "--to=" + small.data(), "--users=60", "--items=200", "--rows=900");
    return small;
  }

  Path data() {
    return folder.resolve("data");
  }

  Invocation compare(String out, String arms, String... more) {
    List<String> options = new ArrayList<>(List.of("--arms", arms));
    options.addAll(List.of(more));
    return invoke("compare", out, options);
  }

  Invocation invoke(String command, String out, List<String> options) {
    List<String> arguments = new ArrayList<>(List.of(command, "--data", data().toString()));
    arguments.addAll(List.of("--out", folder.resolve(out).toString()));
    arguments.addAll(List.of("--seeds", "2", "--set", "epochs=1", "--set", "batchSize=64"));
    arguments.addAll(List.of("--set", "dim=4", "--set", "user.embedding=4"));
    arguments.addAll(List.of("--set", "item.embedding=4", "--device", "cpu"));
    arguments.addAll(options);
    return Invocation.of(arguments.toArray(String[]::new));
  }
}
