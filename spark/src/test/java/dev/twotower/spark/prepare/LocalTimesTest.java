package dev.twotower.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.imports.ImportFormat;
import dev.twotower.data.imports.ImportRequest;
import dev.twotower.data.imports.Importers;
import dev.twotower.spark.LocalSpark;
import dev.twotower.spark.job.Jobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Times without a zone are the same moments as in an import, when clocks change, too. */
class LocalTimesTest {
  @TempDir Path temp;

  private static ImportRequest request(Path log, Path to) {
    return builder(log, to).build();
  }

  private static ImportRequest.Builder builder(Path log, Path to) {
    return ImportRequest.builder(ImportFormat.TABLE, log, to)
        .column("user", "who")
        .column("item", "what")
        .column("time", "at")
        .timeZone("Europe/Berlin");
  }

  private static void prepare(Path log, Path to) throws IOException {
    prepare(log, request(log, to));
  }

  private static void prepare(Path log, ImportRequest request) throws IOException {
    try (Jobs jobs = LocalSpark.jobs()) {
      Preparation.run(
          jobs,
          new PrepareRequest(List.of(log.toString()), Optional.empty(), Map.of(), 1, request));
    }
  }

  @Test
  void nightsInWhichClocksChange() throws IOException {
    List<String> lines = new ArrayList<>(List.of("who,what,at"));
    for (String evening : List.of("2024-03-30T22:00", "2024-10-26T22:00")) {
      for (int quarter = 0; quarter < 32; quarter++) {
        LocalDateTime shown = LocalDateTime.parse(evening).plusMinutes(15L * quarter);
        lines.add("1,%d,%s:00".formatted(lines.size(), shown));
        lines.add("1,%d,%s:00+05:30".formatted(lines.size(), shown));
      }
    }
    Path log = Files.write(temp.resolve("log.csv"), lines);
    prepare(log, temp.resolve("parts"));
    Importers.run(request(log, temp.resolve("whole")), (stage, done, total) -> {});
    for (String file : List.of("items.arrow", "interactions/part-train-0.arrow")) {
      assertThat(temp.resolve("parts/part-00000").resolve(file))
          .hasSameBinaryContentAs(temp.resolve("whole").resolve(file));
    }
  }

  @Test
  void aZoneThatWouldChangeNothingIsRefused() throws IOException {
    Path numbers = Files.writeString(temp.resolve("log.csv"), "who,what,at\n1,a,1700000000\n");
    assertThatThrownBy(() -> prepare(numbers, temp.resolve("parts")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--time-zone: received 'Europe/Berlin'")
        .hasMessageContaining("the times are numbers");
    Path offsets =
        Files.writeString(temp.resolve("log.csv"), "who,what,at\n1,a,2024-07-01 12:00:00+0200\n");
    ImportRequest formatted =
        builder(offsets, temp.resolve("parts")).timeFormat("yyyy-MM-dd HH:mm:ssZ").build();
    assertThatThrownBy(() -> prepare(offsets, formatted))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--time-format reads the zone of each");
  }
}
