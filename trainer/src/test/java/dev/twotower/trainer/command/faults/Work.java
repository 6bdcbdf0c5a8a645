package dev.twotower.trainer.command.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A command that writes a folder, may be stopped amid it, and started again.
 *
 * @param name for the tally
 * @param start the command line, by the folder
 * @param again turns it into the one that goes on with what is there
 * @param answer what must be the same in the end
 */
record Work(
    String name,
    Function<Path, List<String>> start,
    UnaryOperator<List<String>> again,
    Answer answer) {

  private static final UnaryOperator<List<String>> RESUME =
      command ->
          Scene.with(
              command.stream().filter(word -> !word.startsWith("--set=")).toList(), "--resume");

  static Work train(String name, Path data, List<String> settings) {
    return new Work(
        name, out -> Scene.train(data, out, settings), RESUME, (out, reply) -> Results.run(out));
  }

  static Work quantize(Scene scene, String... settings) {
    return new Work(
        "quantize",
        out -> Scene.quantize(scene.run(), scene.data(), out, List.of(settings)),
        RESUME,
        (out, reply) -> Results.run(out));
  }

  static Work compare(Scene scene) {
    return new Work(
        "compare",
        out -> Scene.with(Scene.compare(scene.data(), out), "--set=checkpoint.everySteps=5"),
        UnaryOperator.identity(),
        Answer.files("report.json"));
  }

  static Work imports(Path log) {
    return new Work(
        "import",
        out -> Logs.imports(log, out),
        UnaryOperator.identity(),
        (out, reply) -> Results.folder(out));
  }

  static Work generate(int rows) {
    return new Work(
        "generate",
        out -> List.of("generate", "--to=" + out, "--rows=" + rows),
        UnaryOperator.identity(),
        (out, reply) -> Results.folder(out));
  }

  static Work export(Scene scene) {
    return new Work(
        "export",
        out ->
            List.of(
                "export",
                "--run=" + scene.run(),
                "--data=" + scene.data(),
                "--to=" + out,
                "--format=npy,safetensors,parquet"),
        UnaryOperator.identity(),
        (out, reply) -> Results.folder(out));
  }

  static Work tune(Scene scene) {
    return new Work(
        "tune",
        out -> Scene.with(Scene.tune(scene.data(), out), "--set=checkpoint.everySteps=5"),
        UnaryOperator.identity(),
        Answer.files("best.yaml", "tune.json"));
  }

  /** Lists of many users, by a model of few steps. */
  static Work lists(Lab lab) {
    Path data = lab.folder().resolve("many-users");
    Path run = lab.folder().resolve("many-users-run");
    lab.worker()
        .run(List.of("generate", "--to=" + data, "--users=20000", "--items=2000", "--rows=200000"));
    lab.worker().run(Scene.train(data, run, List.of("--set=maxSteps=2")));
    return new Work(
        "recommend --all",
        out ->
            List.of(
                "recommend",
                "--run=" + run,
                "--data=" + data,
                "--all",
                "-k=50",
                "--to=" + out.resolve("lists.parquet")),
        UnaryOperator.identity(),
        Answer.files("lists.parquet"));
  }

  /** The command that begins, or goes on where something is there. */
  List<String> next(Path out) {
    List<String> command = start.apply(out);
    return Files.exists(out) ? again.apply(command) : command;
  }
}
