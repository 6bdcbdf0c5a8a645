package dev.twotower.data.imports.csv;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.imports.source.Packing;
import dev.twotower.data.imports.source.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvHeadTest {
  @TempDir Path folder;

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

  private CsvHead head(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("log.csv"), text);
    return CsvHead.of(
        file,
        new TextFile(file, Packing.NONE),
        new CsvFile.Dialect(null, true, TextFile.UTF_8, null, true));
  }

  @Test
  void columnsWithoutANameAreNamedByTheirPlace() throws IOException {
    // As pandas writes its index, and spreadsheets a last column that was emptied.
    CsvHead head = head(",user,item,\n0,u,a,\n");
    assertThat(head.names()).containsExactly("column0", "user", "item", "column3");
    assertThat(head.header()).containsExactly("", "user", "item", "");
  }

  @Test
  void aFirstLineMayTellTheDelimiter() throws IOException {
    for (String first : new String[] {"sep=;", "SEP=;", "\"sep=;\"", "\ufeffsep=;"}) {
      CsvHead head = head(first + "\nuser;a,b;c,d\nu;1,5;2\n");
      assertThat(head.delimiter()).isEqualTo(";");
      assertThat(head.names()).containsExactly("user", "a,b", "c,d");
      assertThat(head.skipped()).isEqualTo(2);
      assertThat(head.lines()).isEqualTo(2);
    }
  }

  @Test
  void hiveWritesFieldsApartByAControlCharacter() {
    assertThat(CsvHead.delimiter("u\u0001a\u00011")).isEqualTo("\u0001");
  }

  @Test
  void barsInPairsAreOneDelimiter() throws IOException {
    assertThat(head("user||item||time\nu||a||1\n").names()).containsExactly("user", "item", "time");
    assertThat(head("user||item\n").delimiter()).isEqualTo("||");
    // Columns without a name, of which the rows have values.
    assertThat(head("user||item||time\nu|x|a|y|1\n").delimiter()).isEqualTo("|");
    assertThat(head("user|item||time\nu|a||1\n").delimiter()).isEqualTo("|");
  }
}
