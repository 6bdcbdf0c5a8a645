package dev.twotower.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.trainer.auto.Choice;
import dev.twotower.trainer.auto.LogFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSettingsTest {
  private static final LogFacts LARGE =
      new LogFacts(1_000_000, 30_000, 40_000, 100, 2.25, 0, 0, 30_000);

  @TempDir Path folder;

  @Test
  void whatIsGivenStaysAndTheRestFollowsFromTheLog() throws IOException {
    RunSettings settings = RunSettings.load(Optional.empty(), List.of("epochs=7", "masks=none"));
    assertThat(settings.given()).containsExactlyInAnyOrder("epochs", "masks");
    RunSettings.Chosen chosen = settings.on(LARGE);
    assertThat(chosen.config().epochs()).isEqualTo(7);
    assertThat(chosen.config().loss().temperature()).isEqualTo(0.08);
    assertThat(chosen.choices())
        .extracting(Choice::key)
        .contains("loss.temperature", "dim", "user.embedding")
        .doesNotContain("epochs", "masks");
    assertThat(settings.config().loss().temperature())
        .as("for a log of which nothing is known")
        .isNotEqualTo(0.08);
  }

  /** Rates cannot fall over a run whose end nobody knows. */
  @Test
  void fallingRatesHaveAPlannedEnd() throws IOException {
    for (String shape : List.of("linear", "cosine")) {
      String falling = "optimizer.schedule=" + shape;
      RunConfig open = RunSettings.load(Optional.empty(), List.of(falling)).on(LARGE).config();
      assertThat(open.epochs()).isEqualTo(20);
      assertThat(open.evaluation().patience()).isZero();
      assertThat(open.evaluation().everyEpochs()).as("the best epoch is still chosen").isPositive();
      RunConfig steps =
          RunSettings.load(Optional.empty(), List.of(falling, "maxSteps=90000")).on(LARGE).config();
      assertThat(steps.epochs()).isEqualTo(100);
      assertThatThrownBy(
              () ->
                  RunSettings.load(Optional.empty(), List.of(falling, "evaluation.patience=3"))
                      .on(LARGE))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("optimizer.schedule: received '" + shape)
          .hasMessageContaining("set evaluation.patience to 0");
    }
    RunConfig constant =
        RunSettings.load(Optional.empty(), List.of("optimizer.warmupSteps=50")).on(LARGE).config();
    assertThat(constant.epochs()).isEqualTo(100);
    assertThat(constant.evaluation().patience()).isPositive();
  }

  @Test
  void autoMayBeGivenWhereItIsTheDefaultAndNowhereElse() throws IOException {
    Path file = folder.resolve("run.yaml");
    Files.writeString(file, "dim: 16\nloss:\n  temperature: 0.5\n");
    RunSettings settings = RunSettings.load(Optional.of(file), List.of("loss.temperature=auto"));
    assertThat(settings.on(LARGE).config().loss().temperature()).isEqualTo(0.08);
    assertThat(settings.on(LARGE).config().dim()).isEqualTo(16);
    assertThatThrownBy(() -> RunSettings.load(Optional.empty(), List.of("maxSteps=auto")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("maxSteps: received 'auto'");
  }

  /** Layout and masks may be left to the rule by the name that compare and diagnose have for it. */
  @Test
  void recipeIsAsGoodAsAuto() throws IOException {
    RunConfig chosen = RunSettings.defaults().on(LARGE).config();
    List<String> named = List.of("layout=recipe", "masks=recipe");
    assertThat(RunSettings.load(Optional.empty(), named).on(LARGE).config()).isEqualTo(chosen);
    assertThatThrownBy(() -> RunSettings.load(Optional.empty(), List.of("dim=recipe")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("dim: received 'recipe'");
  }

  @Test
  void everyChoiceIsAValueOfItsSetting() throws IOException {
    RunConfig config = RunSettings.defaults().on(LARGE).config();
    for (Choice choice : RunSettings.defaults().on(LARGE).choices()) {
      assertThat(config.with(choice.key() + "=" + choice.value())).isEqualTo(config);
      assertThat(choice.reason()).isNotBlank();
    }
  }

  @Test
  void whereEverythingIsGivenNoRowIsCounted() throws IOException {
    Dataset uncounted = null;
    RunSettings some = RunSettings.load(Optional.empty(), List.of("epochs=7"));
    assertThatThrownBy(() -> some.chosen(uncounted)).isInstanceOf(NullPointerException.class);
    List<String> all =
        some.on(LARGE).choices().stream()
            .map(choice -> choice.key() + "=" + choice.value())
            .collect(Collectors.toCollection(() -> new ArrayList<>(List.of("epochs=7"))));
    RunSettings.Chosen chosen = RunSettings.load(Optional.empty(), all).chosen(uncounted);
    assertThat(chosen.config()).isEqualTo(some.on(LARGE).config());
    assertThat(chosen.choices()).isEmpty();
  }

  @Test
  void whatTheFormOfTheLossLeavesWithoutEffectIsNotShown() throws IOException {
    assertThat(RunSettings.defaults().on(LARGE).effective())
        .extracting(Choice::key)
        .doesNotContain("loss.topK.temperature");
    RunSettings topK =
        RunSettings.load(Optional.empty(), List.of("loss.form=top-k", "loss.temperature=0.2"));
    RunSettings.Chosen chosen = topK.on(LARGE);
    // 3.5 x 0.2 x log(40,000)
    assertThat(chosen.config().loss().topK().temperature()).isEqualTo(7.42);
    assertThat(chosen.effective()).isEqualTo(chosen.choices());
    assertThat(chosen.effective()).extracting(Choice::key).contains("loss.topK.temperature");
  }
}
