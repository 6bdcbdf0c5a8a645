package dev.twotower.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.Layout;
import dev.twotower.data.sampling.tree.HierarchicalOptions;
import dev.twotower.data.tree.TargetSchedule;
import dev.twotower.trainer.config.ConfigException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunConfigTest {
  @TempDir Path folder;

  @Test
  void defaultsAreThoseOfTheDocumentedFile() {
    RunConfig config = RunConfig.defaults();
    assertThat(config.seed()).isEqualTo(1);
    assertThat(config.device()).isEqualTo("auto");
    assertThat(config.layout()).hasToString("requests:100000:8");
    assertThat(config.masks()).hasToString("identity+user");
    assertThat(config.batchSize()).isEqualTo(4096);
    assertThat(config.engine()).isEqualTo(RunConfig.Engine.DEDUP);
    assertThat(config.loss().temperature()).isEqualTo(0.2);
    assertThat(config.loss().correction()).isEqualTo(LossConfig.Correction.EMPIRICAL);
    assertThat(config.user().features()).containsExactly(FeatureConfig.of("id"));
    assertThat(config.user().history())
        .contains(new HistoryConfig(0, HistoryConfig.Pooling.MEAN, 1, 1, false, false, "item"));
    assertThat(config.item().history()).isEmpty();
    assertThat(config.optimizer().tables()).isEqualTo(OptimizerConfig.Tables.ROWWISE_ADAGRAD);
    assertThat(config.evaluation().split()).isEqualTo(Split.VALIDATION);
    assertThat(config.checkpoint().keep()).isEqualTo(2);
    assertThat(config.tree().enabled()).isFalse();
    assertThat(config.tree().targets()).isEqualTo(TargetSchedule.THREE_CLASSES);
    assertThat(config.tree().hierarchical())
        .isEqualTo(HierarchicalOptions.of(config.tree().batchSize()));
    assertThat(config.item().idDropout()).isZero();
  }

  @Test
  void embeddingsAreAsWideAsTheOutputUnlessTheyAreGiven() throws IOException {
    RunConfig wide = RunConfig.load(Optional.empty(), List.of("dim=16", "item.embedding=8"));
    assertThat(wide.user().embedding()).isEqualTo(16);
    assertThat(wide.item().embedding()).isEqualTo(8);
    RunConfig wider = wide.with("dim=32");
    assertThat(wider.user().embedding()).isEqualTo(32);
    assertThat(wider.item().embedding()).isEqualTo(8);
    assertThat(wide.with("dim=32", "user.embedding=4").user().embedding()).isEqualTo(4);
  }

  @Test
  void aConfigurationHoldsNothingThatIsLeftToBeChosen() {
    assertThatThrownBy(() -> RunConfig.defaults().with("epochs=auto"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("epochs: received 'auto'; allowed: whole number from 1 to 100000");
    assertThat(RunConfig.defaults().toYaml().lines().filter(line -> line.contains("auto")))
        .as("left to the machine that trains, and to it alone")
        .containsExactly("device: auto", "shuffle: auto");
  }

  @Test
  void overridesLieOverTheFileAndTheFileOverTheDefaults() throws IOException {
    Path file = write("epochs: 7\nloss:\n  temperature: 0.2\n  correction: leave-user-out\n");
    RunConfig config =
        RunConfig.load(
            Optional.of(file), List.of("loss.temperature=5e-2", "user.hidden=[256, 128]"));
    assertThat(config.epochs()).isEqualTo(7);
    assertThat(config.loss().temperature()).isEqualTo(0.05);
    assertThat(config.loss().correction()).isEqualTo(LossConfig.Correction.LEAVE_USER_OUT);
    assertThat(config.user().hidden()).containsExactly(256, 128);
    assertThat(config.dim()).isEqualTo(64);
  }

  @Test
  void writtenConfigurationReadsBackEqual() throws IOException {
    RunConfig config =
        RunConfig.defaults()
            .with(
                "seed=-9223372036854775808",
                "layout=requests:400",
                "user.features=[id, {name: age, table: ages, embedding: 8}]",
                "user.history.length=20",
                "item.features=[id, category]",
                "item.idDropout=0.25",
                "tree.lambda=1e-2",
                "tree.schedule=1/0.5/0.25/0",
                "tree.parents=sqrt-size",
                "tree.batches=random",
                "optimizer.tableLearningRate=1e-9",
                "evaluation.metrics=[recall@5, mrr]",
                "evaluation.stopMetric=mrr");
    Path file = write(config.toYaml());
    assertThat(RunConfig.load(Optional.of(file), List.of())).isEqualTo(config);
    assertThat(config.with()).isEqualTo(config);
  }

  @Test
  void emptyFileChangesNothing() throws IOException {
    assertThat(RunConfig.load(Optional.of(write("# nothing\n")), List.of()))
        .isEqualTo(RunConfig.defaults());
  }

  @Test
  void anUncorrectedPositiveNeedsACorrection() {
    ConfigException refused =
        refusal(
            () -> RunConfig.defaults().with("loss.correction=none", "loss.positive=uncorrected"));
    assertThat(refused.problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.key()).isEqualTo("loss.positive");
              assertThat(problem.allowed()).contains("needs a q");
            });
  }

  @Test
  void allMistakesAreReportedAtOnce() throws IOException {
    Path file =
        write(
            """
            epochs: 0
            batchsize: 12
            threads: many
            loss: {temperature: -1, correction: yi, queue: 1.5}
            user:
              features: [id, {nam: age}, 7]
              history: {pooling: max}
            item: 3
            optimizer: {learningRate: NaN, clipNorm: -0.5}
            evaluation: {split: train, stopMetric: recall@7}
            """);
    ConfigException refused =
        refusal(() -> RunConfig.load(Optional.of(file), List.of("dim=0", "keep=1", "nonsense")));
    assertThat(refused.problems())
        .extracting(Problem::key)
        .containsExactlyInAnyOrder(
            "epochs",
            "batchsize",
            "threads",
            "loss.temperature",
            "loss.correction",
            "loss.queue",
            "user.features[1].nam",
            "user.features[1].name",
            "user.features[2]",
            "user.history.pooling",
            "item",
            "optimizer.learningRate",
            "optimizer.clipNorm",
            "evaluation.split",
            "evaluation.stopMetric",
            "dim",
            "keep",
            "--set");
    assertThat(refused)
        .hasMessageContaining("18 problems in " + file + ", --set")
        .hasMessageContaining("epochs: received 0; allowed: whole number from 1 to 100000")
        .hasMessageContaining("did you mean 'batchSize'?")
        .hasMessageContaining("threads: received 'many'; allowed: whole number from 0 to 1024")
        .hasMessageContaining(
            "loss.temperature: received -1.0; allowed: number from 0.000001 to 100")
        .hasMessageContaining(
            "loss.correction: received 'yi'; allowed: none, empirical, streaming, leave-user-out")
        .hasMessageContaining(
            "user.history.pooling: received 'max'; allowed: mean, attention, transformer")
        .hasMessageContaining("item: received 3; allowed: a section with the keys features");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          device=gpu                       | device        | auto, cpu or gpu:N
          layout=random                    | layout        | iid, sorted, requests:G
          layout=requests:0                | layout        | allowed: a whole number from 1 to 100000000
          masks=identity+usr               | masks         | or none (did you mean 'user'?)
          layout=sort                      | layout        | (did you mean 'sorted'?)
          engine=dedupp                    | engine        | dedup, dense (did you mean 'dedup'?)
          evaluation.rankSeen=ture         | evaluation.rankSeen | true, false (did you mean 'true'?)
          loss.streaming.rate=1            | loss.streaming.rate | below 1
          loss.streaming.hashes=0          | loss.streaming.hashes | from 1 to 16
          loss.queueWarmup=-1              | loss.queueWarmup | from 0
          batchSize=1                      | batchSize     | from 2 to 1048576
          batchSize=99999999999            | batchSize     | whole number from 2 to 1048576
          batchSize=                       | batchSize     | whole number from 2 to 1048576
          loss.temperature=warm            | loss.temperature | number from 0.000001 to 100
          seed=one                         | seed          | whole number
          batchSize=null                   | batchSize     | whole number
          maxSteps=-1                      | maxSteps      | from 0
          engine=fast                      | engine        | dedup, dense
          loss=3                           | loss          | a section with the keys form
          loss.learnTemperature=maybe      | loss.learnTemperature | true, false
          loss.temperature=[1]             | loss.temperature | number
          loss.temperature=1e400           | loss.temperature | number from 0.000001 to 100
          loss.temperature=1e-39 | loss.temperature | number from 0.000001 to 100
          tree.temperature=1e-7 | tree.temperature | number from 0.000001 to 100
          loss.temperature=.nan            | loss.temperature | numbers finite
          loss.temperature.x=1             | loss.temperature | number
          los.temperature=1                | los           | did you mean 'loss'
          loss.=1                          | loss.         | temperature
          user.features=[]                 | user.features | at least one feature
          user.features=id                 | user.features | a list of feature name
          user.features=[id, id]           | user.features[1] | each feature once
          user.features=[' ']              | user.features[0].name | 'id' or the name
          user.hidden=[0]                  | user.hidden[0] | from 1 to 65536
          user.hidden=[a]                  | user.hidden[0] | whole number
          user.history.table=''            | user.history.table | name of an embedding table
          user.history={heads: 2} | user.history.heads | 1 with pooling mean, which has no heads
          user.history={pooling: attention, layers: 2} | user.history.layers | 1 with pooling attention
          user.history.gaps=true | user.history.gaps | false with pooling mean, which reads no times
          user.history.events=true | user.history.events | false with pooling mean, which reads no kinds
          user.history={pooling: transformer, events: true} | user.history.events | events names no kind of feedback as a positive
          user.history={pooling: transformer, layers: 17} | user.history.layers | from 1 to 16
          user.history={pooling: transformer, heads: 7} | user.history.heads | a divisor of 64
          item.history={length: 3}         | item.history  | features, embedding, idDropout
          optimizer.rowSteps=rows          | optimizer.rowSteps | batch, independent, aligned
          optimizer.weightDecay=2          | optimizer.weightDecay | from 0 to 1
          optimizer.dense=sgd              | optimizer.dense | adamw
          evaluation.metrics=[accuracy@3] | evaluation.metrics[0] | recall@K
          evaluation.metrics=[recall@20000] | evaluation.metrics[0] | 1 to 10000
          evaluation.metrics=[]            | evaluation.metrics | at least one
          checkpoint.keep=0                | checkpoint.keep | from 1 to 1000
          item.idDropout=0.5               | item.idDropout | only ids
          user.idDropout=-0.5              | user.idDropout | from 0 to 1
          tree.lambda=-1                   | tree.lambda   | from 0 to 1000000
          tree.batches=flat                | tree.batches  | hierarchical, random
          tree.parents=biggest             | tree.parents  | uniform, size, inverse-size, sqrt-size
          tree.schedule=0.5/1              | tree.schedule | never increase
          tree.itemsPerSlot=100            | tree.batchSize | fewer than two slots of 100
          seed=9223372036854775808         | seed          | whole number
          seed: 3                          | --set         | KEY=VALUE
          seed={a                          | seed          | a YAML value
          """)
  void refusesWithKeyAndAllowedValues(String setting, String key, String allowed) {
    ConfigException refused = refusal(() -> RunConfig.defaults().with(setting));
    assertThat(refused.problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.key()).isEqualTo(key);
              assertThat(problem.allowed()).contains(allowed);
            });
  }

  /** Estimate, denominator and masks must be about the same thing. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          loss.correction=leave-user-out, masks=identity | loss.correction | leave a user's own rows
          loss.correction=leave-user-out, loss.counting=unique | loss.counting | removes rows
          loss.correction=streaming, loss.counting=unique, loss.queue=5 | loss.counting | rows with a queue
          loss.form=top-k, loss.correction=none | loss.form | needs q
          """)
  void refusesCorrectionsThatDoNotFit(String settings, String key, String allowed) {
    ConfigException refused = refusal(() -> RunConfig.defaults().with(settings.split(", ")));
    assertThat(refused.problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.key()).isEqualTo(key);
              assertThat(problem.allowed()).contains(allowed);
            });
  }

  @Test
  void aSharedTableHasOneWidth() {
    ConfigException refused =
        refusal(
            () ->
                RunConfig.defaults()
                    .with(
                        "user.features=[{name: home, table: place, embedding: 8}]",
                        "item.features=[{name: shop, table: place, embedding: 16}]"));
    assertThat(refused)
        .hasMessageContaining("item.features[0].embedding: received 16; allowed: 8")
        .hasMessageContaining("'place'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"- 1\n- 2\n", "just text", "a: [1", "seed: 1\nseed: 2\n", "\t: x", "{", "\0"})
  void rubbishFilesAreRefused(String text) throws IOException {
    Path file = write(text);
    assertThatThrownBy(() -> RunConfig.load(Optional.of(file), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void anAbsentFileIsNamed() {
    Path absent = folder.resolve("absent.yaml");
    assertThatThrownBy(() -> RunConfig.load(Optional.of(absent), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(absent.toString());
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("run.yaml"), text);
  }

  private static ConfigException refusal(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    ConfigException refused = catchThrowableOfType(ConfigException.class, call);
    assertThat(refused).as("a ConfigException").isNotNull();
    return refused;
  }

  @Test
  void aParsersMessageIsToldOnce() {
    assertThatThrownBy(() -> RunConfig.defaults().with("layout=shuffled"))
        .hasMessageContaining("  layout: unknown layout 'shuffled'; allowed: iid, sorted")
        .hasMessageNotContaining("received");
  }

  @Test
  void layoutAndMasksAreReadOnceAndWrittenAsFlagsWriteThem() {
    RunConfig config = RunConfig.defaults().with("layout=requests:400:8", "masks=user+engaged");
    assertThat(config.layout()).isEqualTo(new Layout.Requests(400, 8));
    assertThat(config.masks().engaged()).isTrue();
    assertThat(config.toYaml().lines())
        .contains("layout: requests:400:8", "masks: identity+user+engaged");
    assertThat(config.differences(config.with("masks=identity+user+engaged"))).isEmpty();
    assertThatThrownBy(() -> RunConfig.defaults().with("layout=5", "masks=[user]"))
        .hasMessageContaining("layout: received 5; allowed: text")
        .hasMessageContaining("masks: received [\"user\"]; allowed: text");
  }

  @Test
  void mistakesInAFileAreShownWithTheirLines(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("base.yaml"),
            """
            # a comment
            epochs: many
            user:
              hidden: [64, 0]
            dim: 0
            """);
    assertThatThrownBy(() -> RunConfig.load(Optional.of(file), List.of("dim=9999")))
        .hasMessageContaining(
            "line 2, epochs: received 'many'; allowed: whole number from 1 to 100000")
        .hasMessageContaining("line 4, user.hidden[1]: received 0")
        .hasMessageContaining("  dim: received 9999");
  }
}
