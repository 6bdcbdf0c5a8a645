package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.ids.quantize.QuantizerListener;
import dev.twotower.trainer.ids.quantize.QuantizerTraining;
import dev.twotower.trainer.ids.vectors.ItemVectors;
import dev.twotower.trainer.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * Small runs, whole and interrupted, the vectors and codes of them, and a comparison: one of each
 * kind of file that a command reads, and the commands that read them.
 */
public final class SmallRuns {
  static final String SEAL = "SHA256SUMS";

  private final Path folder;
  private final Path data;

  private SmallRuns(Path folder) {
    this.folder = folder;
    this.data = folder.resolve("data");
  }

  /** Writes them all into a folder. */
  static SmallRuns in(Path folder) throws Exception {
    SmallRuns runs = new SmallRuns(folder);
    runs.write();
    return runs;
  }

  private void write() throws Exception {
    Invocation.done(
        "generate", "--to", data.toString(), "--users", "60", "--items", "120", "--rows", "900");
    RunConfig config =
        RunConfig.defaults()
            .with("device=cpu", "threads=1", "batchSize=128", "dim=8", "user.embedding=8")
            .with("item.embedding=8", "user.hidden=[8]", "epochs=4", "evaluation.patience=0");
    try (Dataset opened = Dataset.open(data)) {
      for (String run : List.of("run", "other")) {
        RunConfig own = config.with("epochs=1", "seed=" + (run.equals("run") ? 1 : 2));
        Training.start(opened, own, folder.resolve(run), Training.Options.DEFAULT);
      }
      for (String run : List.of("part", "other-part")) {
        AtomicInteger steps = new AtomicInteger();
        Training.start(
            opened,
            config.with("seed=" + run.length(), "checkpoint.everySteps=6"),
            folder.resolve(run),
            Training.Options.DEFAULT.withStop(() -> steps.incrementAndGet() == 16));
      }
    }
    for (String run : List.of("run", "other")) {
      Invocation.done(
          "export",
          "--run=" + folder.resolve(run),
          "--to=" + folder.resolve(run + "-vectors"),
          "--format=npy,safetensors,parquet");
      Path vectors = folder.resolve(run + "-vectors").resolve("items.npy");
      ItemVectors items = ItemVectors.ofFile(vectors);
      QuantizeConfig quantizer =
          QuantizeConfig.load(Optional.empty(), List.of())
              .with(
                  "sizes=[4,4]", "warmup=1", "epochs=3", "tree.lambda=0", "device=cpu", "hidden=[]")
              .with("checkpointEpochs=1");
      QuantizerTraining.start(
          items, quantizer, folder.resolve(run + "-ids"), QuantizerListener.SILENT, () -> false);
      QuantizerTraining.start(
          items, quantizer, folder.resolve(run + "-begun"), QuantizerListener.SILENT, () -> true);
    }
    Invocation.done(compare());
  }

  String[] compare() {
    return comparison(data, folder.resolve("comparison"));
  }

  /** The words that compare two layouts, with one short run each. */
  public static String[] comparison(Path data, Path out, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "compare",
                "--data=" + data,
                "--out=" + out,
                "--arms=iid/identity,sorted/identity",
                "--seeds=1",
                "--device=cpu",
                "--set=epochs=1",
                "--set=batchSize=128",
                "--set=dim=8",
                "--set=user.embedding=8",
                "--set=item.embedding=8"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  String at(String path) {
    return folder.resolve(path).toString();
  }

  String[] evaluate() {
    return new String[] {"evaluate", "--run=" + at("run"), "--replicates=0"};
  }

  String[] resume() {
    return new String[] {"train", "--data=" + data, "--out=" + at("part"), "--resume"};
  }

  private String[] browse() {
    return new String[] {"browse", "--codes=" + at("run-ids")};
  }

  String[] quantize(String file) {
    return new String[] {
      "quantize",
      "--vectors=" + at("run-vectors/" + file),
      "--out=" + at("never"),
      "--set=sizes=[4]"
    };
  }

  String[] resumeQuantizer() {
    return new String[] {
      "quantize", "--vectors=" + at("run-vectors/items.npy"), "--out=" + at("run-begun"), "--resume"
    };
  }

  /** Files, the command that reads them, and where another file of the kind lies. */
  Stream<Arguments> filesAndReaders() throws IOException {
    List<Arguments> all = new ArrayList<>();
    for (String file :
        List.of(
            "config.yaml",
            SEAL,
            "model/model.json",
            "model/weights.safetensors",
            "model/" + SEAL)) {
      all.add(Arguments.of("run/" + file, "other/" + file, evaluate()));
    }
    String checkpoint = "/" + newest("part") + "/";
    for (String file :
        List.of(
            "/config.yaml",
            "/" + SEAL,
            "/metrics.jsonl",
            "/model/model.json",
            "/model/weights.safetensors",
            "/model/" + SEAL,
            checkpoint + "state.json",
            checkpoint + "weights.safetensors",
            checkpoint + "optimizer.safetensors",
            checkpoint + "planning.bin",
            checkpoint + SEAL)) {
      all.add(Arguments.of("part" + file, "other-part" + file, resume()));
    }
    for (String file :
        List.of(
            "/config.yaml",
            "/input.json",
            "/" + SEAL,
            "/result/codes.parquet",
            "/result/" + SEAL)) {
      all.add(Arguments.of("run-ids" + file, "other-ids" + file, browse()));
    }
    checkpoint = "/" + newest("run-begun") + "/";
    for (String file :
        List.of(
            "/config.yaml",
            "/input.json",
            "/metrics.jsonl",
            "/" + SEAL,
            checkpoint + "state.json",
            checkpoint + "weights.safetensors",
            checkpoint + "optimizer.safetensors",
            checkpoint + SEAL)) {
      all.add(Arguments.of("run-begun" + file, "other-begun" + file, resumeQuantizer()));
    }
    for (String file : List.of("items.npy", "items.parquet", "vectors.safetensors")) {
      all.add(Arguments.of("run-vectors/" + file, "other-vectors/" + file, quantize(file)));
    }
    for (String file : List.of("items.ids.json", "export.json", SEAL)) {
      all.add(Arguments.of("run-vectors/" + file, "other-vectors/" + file, quantize("items.npy")));
    }
    for (String file : List.of("report.json", SEAL)) {
      all.add(Arguments.of("comparison/" + file, "run/" + SEAL, compare()));
    }
    for (String file :
        List.of(
            "/config.yaml",
            "/metrics.jsonl",
            "/result.json",
            "/" + SEAL,
            "/model/model.json",
            "/model/weights.safetensors",
            "/model/" + SEAL)) {
      all.add(
          Arguments.of(
              "comparison/runs/01-iid_identity/seed-1" + file,
              "comparison/runs/02-sorted_identity/seed-1" + file,
              compare()));
    }
    return all.stream();
  }

  private String newest(String run) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(run))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("checkpoint-"))
          .max(Comparator.comparingInt(name -> Integer.parseInt(name.substring(11))))
          .orElseThrow();
    }
  }
}
