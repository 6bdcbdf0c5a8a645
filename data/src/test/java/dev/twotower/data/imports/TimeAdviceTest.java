package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.message.ShellWord;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told where times cannot be read, and that it helps. */
class TimeAdviceTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  private ImportRequest.Builder log(String... times) {
    String[] lines =
        Stream.concat(
                Stream.of("user;item;at"), Stream.of(times).map(time -> "u;i" + time + ";" + time))
            .toArray(String[]::new);
    return ImportRequest.builder(ImportFormat.TABLE, folder.file("log.csv", lines), folder.target())
        .column("user", "user")
        .column("item", "item")
        .column("time", "at");
  }

  @Test
  void aFormatThatLacksSecondsIsToldAndTheOneThatHasThemReadsTheLog() {
    String[] times = {"25.03.2025 13:38:06", "26.03.2025 13:38:06", "02.03.2025 13:38:06"};
    folder
        .assertBadData(log(times).timeFormat("%d.%m.%Y %H:%M"))
        .hasMessageContaining(
            "do not fit --time-format '%d.%m.%Y %H:%M'; '%d.%m.%Y %H:%M:%S' reads them:"
                + " --time-format '%d.%m.%Y %H:%M:%S'")
        .hasMessageEndingWith("No row would be left to import");
    try (Dataset data = folder.open(log(times).timeFormat("%d.%m.%Y %H:%M:%S"))) {
      assertThat(data.items()).isEqualTo(3);
    }
  }

  @Test
  void dayAndMonthThatCannotBeToldApartAreSaidToBe() {
    folder
        .assertBadData(log("03/04/2025 10:00", "05/06/2025 11:00", "07/08/2025 12:00"))
        .hasMessageContaining("--time-format '%d/%m/%Y %H:%M'. Day and month cannot be told apart")
        .hasMessageContaining("'%m/%d/%Y %H:%M'");
    folder
        .assertBadData(log("03/24/2025 10:00", "05/06/2025 11:00", "07/08/2025 12:00"))
        .hasMessageContaining("--time-format '%m/%d/%Y %H:%M'")
        .message()
        .doesNotContain("told apart");
  }

  @Test
  void aLogOfTwoFormsIsReadByTheExpressionThatIsTold() {
    String[] times = {"3/24/2025 1:38 PM", "2025-03-06 13:38:06", "3/25/2025 1:38 PM"};
    String remedy =
        "coalesce(try_cast(\"at\" AS TIMESTAMP), try_strptime(\"at\", '%m/%d/%Y %I:%M %p'))";
    folder
        .assertBadData(log(times))
        .hasMessageContaining("--column " + ShellWord.of("time=" + remedy));
    assertThat(folder.run(log(times).column("time", remedy)).rowsRead()).isEqualTo(3);
  }

  @Test
  void textsThatNeedNoFormatAreToldSo() {
    folder
        .assertBadData(log("2025-03-06 13:38:06", "2025-03-07 13:38:06").timeFormat("%d.%m.%Y"))
        .hasMessageContaining("do not fit --time-format %d.%m.%Y; they are read without it");
  }

  @Test
  void whatFitsNoFormatIsToldSo() {
    folder
        .assertBadData(log("yesterday", "25.03.2025", "today"))
        .hasMessageContaining("no format that was tried fits all of them");
  }
}
