package dev.twotower.data.imports.columns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.duckdb.QuerySession;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeFormsTest {
  private static final List<String> MOMENTS =
      List.of("2023-11-04 02:03:00", "1987-12-31 22:13:59.123456", "2024-02-29 12:00:07.5");

  private static final List<String> ODD =
      List.of(
          "4.3.2025",
          "04.03.2025  1:02",
          " 04.03.2025\t01:02 ",
          "20250304",
          "2025-3-4 1:2:3",
          "3/4/25 1:02 pm",
          "may 3 2024",
          "Tuesday Mar 4 01:02:03 2025",
          "04/Mar/2025:01:02:03 +0100",
          "Tue, 04 Mar 2025 01:02:03 Europe/Berlin",
          "2025/03/04 1.02",
          "soon");

  @TempDir private Path folder;

  /** Formats that are not tried, as no text looks like them, would read none. */
  @Test
  void aTextThatAFormatReadsLooksLikeIt() {
    List<String> formats = TimeForms.formats();
    int[] read = new int[formats.size()];
    try (QuerySession session = new QuerySession(folder)) {
      session.run("CREATE TABLE texts (v VARCHAR)");
      String written =
          formats.stream()
              .map(format -> "strftime(m, %s)".formatted(literal(format)))
              .collect(Collectors.joining(", ", "[", "]"));
      session.run(
          "INSERT INTO texts SELECT DISTINCT unnest(%s) FROM (SELECT unnest([%s])::TIMESTAMPTZ AS m)"
              .formatted(written, literals(MOMENTS.stream())));
      session.run("INSERT INTO texts SELECT unnest([%s])".formatted(literals(ODD.stream())));
      String tried =
          formats.stream()
              .map(format -> "try_strptime(v, %s) IS NOT NULL".formatted(literal(format)))
              .collect(Collectors.joining(", "));
      session.forEach(
          "SELECT v, %s FROM texts".formatted(tried),
          row -> {
            List<String> text = List.of(row.getString(1));
            for (int f = 0; f < read.length; f++) {
              if (row.getBoolean(f + 2)) {
                read[f]++;
                assertThat(TimeForms.mayRead(formats.get(f), text))
                    .as("%s reads %s", formats.get(f), text)
                    .isTrue();
              }
            }
          });
    }
    assertThat(read).doesNotContain(0);
    assertThat(TimeForms.mayRead("%d.%m.%Y", List.of("04.03.2025", "soon"))).isFalse();
  }

  private static String literals(Stream<String> texts) {
    return texts.map(TimeFormsTest::literal).collect(Collectors.joining(", "));
  }

  private static String literal(String text) {
    return QuerySession.literal(text);
  }
}
