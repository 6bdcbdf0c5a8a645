package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.imports.splits.SplitRule;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LightGcnImportTest {
  @TempDir Path temp;
  private ImportFolder folder;
  private ImportRequest.Builder request;

  @BeforeEach
  void files() {
    folder = new ImportFolder(temp);
    folder.file("lg/train.txt", "0 30 4 100", "1 4", "2 ", "10 7 30");
    folder.file("lg/test.txt", "0 7", "10 4 5");
    request = ImportRequest.builder(ImportFormat.LIGHTGCN, temp.resolve("lg"), folder.target());
  }

  @Test
  void theGivenSplitIsKept() {
    try (Dataset data = folder.open(request.split(new SplitRule.Given(0)))) {
      // Items in order of number: 4, 5, 7, 30, 100. Times are places in the files.
      assertThat(ImportFolder.rows(data, Split.TRAIN))
          .containsExactly(
              "0 30 0 1 1.0",
              "0 4 0 2 1.0",
              "0 100 0 3 1.0",
              "1 4 1 4 1.0",
              "10 7 2 5 1.0",
              "10 30 2 6 1.0");
      assertThat(data.interactions(Split.VALIDATION).rows()).isZero();
      assertThat(ImportFolder.rows(data, Split.TEST)).hasSize(3);
      assertThat(data.itemTable().id(0)).isEqualTo("4");
      assertThat(data.itemTable().id(4)).isEqualTo("100");
      assertThat(data.manifest().schema().time()).isEqualTo(Manifest.TimeUnit.ORDINAL);
      assertThat(data.manifest().split()).isEqualTo("given:0.0");
    }
  }

  @Test
  void whatCanDoNothingIsRefused() {
    folder
        .assertUsage(request.sessionGap(10).nullWords("none").itemTokens(8))
        .hasMessageContaining("--session-gap counts seconds between times")
        .hasMessageContaining("--null-words: a lightgcn log has numbers");
    folder
        .assertUsage(
            ImportRequest.builder(ImportFormat.LIGHTGCN, temp.resolve("lg"), folder.target())
                .itemTokens(8))
        .hasMessageContaining("--item-tokens hashes the words of items' names");
  }

  @Test
  void aValidationFileIsUsedWhereThereIsOne() {
    folder.file("lg/valid.txt", "0 5", "1 7");
    try (Dataset data = folder.open(request)) {
      assertThat(ImportFolder.rows(data, Split.VALIDATION)).hasSize(2);
      assertThat(data.interactions(Split.TRAIN).rows()).isEqualTo(6);
    }
  }

  @Test
  void negativeAndUnreadableNumbersAreBadRowsWithTheirLine() {
    folder.file("lg/train.txt", "0 30 4 100", "1 -4", "2 x 3", "10 7 30");
    assertThatThrownBy(() -> folder.run(request))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("2 of 11 rows cannot be used")
        .hasMessageContaining("train.txt line 2: user=1, item=-4")
        .hasMessageContaining("train.txt line 3: user=2, item=x");
    folder.assertNothingLeft();
  }

  @Test
  void linesInAnotherFormAreNamed() {
    folder.file("lg/train.txt", "0,1,2,3", "1 2 4", "2\t3\t5", "", "3", "4 5,6");
    folder.file("lg/test.txt", "1 0", "x 1 2");
    assertThatThrownBy(() -> folder.run(request))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("4 of 9 rows cannot be used")
        .hasMessageContaining("4: id is not a whole number from 0 up (ids are separated by blanks)")
        .hasMessageContaining("train.txt line 1: 0,1,2,3")
        .hasMessageContaining("train.txt line 6: user=4, item=5,6")
        .hasMessageContaining("test.txt line 2: user=x, item=1");
    folder.assertNothingLeft();
  }
}
