package dev.twotower.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuantizeConfigTest {
  @Test
  void whatIsWrittenIsReadBack(@TempDir Path folder) throws IOException {
    QuantizeConfig config =
        QuantizeConfig.defaults().with("sizes=[8,16]", "contrast=output", "tree.batches=random");
    Path file = Files.writeString(folder.resolve("config.yaml"), config.toYaml());
    assertThat(QuantizeConfig.load(Optional.of(file), List.of())).isEqualTo(config);
    assertThat(config.levels()).isEqualTo(2);
  }

  @Test
  void theWarmupFollowsFromTheEpochsUnlessItIsGiven() throws IOException {
    assertThat(QuantizeConfig.load(Optional.empty(), List.of("epochs=3")).warmup()).isEqualTo(2);
    assertThat(QuantizeConfig.load(Optional.empty(), List.of("epochs=1")).warmup()).isZero();
    assertThat(QuantizeConfig.load(Optional.empty(), List.of()))
        .isEqualTo(QuantizeConfig.defaults());
    assertThat(QuantizeConfig.load(Optional.empty(), List.of("epochs=3", "warmup=1")).warmup())
        .isEqualTo(1);
    assertThatThrownBy(
            () -> QuantizeConfig.load(Optional.empty(), List.of("epochs=3", "warmup=16")))
        .hasMessageContaining("warmup: received 16");
    assertThatThrownBy(() -> QuantizeConfig.load(Optional.empty(), List.of("epochs=few")))
        .hasMessageContaining("1 problem in")
        .hasMessageContaining("epochs: received 'few'; allowed: whole number from 1 to 100000");
  }

  @Test
  void theCategoryHeadIsThereForTheTreeLossAlone() {
    QuantizeConfig config = QuantizeConfig.defaults().with("category=8", "tree.lambda=0.1");
    assertThat(config.categoryWidth()).isEqualTo(8);
    assertThat(config.with("tree.lambda=0").categoryWidth()).isZero();
    assertThat(config.with("contrast=output").categoryWidth()).isZero();
  }

  @Test
  void allMistakesAreListedAtOnce() {
    assertThatThrownBy(
            () ->
                QuantizeConfig.defaults()
                    .with("sizes=[1]", "levelDecay=2", "warmup=20", "epochs=20", "tree.lambda=-1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("sizes[0]", "levelDecay", "warmup", "below epochs", "tree.lambda");
    assertThatThrownBy(() -> QuantizeConfig.defaults().with("sizes=[]", "lamda=1"))
        .hasMessageContainingAll("sizes", "one to sixteen levels", "lamda");
  }
}
