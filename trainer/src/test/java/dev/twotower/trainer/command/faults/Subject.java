package dev.twotower.trainer.command.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * A folder of the scene that is damaged, and the commands that read it.
 *
 * @param folder its name
 * @param files which of its files are damaged
 */
record Subject(String folder, Predicate<String> files, List<Reader> readers) {
  private static final Predicate<String> ALL =
      file -> !file.endsWith(".lock") && !file.startsWith(".");

  static List<Subject> all(Scene scene, String user) {
    return List.of(
        new Subject("data", ALL, dataReaders(scene, user)),
        new Subject("run", ALL, runReaders(scene, user)),
        new Subject(
            "part",
            ALL,
            List.of(
                new Reader(
                    "train --resume",
                    (part, out) ->
                        List.of("train", "--data=" + scene.data(), "--out=" + part, "--resume"),
                    (out, reply) ->
                        Answer.files("part/model/weights.safetensors").read(out, reply)),
                new Reader("evaluate", (part, out) -> evaluate(part, scene.data()), Answer.JSON))),
        new Subject(
            "codes",
            ALL,
            List.of(
                new Reader(
                    "browse",
                    (codes, out) -> List.of("browse", "--codes=" + codes, "--json"),
                    Answer.JSON))),
        new Subject(
            "codes-part",
            ALL,
            List.of(
                new Reader(
                    "quantize --resume",
                    (part, out) ->
                        List.of(
                            "quantize",
                            "--run=" + scene.run(),
                            "--data=" + scene.data(),
                            "--out=" + part,
                            "--resume"),
                    Answer.files("codes-part/result/codes.parquet")))),
        new Subject(
            "export",
            file -> !file.startsWith("users"),
            List.of(
                vectors("npy", scene), vectors("safetensors", scene), vectors("parquet", scene))),
        new Subject(
            "codes",
            ALL,
            List.of(
                new Reader(
                    "quantize --from",
                    (codes, out) ->
                        List.of(
                            "quantize",
                            "--run=" + scene.run(),
                            "--data=" + scene.data(),
                            "--out=" + out.resolve("new"),
                            "--from=" + codes),
                    Answer.files("new/result/codes.parquet")))),
        new Subject(
            "index",
            file -> !file.startsWith("users"),
            List.of(
                new Reader(
                    "recommend --index",
                    (index, out) ->
                        Scene.with(
                            recommend(scene.run(), scene.data(), user),
                            "--index=" + index.resolve("items.hnsw")),
                    Answer.JSON))),
        new Subject(
            "warm",
            file -> file.equals("from.json") || file.matches("model.*|SHA256SUMS|config.yaml"),
            List.of(
                new Reader("evaluate", (run, out) -> evaluate(run, scene.data()), Answer.JSON),
                new Reader(
                    "train --from",
                    (run, out) -> Scene.trainFrom(run, scene.data(), out.resolve("new"), List.of()),
                    Answer.files("new/model/weights.safetensors", "new/model/optimizer.json")))),
        new Subject(
            "tune",
            file -> !file.startsWith("runs/001"),
            List.of(
                new Reader(
                    "tune",
                    (tune, out) -> Scene.with(Scene.tune(scene.data(), tune), "--set=seed=1"),
                    Answer.files("tune/best.yaml", "tune/tune.json")))),
        new Subject(
            "parted",
            ALL,
            dataReaders(scene, user).stream()
                .filter(reader -> reader.name().matches("train|describe|diagnose"))
                .toList()),
        new Subject(
            "comparison",
            file -> !file.contains("/") || !file.contains("-2"),
            List.of(
                new Reader(
                    "compare",
                    (comparison, out) ->
                        Scene.with(Scene.compare(scene.data(), comparison), "--set=seed=1"),
                    Answer.files("comparison/report.json")))));
  }

  private static List<String> evaluate(Path run, Path data) {
    return List.of("evaluate", "--run=" + run, "--data=" + data, "--json", "--replicates=20");
  }

  private static List<Reader> dataReaders(Scene scene, String user) {
    return List.of(
        new Reader(
            "train",
            (data, out) -> Scene.train(data, out.resolve("new"), List.of("--set=epochs=1")),
            Answer.files("new/model/weights.safetensors")),
        new Reader("evaluate", (data, out) -> evaluate(scene.run(), data), Answer.JSON),
        new Reader(
            "describe",
            (data, out) -> List.of("describe", "--data=" + data, "--json"),
            Answer.JSON),
        new Reader(
            "diagnose",
            (data, out) ->
                List.of("diagnose", "--data=" + data, "--json", "--mask=identity,identity+user"),
            Answer.JSON),
        recommend((data, out) -> recommend(scene.run(), data, user)),
        new Reader(
            "export",
            (data, out) -> export(scene.run(), data, out),
            Answer.files("new/items.npy", "new/users.npy")),
        new Reader(
            "quantize",
            (data, out) -> Scene.quantize(scene.run(), data, out.resolve("new"), QUICK_CODES),
            Answer.files("new/result/codes.parquet")),
        new Reader(
            "compare",
            (data, out) -> Scene.with(Scene.compare(data, out.resolve("new")), "--set=maxSteps=4"),
            Answer.files("new/report.json")));
  }

  private static final List<String> QUICK_CODES =
      List.of("--set=epochs=2", "--set=warmup=1", "--set=checkpointEpochs=2");

  private static List<Reader> runReaders(Scene scene, String user) {
    return List.of(
        new Reader("evaluate", (run, out) -> evaluate(run, scene.data()), Answer.JSON),
        recommend((run, out) -> recommend(run, scene.data(), user)),
        new Reader(
            "evaluate --against",
            (run, out) ->
                Scene.with(
                    evaluate(scene.folder().resolve("warm"), scene.data()),
                    "--against=" + run,
                    "--against-data=" + scene.data()),
            Answer.JSON),
        new Reader(
            "similar",
            (run, out) ->
                List.of("similar", "--run=" + run, "--data=" + scene.data(), "--item=i1", "--json"),
            Answer.JSON),
        new Reader(
            "export",
            (run, out) -> export(run, scene.data(), out),
            Answer.files("new/items.npy", "new/users.npy")),
        new Reader(
            "quantize",
            (run, out) -> Scene.quantize(run, scene.data(), out.resolve("new"), QUICK_CODES),
            Answer.files("new/result/codes.parquet")),
        new Reader(
            "train --resume",
            (run, out) ->
                List.of("train", "--data=" + scene.data(), "--out=" + run, "--resume", "--json"),
            (out, reply) ->
                Answer.JSON.read(out, reply)
                    + Answer.files("run/model/weights.safetensors").read(out, reply)));
  }

  private static Reader recommend(BiFunction<Path, Path, List<String>> command) {
    return new Reader("recommend", command, Answer.JSON);
  }

  private static List<String> recommend(Path run, Path data, String user) {
    return List.of("recommend", "--run=" + run, "--data=" + data, "--user=" + user, "--json");
  }

  private static List<String> export(Path run, Path data, Path out) {
    return List.of(
        "export", "--run=" + run, "--data=" + data, "--to=" + out.resolve("new"), "--format=npy");
  }

  private static Reader vectors(String format, Scene scene) {
    return new Reader(
        "quantize --vectors " + format,
        (export, out) -> {
          List<String> command =
              new ArrayList<>(
                  Scene.quantize(scene.run(), scene.data(), out.resolve("new"), QUICK_CODES));
          command.set(
              1,
              "--vectors="
                  + export.resolve(
                      format.equals("safetensors") ? "vectors.safetensors" : "items." + format));
          return command;
        },
        Answer.files("new/result/codes.parquet"));
  }
}
