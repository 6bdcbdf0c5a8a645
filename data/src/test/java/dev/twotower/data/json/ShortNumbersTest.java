package dev.twotower.data.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ShortNumbersTest {
  private record Document(
      double plain, Double boxed, double[] array, List<Double> list, float one) {}

  @Test
  void numbersOfDocumentsThatPeopleReadHaveNoNoise() throws JsonProcessingException {
    double noisy = 0.1 + 0.2;
    assertThat(Double.toString(noisy)).hasSizeGreaterThan(15);
    String text =
        Json.SHOWN.writeValueAsString(
            new Document(noisy, 3 * 1.1, new double[] {noisy}, List.of(1 - 0.9), 0.2f));
    assertThat(text.replaceAll("\\s", ""))
        .isEqualTo("{\"plain\":0.3,\"boxed\":3.3,\"array\":[0.3],\"list\":[0.1],\"one\":0.2}");
    assertThat(Json.SHOWN.writeValueAsString(Map.of("a", Double.NaN))).contains("NaN");
    assertThat(Json.SHOWN.writeValueAsString(Map.of("a", -0.25))).contains("-0.25");
  }

  /** Nothing that is measured is lost. */
  @Property
  void whatIsWrittenIsTheNumberForAllThatMatters(@ForAll double value)
      throws JsonProcessingException {
    double read = Json.SHOWN.readValue(Json.SHOWN.writeValueAsString(value), Double.class);
    assertThat(read).isCloseTo(value, within(Math.abs(value) * 1e-12));
  }
}
