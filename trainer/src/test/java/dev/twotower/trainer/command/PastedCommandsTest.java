package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.message.ShellWord;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.Unfinished;
import dev.twotower.trainer.train.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that a message tells works as it stands, whatever the folders are named. */
class PastedCommandsTest {
  private static final String[] SMALL = {
    "--set=device=cpu",
    "--set=threads=1",
    "--set=batchSize=64",
    "--set=dim=8",
    "--set=user.embedding=8",
    "--set=item.embedding=8",
    "--set=epochs=1"
  };

  @TempDir Path temporary;
  private Path folder;
  private Path data;

  @BeforeEach
  void generate() throws Exception {
    folder = Files.createDirectory(temporary.resolve("my logs"));
    data = folder.resolve("it's $5 worth");
    Invocation made =
        Invocation.done("generate", "--to=" + data, "--users=40", "--items=100", "--rows=500");
    assertThat(Pasted.words(made.out(), "diagnose"))
        .containsExactly("diagnose", "--data", data.toString());
    Pasted.done(made.out(), "diagnose");
  }

  @Test
  void aLogIsDiagnosedAfterItsImport() throws Exception {
    Path csv = folder.resolve("a log.csv");
    Files.writeString(csv, "user,item\na,x\na,y\na,z\nb,x\nb,y\nb,z\n");
    Invocation made =
        Invocation.done(
            "import",
            "table",
            "--column=user=user",
            "--column=item=item",
            "--from=" + csv,
            "--to=" + folder.resolve("dad's `log`"));
    Pasted.done(made.out(), "diagnose");
  }

  @Test
  void aRunIsEvaluatedAndARunThatWasStoppedGoesOn() throws Exception {
    Path run = folder.resolve("run's \"first\"");
    Invocation trained = train(run);
    assertThat(Pasted.words(trained.out(), "evaluate"))
        .containsExactly("evaluate", "--run", run.toString());
    Pasted.done(trained.out(), "evaluate");

    Path stopped = folder.resolve("stopped's");
    int[] left = {3};
    RunConfig config =
        RunConfig.defaults()
            .with("device=cpu", "threads=1", "batchSize=64", "dim=8", "epochs=2")
            .with("user.embedding=8", "item.embedding=8", "checkpoint.everySteps=2");
    try (Dataset opened = Dataset.open(data)) {
      Training.start(
          opened, config, stopped, Training.Options.DEFAULT.withStop(() -> --left[0] <= 0));
    }
    Invocation.of("evaluate", "--run=" + stopped)
        .refused(
            3,
            "the run at '"
                + stopped
                + "' has no model yet: it was stopped, killed or failed, and no",
            "process trains it now; go on with:",
            "  twotower train");
    try (RunDirectory training = RunDirectory.openToWrite(stopped)) {
      assertThat(training.path()).isEqualTo(stopped);
      Invocation.of("evaluate", "--run=" + stopped)
          .refused(
              3, "has no model yet: it is being trained by this process, ", "wait until that ends");
    }
    aRunInRoundsGoesOnOnItsCluster(stopped);
    Path moved = Files.move(data, folder.resolve("moved $here's"));
    Invocation refused = Invocation.of("train", "--data=" + moved, "--out=" + stopped);
    assertThat(Pasted.words(refused.err(), "train"))
        .containsExactly(
            "train", "--data", moved.toString(), "--out", stopped.toString(), "--resume");
    Pasted.done(refused.err(), "train");
  }

  private void aRunInRoundsGoesOnOnItsCluster(Path run) throws IOException {
    Files.createDirectories(Unfinished.plan(run).getParent());
    Files.writeString(Unfinished.plan(run), "{}");
    String goOn = ShellWord.command("twotower-spark train --data %s --out %s --resume", data, run);
    Invocation.of("evaluate", "--run=" + run).refused(3, "has no model yet", "  " + goOn);
    Invocation.of("train", "--data=" + data, "--out=" + run)
        .refused(2, "started but not finished; continue with: " + goOn);
    Invocation.of("train", "--out=" + run, "--resume")
        .refused(2, "is trained in rounds over the parts of its log", "go on with: " + goOn);
    Files.delete(Unfinished.plan(run));
  }

  @Test
  void theBestOfASearchIsTrainedAndCodesAreBrowsed() throws Exception {
    Path search = folder.resolve("a search's");
    Invocation tuned =
        Invocation.done(
            with("tune", "--data=" + data, "--out=" + search, "--trials=1", "--minutes=1"));
    assertThat(Pasted.words(tuned.out(), "train"))
        .containsExactly(
            "train",
            "--data",
            data.toString(),
            "--config",
            search.resolve("best.yaml").toString(),
            "--out",
            "NEW");

    Path run = folder.resolve("a run");
    train(run);
    Invocation coded =
        Invocation.done(
            "quantize",
            "--run=" + run,
            "--out=" + folder.resolve("codes' own"),
            "--set=sizes=[4,4]",
            "--set=tree.lambda=0",
            "--set=warmup=0",
            "--set=epochs=1",
            "--set=device=cpu");
    Pasted.done(coded.out(), "browse");
  }

  private Invocation train(Path run) throws IOException {
    return Invocation.done(with("train", "--data=" + data, "--out=" + run));
  }

  private static String[] with(String... words) {
    String[] all = Arrays.copyOf(words, words.length + SMALL.length);
    System.arraycopy(SMALL, 0, all, words.length, SMALL.length);
    return all;
  }
}
