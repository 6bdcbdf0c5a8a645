package dev.twotower.spark.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.spark.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A small log with a table about its items, and runs trained on it.
 *
 * @param temp the folder they all are in
 */
record RoundScene(Path temp) {
  private static final List<String> SETTINGS =
      List.of(
          "device=cpu",
          "threads=1",
          "batchSize=64",
          "dim=8",
          "epochs=2",
          "user.hidden=[8]",
          "loss.correction=streaming",
          "loss.learnTemperature=true",
          "optimizer.schedule=cosine",
          "optimizer.warmupSteps=3",
          "evaluation.users=6",
          "evaluation.patience=0");

  /** Prepares the log in one part and in two. */
  void prepare() throws IOException {
    Random random = new Random(5);
    List<String> lines = new ArrayList<>(List.of("who,what,basket,at,place"));
    for (int row = 0; row < 1500; row++) {
      int user = random.nextInt(60);
      int item = Math.min(random.nextInt(80), random.nextInt(80));
      lines.add(
          "%d,%d,%d,%d,p%d"
              .formatted(user, item, user * 10 + random.nextInt(5), 1000 + row, row % 3));
    }
    Path log = Files.write(temp.resolve("log.csv"), lines);
    List<String> items = new ArrayList<>(List.of("what,called"));
    for (int item = 0; item < 80; item++) {
      items.add("%d,thing %d".formatted(item, item));
    }
    Path about = Files.write(temp.resolve("items.csv"), items);
    for (int parts : new int[] {1, 2}) {
      done(
          "prepare",
          "--from=" + log,
          "--to=" + temp.resolve("parts-" + parts),
          "--parts=" + parts,
          "--column=user=who",
          "--column=item=what",
          "--column=request=basket",
          "--column=time=at",
          "--context=place",
          "--items=" + about,
          "--item-name=called");
    }
  }

  /** Trains a run on so many parts, and returns what was said. */
  String train(int parts, String run, String rounds) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "train",
                "--data=" + temp.resolve("parts-" + parts),
                "--out=" + temp.resolve(run),
                "--rounds-per-epoch=" + rounds,
                "--keep-rounds=0"));
    SETTINGS.forEach(setting -> args.add("--set=" + setting));
    LocalSpark.Result result = LocalSpark.run(args.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.err();
  }

  /** Runs a command that must succeed, and returns its answer. */
  static String done(String... args) {
    LocalSpark.Result result = LocalSpark.run(args);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.out();
  }

  byte[] weights(String run) throws IOException {
    return Files.readAllBytes(temp.resolve(run).resolve("model/weights.safetensors"));
  }
}
