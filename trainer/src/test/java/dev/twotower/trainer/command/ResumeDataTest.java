package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run goes on with the data set that it was started on, without being told of it again. */
class ResumeDataTest {
  @TempDir Path folder;
  private Path data;
  private Path out;

  @BeforeEach
  void generate() {
    data = generated("data", 1);
    out = folder.resolve("run");
  }

  private Path generated(String name, int seed) {
    Path made = folder.resolve(name);
    Invocation.done(
        "generate", "--to=" + made, "--users=40", "--items=100", "--rows=500", "--seed=" + seed);
    return made;
  }

  /** Starts a run that stops after some steps; with none it is as if killed at once. */
  private void begin(int steps, String... more) throws IOException, InterruptedException {
    RunConfig config =
        RunConfig.defaults()
            .with("device=cpu", "threads=1", "batchSize=64", "dim=8", "epochs=2")
            .with("user.embedding=8", "item.embedding=8", "checkpoint.everySteps=2")
            .with(more);
    int[] left = {steps};
    try (Dataset opened = Dataset.open(data)) {
      Training.start(opened, config, out, Training.Options.DEFAULT.withStop(() -> --left[0] <= 0));
    }
    if (steps == 0) {
      try (var files = Files.list(out)) {
        for (Path file : files.filter(each -> each.toString().contains("checkpoint-")).toList()) {
          try (var parts = Files.list(file)) {
            for (Path part : parts.toList()) {
              Files.delete(part);
            }
          }
          Files.delete(file);
        }
      }
    }
  }

  private Invocation resume(String... more) {
    String[] command = new String[3 + more.length];
    command[0] = "train";
    command[1] = "--out=" + out;
    command[2] = "--resume";
    System.arraycopy(more, 0, command, 3, more.length);
    return Invocation.of(command);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void aRunIsResumedByItsNameAlone(int steps) throws Exception {
    begin(steps);
    Invocation.of("train", "--data=" + data, "--out=" + out)
        .refused(2, "continue with: twotower train --out " + out + " --resume, or");
    assertThat(resume().exitCode()).isZero();
    assertThat(RunDirectory.unfinished(out)).isFalse();
    assertThat(out.resolve("SHA256SUMS")).content().contains("  data.json");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void aDataSetThatWasMovedIsNamedAgain(int steps) throws Exception {
    begin(steps);
    Path moved = folder.resolve("moved");
    Files.move(data, moved);
    resume()
        .refused(
            2,
            "the data set of " + out + " is not at '" + data + "'; name where it is with --data");
    Invocation.of("train", "--data=" + moved, "--out=" + out)
        .refused(2, "continue with: twotower train --data " + moved + " --out " + out);
    assertThat(resume("--data=" + moved).exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void anotherDataSetInItsPlaceIsRefused(int steps) throws Exception {
    begin(steps);
    Files.move(data, folder.resolve("away"));
    generated("data", 2);
    resume().refused(3, "the data set has checksum", "name that one with --data");
    String known = RunDirectory.checksum(folder.resolve("away"));
    resume().refused(3, known).refused(3, RunDirectory.checksum(data));
    Invocation moved = resume("--data=" + folder.resolve("away"));
    assertThat(moved.exitCode()).as(moved.err()).isZero();
    assertThat(RunDirectory.unfinished(out)).isFalse();
    Invocation.of("evaluate", "--run=" + out, "--data=" + data)
        .refused(3, "the run was trained on " + known, "evaluate --run NEW --against " + out);
  }

  @Test
  void aCommandToGoOnNamesTheDataSetWhereAnotherIsInItsPlace() throws Exception {
    begin(3);
    Path away = Files.move(data, folder.resolve("away"));
    generated("data", 2);
    Invocation told = Invocation.of("train", "--data=" + away, "--out=" + out);
    told.refused(2, "continue with: twotower train --data " + away + " --out " + out);
    Invocation.of("train", "--data=" + data, "--out=" + out)
        .refused(2, "continue with: twotower train --data DIR --out " + out);
    Pasted.done(told.err(), "train");
    assertThat(RunDirectory.unfinished(out)).isFalse();
  }

  /** 30 rows are no batch of 64. */
  @Test
  void anotherDataSetIsRefusedForThatAloneWhateverElseDoesNotFit() throws Exception {
    begin(3);
    Files.move(data, folder.resolve("away"));
    Invocation.done("generate", "--to=" + data, "--users=10", "--items=100", "--rows=30");
    assertThat(resume().refused(3, "the data set has checksum").err()).doesNotContain("batchSize");
    try (Dataset small = Dataset.open(data)) {
      assertThatThrownBy(() -> Training.resume(small, out, Training.Options.DEFAULT))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("the data set has checksum");
    }
  }

  /** No weight moves, so the best epoch is the first, before the data set was moved. */
  @Test
  void whatARunSaysToDoNextWorksAfterItsDataSetWasMoved() throws Exception {
    begin(8, "optimizer.learningRate=1e-30", "optimizer.tableLearningRate=1e-30");
    Path moved = Files.move(data, folder.resolve("moved"));
    generated("data", 2);
    Path copy = folder.resolve("copy");
    copy(out, copy);
    Invocation early = Invocation.done("evaluate", "--run=" + copy, "--data=" + moved);
    assertThat(early.err()).contains("twotower train --data " + moved + " --out " + copy);
    Pasted.done(early.err(), "train");
    assertThat(RunDirectory.unfinished(copy)).isFalse();

    Invocation resumed = resume("--data=" + moved);
    assertThat(resumed.out()).contains("next: twotower evaluate --run " + out + " --data " + moved);
    Pasted.done(resumed.out(), "evaluate");
    Invocation.of("evaluate", "--run=" + out).refused(3, "checksum");
  }

  /** The model knows where the data set was when it was kept, so nothing needs to be named. */
  @Test
  void aModelThatWasKeptAfterTheMoveKnowsItsDataSet() throws Exception {
    begin(3);
    Path moved = Files.move(data, folder.resolve("moved"));
    generated("data", 2);
    Invocation resumed = resume("--data=" + moved);
    assertThat(resumed.out())
        .contains("next: twotower evaluate --run " + out)
        .doesNotContain("--data");
    Pasted.done(resumed.out(), "evaluate");
    assertThat(resume().exitCode()).isZero();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Test
  void whatTheRunKnowsIsVouchedFor() throws Exception {
    begin(3);
    Path known = out.resolve("data.json");
    Files.writeString(known, Files.readString(known).replace("data\"", "else\""));
    resume().refused(3, known.toString());
    Files.delete(known);
    resume().refused(3, known.toString());
  }

  @Test
  void aRunOfAnEarlierVersionIsToldItsDataSet() throws Exception {
    RunDirectory.create(
            out,
            RunConfig.defaults()
                .with("device=cpu", "threads=1", "batchSize=64", "dim=8", "epochs=2")
                .with("user.embedding=8", "item.embedding=8"))
        .close();
    resume().refused(2, "does not know its data set", "name where it is with --data");
    assertThat(resume("--data=" + data).exitCode()).isZero();
    assertThat(resume().exitCode()).as("the model knows").isZero();
  }

  @Test
  void aRunThatIsNewNeedsOne() {
    Invocation.of("train", "--out=" + out)
        .refused(2, "--data is missing; allowed: a data set made by import or generate");
    resume().refused(2, "no run at '" + out + "'");
    Invocation.of("train", "--out=" + out, "--replay=" + out.resolve("failed-batch-1.json"))
        .refused(2, "no run at '" + out + "'");
  }

  /** Killed while it tried temperatures, there is nothing to go on with. */
  @Test
  void aRunThatDidNotBeginIsToBeStartedAnew() throws IOException {
    Files.createDirectories(out.resolveSibling("." + out.getFileName() + ".trials-1/x"));
    resume().refused(2, "no run at '" + out + "' yet", "without --resume");
  }
}
