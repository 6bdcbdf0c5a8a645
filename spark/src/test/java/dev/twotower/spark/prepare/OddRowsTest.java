package dev.twotower.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.imports.ImportFormat;
import dev.twotower.data.imports.ImportRequest;
import dev.twotower.data.imports.ImportSummary;
import dev.twotower.data.imports.Importers;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.data.odd.LogCensus;
import dev.twotower.data.odd.LogTally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes a log worthless is a warning here where it is one of an import. */
class OddRowsTest {
  private static final int ROWS = 60;

  @TempDir Path folder;

  @Test
  void aColumnThatNumbersItsRowsIsAWarningAsForAnImport() throws IOException {
    OddRows odd = odd(1_700_000_000);
    assertThat(odd.warnings()).hasSize(1);
    assertThat(odd.warnings().get(0)).startsWith("60 of 60 rows have a user of their own, so");
    assertThat(odd.notes()).noneMatch(note -> note.contains("of their own"));
  }

  @Test
  void timesThatAreNoneAreAWarningAsForAnImport() throws IOException {
    assertThat(odd(0).warnings())
        .anyMatch(warning -> warning.startsWith("all times are in 1970: set --time-unit"));
  }

  /** Of a log whose users are its rows; an import has as many warnings. */
  private OddRows odd(long from) throws IOException {
    List<String> lines =
        IntStream.range(0, ROWS)
            .mapToObj(row -> "r%d,i%d,%d".formatted(row, row % 7, from + row))
            .toList();
    Path log = folder.resolve("log.csv");
    Files.writeString(log, "user,item,time\n" + String.join("\n", lines) + "\n");
    ImportRequest request =
        ImportRequest.builder(ImportFormat.TABLE, log, folder.resolve("data"))
            .column("user", "user")
            .column("item", "item")
            .column("time", "time")
            .split(SplitRule.parse("time:0.2"))
            .build();
    ImportSummary imported = Importers.run(request, (stage, done, total) -> {});
    LogCensus census;
    try (Dataset data = Dataset.open(folder.resolve("data"))) {
      census = LogTally.of(data);
    }
    OddRows odd =
        OddRows.of(
            new PrepareRequest(List.of(log.toString()), Optional.empty(), Map.of(), 1, request),
            List.of(PartOutput.Written.of(0, ROWS, ROWS, new long[] {ROWS}, 0, census)),
            true,
            Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(odd.warnings()).hasSameSizeAs(imported.warnings());
    return odd;
  }
}
