package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.SqlPath;
import dev.twotower.data.imports.splits.SplitRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.AbstractThrowableAssert;

/** A folder with small source files, and what imports make of them. */
final class ImportFolder {
  private final Path folder;

  ImportFolder(Path folder) {
    this.folder = folder;
  }

  Path file(String name, String... lines) {
    return write(name, String.join("\n", lines) + "\n");
  }

  Path write(String name, String text) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that DuckDB writes from a query. */
  Path written(String name, String query) {
    Path file = folder.resolve(name);
    file.getParent().toFile().mkdirs();
    try (QuerySession session = new QuerySession(folder)) {
      session.run("COPY (%s) TO %s".formatted(query, SqlPath.of(file)));
    }
    return file;
  }

  Path target() {
    return folder.resolve("out/data");
  }

  /** Users 2 and 10 with four rows each, and user 3 with two; not in order. */
  Path log() {
    return file(
        "log.csv",
        "user,item,basket,time,amount,place",
        "10,b,x,300,1,fr",
        "2,a,y,100,2,de",
        "10,a,x,200,1,fr",
        "2,b,y,50,1,",
        "2,c,z,400,3,fr",
        "3,a,w,10,1,fr",
        "10,c,v,100,1,de",
        "10,d,v,150,1,de",
        "2,d,z,300,1,fr",
        "3,b,w,20,1,fr");
  }

  /** A request for a table with columns user, item, time. */
  ImportRequest.Builder table(Path from) {
    return ImportRequest.builder(ImportFormat.TABLE, from, target())
        .column("user", "user")
        .column("item", "item")
        .column("time", "time");
  }

  /** A csv with a row for each id, which is its user and its item, in the order of time. */
  Path idLog(String... ids) {
    List<String> lines = new ArrayList<>(List.of("user,item,time"));
    for (int i = 0; i < ids.length; i++) {
      lines.add(ids[i] + "," + ids[i] + "," + (i + 1));
    }
    return file("log.csv", lines.toArray(String[]::new));
  }

  /** A table split by time, so that a user may have a single row. */
  ImportRequest.Builder tableByTime(Path log) {
    return table(log).split(SplitRule.parse("time:0.25"));
  }

  /** The users that an import finds. */
  List<String> users(ImportRequest.Builder request) {
    try (Dataset data = open(request)) {
      return ids(data.userTable());
    }
  }

  ImportSummary run(ImportRequest.Builder request) {
    return Importers.run(request.build(), ImportProgress.NONE);
  }

  Dataset open(ImportRequest.Builder request) {
    run(request);
    return Dataset.open(target());
  }

  /** Removes the data set, for another import. */
  void clear() {
    try (var paths = Files.walk(target())) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Checks that the options are refused, with nothing left behind; the message is for the caller.
   */
  AbstractThrowableAssert<?, ? extends Throwable> assertUsage(ImportRequest.Builder request) {
    return assertRefused(request, IllegalArgumentException.class);
  }

  /** Checks that the files are refused, likewise. */
  AbstractThrowableAssert<?, ? extends Throwable> assertBadData(ImportRequest.Builder request) {
    return assertRefused(request, BadDataException.class);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      ImportRequest.Builder request, Class<? extends Exception> kind) {
    AbstractThrowableAssert<?, ? extends Throwable> thrown =
        assertThatThrownBy(() -> run(request)).isInstanceOf(kind);
    assertNothingLeft();
    return thrown;
  }

  /** Checks that a failed import left nothing behind. */
  void assertNothingLeft() {
    Path out = folder.resolve("out");
    if (Files.exists(out)) {
      try (var paths = Files.list(out)) {
        assertThat(paths).isEmpty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Ids by number. */
  static List<String> ids(EntityTable table) {
    List<String> ids = new ArrayList<>();
    for (int n = 0; n < table.size(); n++) {
      ids.add(table.id(n));
    }
    return ids;
  }

  /** Context values of all rows by item. */
  static Map<String, Object> contexts(Dataset data, String name) {
    Map<String, Object> values = new TreeMap<>();
    for (Split split : Split.values()) {
      Interactions log = data.interactions(split);
      for (long row = 0; row < log.rows(); row++) {
        double value = log.context(name).value(row);
        values.put(data.itemTable().id(log.item(row)), value);
      }
    }
    return values;
  }

  /** A time as the logs of tests have them: seconds, or the position in a log without times. */
  static String time(Interactions log, long row) {
    return BigDecimal.valueOf(log.time(row), log.timed() ? 6 : 0)
        .stripTrailingZeros()
        .toPlainString();
  }

  /** Rows of a split as "user item request time weight", ids and request numbers. */
  static List<String> rows(Dataset data, Split split) {
    List<String> rows = new ArrayList<>();
    Interactions log = data.interactions(split);
    for (long row = 0; row < log.rows(); row++) {
      rows.add(
          String.format(
              Locale.ROOT,
              "%s %s %d %s %.1f",
              data.userTable().id(log.user(row)),
              data.itemTable().id(log.item(row)),
              log.request(row),
              time(log, row),
              log.weight(row)));
    }
    return rows;
  }

  /** Rows of all splits, each after the split's name, in storage order of the splits. */
  static List<String> allRows(Dataset data) {
    List<String> rows = new ArrayList<>();
    for (Split split : Split.values()) {
      rows(data, split).forEach(row -> rows.add(split + " " + row));
    }
    return rows;
  }
}
