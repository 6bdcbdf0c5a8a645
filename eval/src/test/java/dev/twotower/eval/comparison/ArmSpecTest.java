package dev.twotower.eval.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.page.ReportFiles;
import dev.twotower.masking.MaskSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArmSpecTest {
  @Test
  void isReadOnce() {
    ArmSpec arm = ArmSpec.parse("requests:400:8/user;batchSize=64;user.hidden=[64, 32]");
    assertThat(arm.layout()).isEqualTo(new Layout.Requests(400, 8));
    assertThat(arm.masks()).isEqualTo(MaskSet.parse("identity+user"));
    assertThat(arm.settings())
        .containsExactly(Map.entry("batchSize", "64"), Map.entry("user.hidden", "[64, 32]"));
    assertThat(arm.overrides())
        .containsExactly(
            "layout=requests:400:8", "masks=identity+user", "batchSize=64", "user.hidden=[64, 32]");
  }

  @Test
  void laterSettingsReplaceEarlierOnesAlsoLayoutAndMasks() {
    ArmSpec arm = ArmSpec.parse("iid/identity;dim=4").with(List.of("dim=8", "masks=user"));
    assertThat(arm.name()).isEqualTo("iid/identity;dim=4;dim=8;masks=user");
    assertThat(arm.masks().user()).isTrue();
    assertThat(arm.settings()).containsExactly(Map.entry("dim", "8"));
    assertThat(ArmSpec.parse(arm.name())).isEqualTo(arm);
  }

  @Test
  void aNameStandsForWhatFollowsIt() {
    ArmSpec arm = ArmSpec.parse("mine=iid/user;batchSize=64;tree.schedule=1/0.5/0");
    assertThat(arm.name()).isEqualTo("mine");
    assertThat(arm.meaning()).contains("iid/identity+user;batchSize=64;tree.schedule=1/0.5/0");
    assertThat(arm.overrides()).contains("layout=iid", "batchSize=64");
    assertThat(arm.nameWithout(Map.of("batchSize", "64"))).isEqualTo("mine");
    assertThat(arm.with(List.of("dim=8")).name()).isEqualTo("mine;dim=8");
    assertThat(arm.with(List.of("tree.schedule=1/0/0")).meaning())
        .contains("iid/identity+user;batchSize=64;tree.schedule=1/0/0");
    assertThat(ArmSpec.parse("iid/identity;dim=4").meaning()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=iid/identity",
        "a b=iid/identity",
        "-a=iid/identity",
        "popularity=iid/identity",
        "random=iid/identity",
        "recipe=iid/identity"
      })
  void aNameIsAWordThatNothingElseHas(String text) {
    assertThatThrownBy(() -> ArmSpec.parse(text))
        .hasMessageContaining("has the name '" + text.substring(0, text.indexOf('=')) + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"iid", "iid/identity;dim", "iid/identity;=4", "shuffled/identity", "iid/x"})
  void refusesWhatIsNoArm(String text) {
    assertThatThrownBy(() -> ArmSpec.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void layoutsAreOrderedFromStorageOrderToShuffledRows() {
    List<Layout> layouts =
        new ArrayList<>(
            List.of(
                Layout.SORTED,
                new Layout.Requests(10),
                new Layout.Requests(10, 8),
                new Layout.Requests(100_000_000, 8),
                Layout.IID));
    List<Layout> inOrder = List.copyOf(layouts);
    Collections.reverse(layouts);
    layouts.sort(Mixing.ORDER);
    assertThat(layouts).isEqualTo(inOrder);
  }

  /** Reports of earlier versions have the arm's name alone. */
  @Test
  void anArmOfAnEarlierReportIsReadFromItsName() throws IOException {
    SampleStudy study = new SampleStudy();
    Report report =
        study.report(
            "d", List.of(study.arm("sorted/identity+user;loss.weighting=users", 0.5, 1, 2)));
    ObjectMapper mapper = new ObjectMapper();
    JsonNode written = mapper.readTree(ReportFiles.json(report)).at("/arms/0");
    Report.Arm whole = mapper.treeToValue(written, Report.Arm.class);
    assertThat(whole.spec()).isEqualTo(report.arms().get(0).spec());
    assertThat(written.get("layout").textValue()).isEqualTo("sorted");
    assertThat(written.get("masks").textValue()).isEqualTo("identity+user");
    assertThat(written.at("/settings/loss.weighting").textValue()).isEqualTo("users");
    ((ObjectNode) written).remove(List.of("layout", "masks", "settings"));
    assertThat(mapper.treeToValue(written, Report.Arm.class)).isEqualTo(whole);
  }
}
