package dev.twotower.data.imports.csv;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvHeadTest {
  @ParameterizedTest
  @CsvSource(
      delimiterString = " -> ",
      quoteCharacter = '`',
      value = {
        "a,b,c -> ,",
        "a;b;c -> ;",
        "a|b|c -> |",
        "1::F::10 -> ::",
        "\"x;y;z;w\",b -> ,",
        "alone -> ,",
      })
  void theDelimiterCutsTheFirstLineIntoMostFields(String line, String delimiter) {
    assertThat(CsvHead.delimiter(line)).isEqualTo(delimiter);
  }

  @Test
  void aTabIsADelimiter() {
    assertThat(CsvHead.delimiter("user\titem, and more")).isEqualTo("\t");
  }

  @Test
  void quotedFieldsMayHoldDelimitersAndQuotes() {
    assertThat(CsvHead.fields("\"a,\"\"b\"\"\",c,", ",", true)).containsExactly("a,\"b\"", "c", "");
    assertThat(CsvHead.fields("\"a,b", ",", false)).containsExactly("\"a", "b");
  }
}
