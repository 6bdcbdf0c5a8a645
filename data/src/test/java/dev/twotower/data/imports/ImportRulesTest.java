package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The import of a random log against the same rules in plain Java. */
class ImportRulesTest {
  private record Row(int ord, String user, String item, String request, long time) {}

  @Property(tries = 25)
  void storageOrderMergingAndLeaveLastOutFollowTheRules(
      @ForAll @Size(min = 3, max = 120) List<@IntRange(min = 0, max = 5_999) Integer> draws,
      @ForAll boolean merge)
      throws IOException {
    List<Row> log = new ArrayList<>();
    for (int draw : draws) {
      log.add(
          new Row(
              log.size(),
              "u" + draw % 5,
              "i" + draw / 5 % 6,
              "r" + draw / 30 % 4,
              draw / 120 % 20));
    }
    List<Row> kept = merge ? merged(log) : log;
    List<String> expected = expected(kept, log);
    Assume.that(expected.stream().anyMatch(row -> row.startsWith("test")));

    Path temp = Files.createTempDirectory("import");
    try {
      ImportFolder folder = new ImportFolder(temp);
      List<String> lines = new ArrayList<>(List.of("time;request;item;user"));
      log.forEach(row -> lines.add(row.time + ";" + row.request + ";" + row.item + ";" + row.user));
      Path file = folder.file("log.csv", lines.toArray(String[]::new));
      try (Dataset data =
          folder.open(
              folder
                  .table(file)
                  .column("request", "request")
                  .duplicates(merge ? Duplicates.MERGE : Duplicates.KEEP))) {
        assertThat(ImportFolder.allRows(data)).isEqualTo(expected);
      }
    } finally {
      try (var paths = Files.walk(temp)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static List<Row> merged(List<Row> log) {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (Row row : log) {
      rows.merge(
          row.user + " " + row.request + " " + row.item,
          row,
          // the earliest row, and the first of equally early ones
          (a, b) -> a.time <= b.time ? a : b);
    }
    return List.copyOf(rows.values());
  }

  /**
   * @param kept the rows of the data set
   * @param log all rows, merged ones too
   */
  private static List<String> expected(List<Row> kept, List<Row> log) {
    Map<String, Integer> firstPlace = new HashMap<>();
    log.forEach(row -> firstPlace.merge(row.user + " " + row.request, row.ord, Math::min));
    Map<String, List<Row>> users = new TreeMap<>();
    kept.forEach(row -> users.computeIfAbsent(row.user, u -> new ArrayList<>()).add(row));
    Map<Split, List<String>> splits = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      splits.put(split, new ArrayList<>());
    }
    int number = 0;
    for (List<Row> rows : users.values()) {
      List<Row> byTime = new ArrayList<>(rows);
      byTime.sort(Comparator.comparingLong(Row::time).thenComparingInt(Row::ord));
      Row test = rows.size() < 3 ? null : byTime.get(byTime.size() - 1);
      Row validation = rows.size() < 3 ? null : byTime.get(byTime.size() - 2);
      Map<String, List<Row>> requests = new LinkedHashMap<>();
      byTime.forEach(row -> requests.computeIfAbsent(row.request, r -> new ArrayList<>()).add(row));
      // Requests come by first time, then by the first place of any of their rows in the log.
      List<List<Row>> ordered = new ArrayList<>(requests.values());
      ordered.sort(
          Comparator.<List<Row>>comparingLong(request -> request.get(0).time)
              .thenComparingInt(
                  request -> firstPlace.get(request.get(0).user + " " + request.get(0).request)));
      for (List<Row> request : ordered) {
        for (Row row : request) {
          Split split =
              row.equals(test)
                  ? Split.TEST
                  : row.equals(validation) ? Split.VALIDATION : Split.TRAIN;
          splits
              .get(split)
              .add("%s %s %s %d %d 1.0".formatted(split, row.user, row.item, number, row.time));
        }
        number++;
      }
    }
    List<String> all = new ArrayList<>();
    splits.values().forEach(all::addAll);
    return all;
  }
}
