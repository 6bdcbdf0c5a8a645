package dev.twotower.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskSetTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "identity",
        "identity+user",
        "identity+engaged",
        "identity+user+context:session+context:time/3600+engaged",
        "no-identity+context:geo/0.5",
        "none"
      })
  void readsBackWhatItWrites(String text) {
    assertThat(MaskSet.parse(text)).hasToString(text);
    assertThat(MaskSet.parse(MaskSet.parse(text).toString())).isEqualTo(MaskSet.parse(text));
  }

  @Test
  void identityIsOnUnlessSwitchedOff() {
    assertThat(MaskSet.parse("user").identity()).isTrue();
    assertThat(MaskSet.parse("no-identity+user").identity()).isFalse();
    assertThat(MaskSet.parse("none").identity()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "users",
        "",
        "identity+",
        "user+user",
        "identity+no-identity",
        "context:",
        "context:time/",
        "context:time/-1",
        "context:time/abc",
        "user,engaged"
      })
  void refusesWhatItDoesNotKnow(String text) {
    assertThatThrownBy(() -> MaskSet.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mask");
  }

  @Test
  void masksRemoveWhatTheirNamesSay() {
    BatchIds batch = new BatchIds(1);
    batch.add(0, 0, 5, 100); // anchor
    batch.add(1, 1, 5, 900); // same item
    batch.add(0, 2, 6, 900); // same user
    batch.add(1, 1, 7, 150); // within 60 seconds
    batch.add(1, 1, 8, 900); // engaged with elsewhere
    batch.add(1, 1, 9, 900); // nothing in common
    EngagedItems engaged = (user, visit) -> visit.accept(user == 0 ? 8 : 9);
    assertThat(removed("identity+context:time/60", batch, engaged)).containsExactly(1, 3);
    assertThat(removed("user", batch, engaged)).containsExactly(1, 2);
    assertThat(removed("engaged", batch, engaged)).containsExactly(1, 4);
    assertThat(removed("user+engaged+context:time/60", batch, engaged)).containsExactly(1, 2, 3, 4);
    assertThat(removed("none", batch, engaged)).isEmpty();
  }

  private static List<Integer> removed(String masks, BatchIds batch, EngagedItems engaged) {
    MaskSet maskSet = MaskSet.parse(masks);
    List<Integer> removed = new ArrayList<>();
    for (int k = 1; k < batch.size(); k++) {
      // masks without a context column ignore the one this batch has
      if (maskSet.removes(batch, engaged, 0, k)) {
        removed.add(k);
      }
    }
    return removed;
  }
}
