package dev.twotower.data.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {
  @ParameterizedTest
  @ValueSource(strings = {"iid", "sorted", "requests:1", "requests:4096", "requests:4096:16"})
  void textRoundTrips(String text) {
    assertThat(Layout.parse(text).toString()).isEqualTo(text);
  }

  @Test
  void readsTheBuffer() {
    assertThat(Layout.parse(" requests:12 ")).isEqualTo(new Layout.Requests(12));
    assertThat(Layout.parse("requests:12:8")).isEqualTo(new Layout.Requests(12, 8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "IID", "shuffled", "requests", "sorted:3"})
  void unknownLayoutsListTheKnown(String text) {
    assertThatThrownBy(() -> Layout.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("iid, sorted, requests:G");
  }

  @Test
  void badBuffersAreNamed() {
    assertThatThrownBy(() -> Layout.parse("requests:many"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'many'");
    assertThatThrownBy(() -> Layout.parse("requests:12:few"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'few'");
    assertThatThrownBy(() -> Layout.parse("requests:12:0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("requests:12:0");
    assertThatThrownBy(() -> Layout.parse("requests:0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("requests:0")
        .hasMessageContaining("from 1 to 100000000");
  }

  @ParameterizedTest
  @CsvSource({
    "requests:99999999999, 99999999999, 100000000",
    "requests:100000001, 100000001, 100000000",
    "requests:99999999999999999999999, 99999999999999999999999, 100000000",
    "requests:-1, -1, 100000000",
    "requests:5:99999999999, 99999999999, 2147483647",
    "requests:5:1.5, 1.5, 2147483647"
  })
  void numbersOutOfRangeNameTheRange(String text, String received, String most) {
    assertThatThrownBy(() -> Layout.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layout '" + text + "': received '" + received + "'")
        .hasMessageContaining("from 1 to " + most + ",");
  }
}
