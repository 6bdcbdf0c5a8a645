package dev.twotower.trainer.command.fuzz;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.command.Invocation;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The small files that mutations start from, each where its reader looks for it, and a copy of them
 * to go back to.
 */
record Scenes(Path folder, Path whole) {
  private static final String ROWS =
      IntStream.range(0, 24)
          .mapToObj(
              row ->
                  "u%d,i%d,%d,%s\n"
                      .formatted(
                          row % 4, row % 7, 1_600_000_000 + row * 100, row % 2 == 0 ? "a" : "b"))
          .collect(Collectors.joining());
  private static final String LOG = "user,item,time,place\n" + ROWS;

  private static final List<String> SMALL =
      List.of(
          "--set=device=cpu",
          "--set=threads=1",
          "--set=batchSize=8",
          "--set=dim=4",
          "--set=user.embedding=4",
          "--set=item.embedding=4",
          "--set=loss.correction=streaming",
          "--set=loss.queue=8",
          "--set=loss.queueWarmup=1",
          "--set=checkpoint.everySteps=2");

  /** Makes what a reader needs. */
  static Scenes make(FuzzReader reader, Path folder) throws IOException {
    Path whole = folder.resolve("whole");
    Files.createDirectories(whole);
    switch (reader) {
      case ARROW -> LogFiles.arrow(whole.resolve("log.arrow"), LOG);
      case CSV -> Files.writeString(whole.resolve("log.csv"), LOG);
      case JSON -> Files.writeString(whole.resolve("log.json"), LogFiles.json(LOG));
      case PARQUET -> LogFiles.parquet(whole.resolve("log.parquet"), LOG);
      case DATASET, PART, REQUESTS, USERS, ITEMS, VOCABULARY, TAXONOMY -> data(whole);
      case SAFETENSORS, NPY, IDS -> {
        train(whole, "run", "--set=epochs=1");
        run(
            "export",
            "--run=" + whole.resolve("run"),
            "--to=" + whole.resolve("export"),
            "--format=npy,safetensors");
      }
      case CONFIG -> Files.writeString(whole.resolve("config.yaml"), RunConfig.defaults().toYaml());
      case QUANTIZE ->
          Files.writeString(whole.resolve("quantize.yaml"), QuantizeConfig.defaults().toYaml());
      case METRICS, CARD -> train(whole, "run", "--set=epochs=2");
      case REPORT -> report(whole);
      case STATE, PLANNING -> {
        train(whole, "part", "--set=epochs=3");
        interrupt(whole.resolve("part"));
      }
    }
    Scenes scene = new Scenes(folder.resolve("scene"), whole);
    copy(whole, scene.folder);
    return scene;
  }

  /** The bytes that the mutated file has. */
  byte[] seed(FuzzReader reader) throws IOException {
    return Files.readAllBytes(whole.resolve(reader.file()));
  }

  /** Undoes what the last reading changed beside the file itself. */
  void prepare(FuzzReader reader) throws IOException {
    if (reader == FuzzReader.STATE || reader == FuzzReader.PLANNING) {
      delete(folder);
      copy(whole, folder);
    }
  }

  private static void data(Path whole) throws IOException {
    Path log = Files.writeString(whole.resolve("log.csv"), LOG);
    StringBuilder items = new StringBuilder("item,name,kind,tags,price,top,leaf\n");
    for (int item = 0; item < 7; item++) {
      items.append(
          "i%d,thing %d,k%d,a|b%d,%d.5,t%d,l%d\n"
              .formatted(item, item, item % 2, item % 3, item, item % 2, item % 4));
    }
    Path file = Files.writeString(whole.resolve("items.csv"), items);
    run(
        "import",
        "table",
        "--from=" + log,
        "--to=" + whole.resolve("data"),
        "--column=user=user",
        "--column=item=item",
        "--column=time=time",
        "--context=place",
        "--session-gap=300",
        "--items=" + file,
        "--item-name=name",
        "--item-feature=categorical:kind",
        "--item-feature=multi:tags",
        "--item-feature=numeric:price",
        "--tree=top>leaf");
    try (Dataset data = Dataset.open(whole.resolve("data"))) {
      data.users();
    }
  }

  private static void train(Path whole, String out, String... more) throws IOException {
    data(whole);
    run(
        Stream.of(
                Stream.of(
                    "train", "--data=" + whole.resolve("data"), "--out=" + whole.resolve(out)),
                SMALL.stream(),
                Stream.of(more))
            .flatMap(words -> words)
            .toArray(String[]::new));
  }

  private static void report(Path whole) throws IOException {
    data(whole);
    Path out = whole.resolve("comparison");
    run(
        Stream.concat(
                Stream.of(
                    "compare",
                    "--data=" + whole.resolve("data"),
                    "--out=" + out,
                    "--arms=iid/identity,sorted/identity",
                    "--seeds=2",
                    "--set=epochs=1"),
                SMALL.stream().filter(word -> !word.contains("checkpoint")))
            .toArray(String[]::new));
  }

  private static void run(String... command) {
    Invocation done = Invocation.of(command);
    if (done.exitCode() != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + done.err());
    }
  }

  /** Leaves of a run of three epochs what a kill in the last of them would leave. */
  private static void interrupt(Path run) throws IOException {
    delete(run.resolve("checkpoint-6"));
    Path seal = run.resolve("SHA256SUMS");
    Files.write(
        seal,
        Files.readAllLines(seal).stream().filter(line -> line.endsWith("config.yaml")).toList());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
