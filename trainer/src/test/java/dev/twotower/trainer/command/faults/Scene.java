package dev.twotower.trainer.command.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What trials break copies of: a data set, whole and in parts, a finished run, one that a kill
 * interrupted, one that started from another, a search for settings, exports, semantic IDs and a
 * comparison. Each has a sibling of the same shape from another seed, in a folder that ends in
 * {@code -2}.
 */
record Scene(Path folder) {
  /** Settings under which a step takes a millisecond. */
  static final List<String> SMALL =
      List.of(
          "--set=device=cpu",
          "--set=threads=1",
          "--set=batchSize=64",
          "--set=dim=8",
          "--set=user.embedding=8",
          "--set=item.embedding=8",
          "--set=evaluation.metrics=[recall@10,ndcg@10,recall@20]",
          "--set=evaluation.stopMetric=recall@10");

  private static final List<String> RICH =
      List.of(
          "--set=item.features=[id,category]",
          "--set=user.hidden=[8]",
          "--set=loss.correction=streaming",
          "--set=loss.queue=64",
          "--set=loss.queueWarmup=2",
          "--set=evaluation.patience=0");

  private static final List<String> CODES =
      List.of(
          "--set=device=cpu",
          "--set=threads=1",
          "--set=sizes=[8,8]",
          "--set=hidden=[16]",
          "--set=batchSize=64",
          "--set=tree.batchSize=32",
          "--set=category=4");

  static Scene make(Lab lab, Path folder) throws IOException, InterruptedException {
    System.out.println("making the scene in " + folder);
    Scene scene = new Scene(folder);
    for (String suffix : List.of("", "-2")) {
      scene.makeAll(lab, suffix, suffix.isEmpty() ? 1 : 2);
    }
    scene.makeFeatured(lab);
    return scene;
  }

  Path data() {
    return folder.resolve("data");
  }

  Path run() {
    return folder.resolve("run");
  }

  static List<String> generate(Path to, int seed) {
    return List.of(
        "generate", "--to=" + to, "--users=60", "--items=200", "--rows=1500", "--seed=" + seed);
  }

  static List<String> train(Path data, Path out, List<String> settings) {
    List<String> command = new ArrayList<>(List.of("train", "--data=" + data, "--out=" + out));
    command.addAll(SMALL);
    command.addAll(settings);
    return command;
  }

  static List<String> quantize(Path run, Path data, Path out, List<String> settings) {
    List<String> command =
        new ArrayList<>(List.of("quantize", "--run=" + run, "--data=" + data, "--out=" + out));
    command.addAll(CODES);
    command.addAll(settings);
    return command;
  }

  static List<String> trainFrom(Path model, Path data, Path out, List<String> settings) {
    List<String> command =
        List.of(
            "train",
            "--from=" + model,
            "--from-data=" + data,
            "--data=" + data,
            "--out=" + out,
            "--set=epochs=1");
    return with(command, settings.toArray(String[]::new));
  }

  static List<String> tune(Path data, Path out) {
    List<String> command = List.of("tune", "--data=" + data, "--out=" + out, "--trials=2");
    return with(with(command, SMALL.toArray(String[]::new)), "--set=epochs=2");
  }

  static List<String> compare(Path data, Path out) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "compare",
                "--data=" + data,
                "--arms=iid/identity,sorted/identity+user",
                "--seeds=2",
                "--out=" + out,
                "--set=epochs=2"));
    command.addAll(SMALL);
    return command;
  }

  static List<String> with(List<String> settings, String... more) {
    return Stream.concat(settings.stream(), Stream.of(more)).toList();
  }

  private void makeAll(Lab lab, String suffix, int seed) throws IOException, InterruptedException {
    Path data = folder.resolve("data" + suffix);
    Path run = folder.resolve("run" + suffix);
    String seeded = "--set=seed=" + seed;
    done(lab, generate(data, seed));
    // Runs of both seeds are on one data set: their files can stand in each other's places.
    done(lab, train(data(), run, with(RICH, seeded, "--set=epochs=2")));
    done(
        lab,
        List.of(
            "export",
            "--run=" + run,
            "--data=" + data(),
            "--to=" + folder.resolve("export" + suffix),
            "--format=npy,safetensors,parquet"));
    done(
        lab,
        quantize(
            run,
            data(),
            folder.resolve("codes" + suffix),
            List.of(seeded, "--set=epochs=4", "--set=warmup=2", "--set=checkpointEpochs=2")));
    done(lab, with(compare(data(), folder.resolve("comparison" + suffix)), seeded));
    interrupted(
        lab,
        train(
            data(),
            folder.resolve("part" + suffix),
            with(RICH, seeded, "--set=epochs=8", "--set=checkpoint.everySteps=5")),
        folder.resolve("part" + suffix),
        60);
    interrupted(
        lab,
        quantize(
            run(),
            data(),
            folder.resolve("codes-part" + suffix),
            List.of(seeded, "--set=epochs=60", "--set=warmup=4", "--set=checkpointEpochs=2")),
        folder.resolve("codes-part" + suffix),
        8);
    makeFollowers(lab, suffix, seeded);
    Parts.of(data, folder.resolve("parted" + suffix));
  }

  /** What is made from a run: one that starts from it, a search, an index of its vectors. */
  private void makeFollowers(Lab lab, String suffix, String seeded) throws IOException {
    Path run = folder.resolve("run" + suffix);
    done(lab, trainFrom(run, data(), folder.resolve("warm" + suffix), List.of(seeded)));
    done(lab, with(tune(data(), folder.resolve("tune" + suffix)), seeded));
    done(
        lab,
        List.of(
            "export",
            "--run=" + run,
            "--data=" + data(),
            "--to=" + folder.resolve("index" + suffix),
            "--format=hnsw"));
  }

  /** A data set whose items have features of every kind. */
  private void makeFeatured(Lab lab) throws IOException {
    Path log = Logs.csv(folder.resolve("log.csv"), 2_000);
    StringBuilder items = new StringBuilder("item,name,kind,tags,price\n");
    for (int item = 0; item < 40; item++) {
      items.append(
          "i%d,thing number %d,k%d,a|b%d,%d.5\n".formatted(item, item, item % 4, item % 3, item));
    }
    Path file = Files.writeString(folder.resolve("items.csv"), items);
    done(
        lab,
        with(
            Logs.imports(log, folder.resolve("featured")),
            "--items=" + file,
            "--item-name=name",
            "--item-feature=categorical:kind",
            "--item-feature=multi:tags",
            "--item-feature=numeric:price",
            "--item-tokens=16"));
  }

  private static void done(Lab lab, List<String> command) {
    Reply reply = lab.worker().run(command);
    if (reply.code() != 0) {
      throw new IllegalStateException(
          String.join(" ", command) + " ended with " + reply.code() + ": " + reply.err());
    }
  }

  /** Runs a command and kills it behind a checkpoint. */
  private static void interrupted(Lab lab, List<String> command, Path out, long from)
      throws IOException, InterruptedException {
    for (int attempt = 0; attempt < 10; attempt++) {
      Folders.delete(out);
      Child child =
          Child.start(lab.folder().resolve("children"), lab.folder().resolve("tmp"), command);
      boolean there = child.await(() -> newest(out) >= from, 60_000);
      if (child.kill() && there) {
        return;
      }
    }
    throw new IllegalStateException(String.join(" ", command) + " cannot be caught at work");
  }

  /** Number of the newest checkpoint in a folder; -1 without one. */
  static long newest(Path out) {
    try (Stream<Path> files = Files.list(out)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("checkpoint-[0-9]+"))
          .mapToLong(name -> Long.parseLong(name.substring("checkpoint-".length())))
          .max()
          .orElse(-1);
    } catch (IOException | UncheckedIOException notYet) {
      return -1;
    }
  }
}
