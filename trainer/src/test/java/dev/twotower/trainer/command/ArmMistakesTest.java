package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with any arm is said before the first is trained, all of it together. */
class ArmMistakesTest {
  @TempDir static Path folder;
  private static SmallComparison small;

  @BeforeAll
  static void generate() {
    small = SmallComparison.in(folder);
  }

  @AfterEach
  void nothingWasTrained() {
    assertThat(folder.resolve("ab")).doesNotExist();
  }

  private static String refused(String arms, String... more) {
    Invocation refused = small.compare("ab", arms, more);
    refused.refused(2, "compare: ");
    assertThat(refused.err()).doesNotContain(", seed 1", "what train would choose");
    return refused.err();
  }

  @Test
  void featuresAndValuesOfAllArms() {
    String err =
        refused(
            "iid/identity,iid/identity;item.features=[id,brand],recipe;user.features=[age],"
                + "warm=sorted/identity;loss.temperature=-1;epochs=x,named=recipe;dim=0");
    assertThat(err)
        .contains("arm iid/identity;item.features=[id,brand]: 1 problem in settings for the data")
        .contains("  item.features[1]: received 'brand'; allowed: id, category, ")
        .contains("arm recipe;user.features=[age]: 1 problem in its settings")
        .contains("  user.features[0]: received 'age'; allowed: id, segment, region, context.")
        .contains("arm warm: 2 problems in its settings")
        .contains("  loss.temperature: received -1.0; allowed: ", "  epochs: received 'x'; allowed")
        .contains("arm named (recipe;dim=0): 1 problem in its settings", "  dim: received 0;");
  }

  /** What is refused for a value is looked through for all else, and so are the other arms. */
  @Test
  void allMistakesOfAnArmAndOfAllArmsAtOnce() {
    String err =
        refused(
            "iid/identity;dim=0;item.features=[id,brand];batchSize=5000,"
                + "recipe;dim=-1;user.features=[age],sorted/context:nowhere;epochs=-1,"
                + "sorted/identity;batchSize=4000");
    assertThat(err)
        .contains("  dim: received 0;", "  item.features[1]: received 'brand'", "is 5000")
        .contains("  dim: received -1;", "  user.features[0]: received 'age'")
        .contains("  epochs: received -1;", "nowhere")
        .contains("arm sorted/identity;batchSize=4000: batchSize is 4000");
  }

  /** A variant is an arm, too. */
  @Test
  void whatDoesNotFitTheLogOrTheMachine() {
    String err =
        refused(
            "iid/identity,iid/identity;item.features=[id,{name: category, table: item}],"
                + "sorted/identity;precision=bf16,sorted/context:nowhere",
            "--vary=batchSize=32,5000");
    assertThat(err)
        .contains("arms iid/identity;item.features=[id,{name: category, table: item}], iid/")
        .contains(": table 'item' has 200 ids of width 4, but feature 'category' needs ")
        .contains("arms sorted/identity;precision=bf16, ", ": precision is 'bf16'; allowed on cpu")
        .contains("nowhere")
        .contains("iid/identity;batchSize=5000, ", "batchSize is 5000");
  }

  @Test
  void whatIsWrongWithAllArmsIsSaidOnce() {
    String err = refused("iid/identity,sorted/identity", "--grid=batchSize=32,5000");
    assertThat(err).containsOnlyOnce("batchSize is 5000").doesNotContain("arm ");
  }

  @Test
  void settingsThatArmsShareAreToldOfAllArms() {
    assertThat(refused("iid/identity;seed=2,sorted/identity;evaluation.users=5"))
        .contains("arm iid/identity;seed=2 sets seed", ";evaluation.users=5 sets evaluation.users");
  }
}
