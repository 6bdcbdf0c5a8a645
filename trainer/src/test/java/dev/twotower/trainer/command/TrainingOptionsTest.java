package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options that stand for {@code --set}. */
class TrainingOptionsTest {
  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void generate() {
    data = folder.resolve("data");
    Invocation.done("generate", "--to=" + data, "--users=40", "--items=100", "--rows=500");
  }

  private Invocation train(String out, String... more) {
    String[] command = {
      "train", "--data=" + data, "--out=" + folder.resolve(out), "--device=cpu", "--set=threads=1"
    };
    return Invocation.of(
        Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new));
  }

  private RunConfig config(String run) {
    return RunDirectory.open(folder.resolve(run)).config();
  }

  @Test
  void eachSetsWhatItSays() {
    Invocation shorts =
        train(
            "short",
            "--epochs=1",
            "--batch-size=64",
            "--dim=8",
            "--temperature=0.3",
            "--table-learning-rate=0.1",
            "--learning-rate=0.01",
            "--seed=3");
    assertThat(shorts.exitCode()).as(shorts.err()).isZero();
    train(
        "long",
        "--set=epochs=1",
        "--set=batchSize=64",
        "--set=dim=8",
        "--set=loss.temperature=0.3",
        "--set=optimizer.tableLearningRate=0.1",
        "--set=optimizer.learningRate=0.01",
        "--set=seed=3");
    RunConfig set = config("short");
    assertThat(set).isEqualTo(config("long"));
    assertThat(set.epochs()).isEqualTo(1);
    assertThat(set.batchSize()).isEqualTo(64);
    assertThat(set.dim()).isEqualTo(8);
    assertThat(set.loss().temperature()).isEqualTo(0.3);
    assertThat(set.optimizer().tableLearningRate()).isEqualTo(0.1);
    assertThat(set.optimizer().learningRate()).isEqualTo(0.01);
    assertThat(set.seed()).isEqualTo(3);
    assertThat(shorts.err())
        .contains("optimizer.learningRate is that of dense layers, and this model has none");
  }

  @Test
  void aLearningRateOfLayersThatAreThereIsNotNoted() {
    Invocation trained =
        train(
            "run",
            "--epochs=1",
            "--batch-size=64",
            "--dim=8",
            "--learning-rate=0.01",
            "--set=item.hidden=[8]");
    assertThat(trained.exitCode()).as(trained.err()).isZero();
    assertThat(trained.err()).doesNotContain("dense layers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --epochs=0         | --epochs: received 0; allowed: whole number from 1 to
          --batch-size=1     | --batch-size: received 1; allowed: whole number from 2 to
          --dim=x            | --dim: received 'x'; allowed
          --temperature=-1   | --temperature: received -1
          --learning-rate=0  | --learning-rate: received 0
          --seed=1.5         | --seed: received 1.5; allowed
          """)
  void theValuesAreThoseOfTheSetting(String option, String told) {
    train("run", option).refused(2, told);
  }

  @Test
  void aSettingThatIsGivenTwiceIsRefused() {
    train("run", "--epochs=2", "--set=epochs=3", "--dim=8", "--set", "dim=8", "--set=device=cpu")
        .refused(
            2,
            "--epochs 2 and --set epochs=3 both say what epochs is; give one of them",
            "--dim 8 and --set dim=8 both say what dim is",
            "--device cpu and --set device=cpu both say what device is");
    train("run", "--epochs=2", "--epochs-of=" + folder.resolve("other"))
        .refused(2, "both say how many epochs to train");
  }

  @Test
  void mistakesAreThoseOfTheOptionTyped() {
    Invocation.of("train", "--data=" + data, "--out=x", "--epochs=2.5")
        .refused(2, "1 problem in --epochs" + System.lineSeparator() + "  --epochs: received 2.5");
    train("run", "--epochs=2.5", "--set=dim=x")
        .refused(2, "2 problems in --set, --device, --epochs", "  --epochs: received", "  dim: ");
  }

  @Test
  void aSettingOfASectionIsGivenTwiceToo() {
    train("run", "--temperature=0.1", "--set=loss={temperature: 0.3}")
        .refused(
            2,
            "--temperature 0.1 and --set loss={temperature: 0.3} both say what loss.temperature"
                + " is");
    train("run", "--epochs=2", "--set=epochs =3").refused(2, "both say what epochs is");
  }

  @Test
  void ofSeveralSetsTheLastCounts() {
    assertThat(train("run", "--set=epochs=1", "--set=epochs=2", "--batch-size=64").exitCode())
        .isZero();
    assertThat(config("run").epochs()).isEqualTo(2);
  }

  @Test
  void batchesThatAreTooLargeAreToldWithAllElse() {
    String rows = "batchSize is 99999, but the training split has ";
    train("run", "--batch-size=99999", "--set=optimizer.tableLearningRate=-1")
        .refused(2, "optimizer.tableLearningRate: received -1", rows);
    for (String command :
        List.of("train", "compare --arms=iid/identity,sorted/identity", "tune --trials=2")) {
      List<String> words = new ArrayList<>(List.of(command.split(" ")));
      words.addAll(List.of("--data=" + data, "--out=" + folder.resolve("o"), "--batch-size=99999"));
      Invocation alone = Invocation.of(words.toArray(String[]::new)).refused(2, rows);
      if (!command.equals("train")) {
        assertThat(alone.err()).startsWith("twotower " + words.get(0) + ": " + rows);
      }
      words.add("--set=user.features=[none]");
      Invocation.of(words.toArray(String[]::new)).refused(2, rows, "user.features[0]");
    }
  }

  @Test
  void anOptionThatIsGivenTwiceIsToldInWords() {
    Invocation twice =
        train("run", "--epochs=2", "--seed", "3", "--epochs=3", "--seed=4", "--dim=8");
    twice.refused(
        2,
        "option '--epochs' (N) should be specified only once",
        "option '--seed' (N) should be specified only once");
    assertThat(twice.err()).doesNotContain("expected only one match").doesNotContain("--dim");
    Invocation users = Invocation.of("recommend", "--run=r", "--user=a", "--user", "b");
    users.refused(2, "option '--user' (ID) should be specified only once");
    assertThat(users.err()).doesNotContain("expected only one match");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "compare", "tune"})
  void theHelpHasThemUnderOneHeading(String command) {
    assertThat(Invocation.done(command, "--help").out())
        .containsPattern("(?s)\\R\\RShort for --set:\\R +--epochs=N.*--seed=N.*\\R\\RExamples:");
  }
}
