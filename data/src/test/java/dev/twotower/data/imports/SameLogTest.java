package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.splits.SplitRule;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One log is one data set, in whatever encoding, kind of file and order it is written. */
class SameLogTest {
  private static final String[] COLUMNS = {"user", "item", "time", "weight", "place", "price"};

  /** A way to write the log. */
  private record Form(String name, Writer writer, UnaryOperator<ImportRequest.Builder> options) {
    Form(String name, Writer writer) {
      this(name, writer, request -> request);
    }
  }

  /** Writes rows into a folder; gives what to import. */
  private interface Writer {
    Path write(Path folder, List<String[]> rows) throws IOException;
  }

  @TempDir Path temp;
  private List<String[]> rows;

  /** Ids with leading zeros, large ids, quotes, delimiters, line breaks and letters of Latin-1. */
  @BeforeEach
  void rows() {
    Random random = new Random(7);
    String[] items = {
      "007", "7", "9007199254740993", "café", "a;b", "c,d", "e|f", "two\nlines", "say \"x\"", " k"
    };
    rows = new ArrayList<>();
    for (int user = 0; user < 12; user++) {
      for (int row = 0; row < 4 + user % 3; row++) {
        rows.add(
            new String[] {
              user % 4 == 0 ? "00" + user : "u" + user,
              items[random.nextInt(items.length)],
              "" + (1_700_000_000 + 100 * rows.size()),
              random.nextInt(1, 9) + ".5",
              random.nextInt(4) == 0 ? "" : random.nextBoolean() ? "Zürich" : "NY",
              random.nextInt(50) + ".25"
            });
      }
    }
    Collections.shuffle(rows, random);
  }

  private static String csv(
      List<String[]> rows, String delimiter, int[] order, boolean header, boolean all) {
    List<String[]> lines = new ArrayList<>();
    if (header) {
      lines.add(COLUMNS);
    }
    lines.addAll(rows);
    return lines.stream()
        .map(
            line ->
                Arrays.stream(order)
                    .mapToObj(column -> quoted(line[column], delimiter, all))
                    .collect(Collectors.joining(delimiter)))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String quoted(String text, String delimiter, boolean all) {
    boolean needs = all || text.contains(delimiter) || text.contains("\"") || text.contains("\n");
    return needs && !text.isEmpty() ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  private static final int[] ORDER = {0, 1, 2, 3, 4, 5};

  private static Writer text(
      String name, String delimiter, boolean all, UnaryOperator<String> change) {
    return (folder, rows) ->
        Files.writeString(
            folder.resolve(name), change.apply(csv(rows, delimiter, ORDER, true, all)));
  }

  private static Writer encoded(String charset) {
    return (folder, rows) ->
        Files.write(
            folder.resolve("log.csv"),
            csv(rows, ",", ORDER, true, false).getBytes(Charset.forName(charset)));
  }

  private interface Packer {
    OutputStream open(OutputStream out) throws IOException;
  }

  private static Writer packed(String name, Packer packer) {
    return (folder, rows) -> {
      Path file = folder.resolve(name);
      try (OutputStream out = packer.open(Files.newOutputStream(file))) {
        out.write(csv(rows, ",", ORDER, true, false).getBytes(StandardCharsets.UTF_8));
      }
      return file;
    };
  }

  private static Writer parts(int[]... orders) {
    return (folder, rows) -> {
      int size = rows.size() / orders.length + 1;
      for (int part = 0; part < orders.length; part++) {
        List<String[]> own = rows.subList(part * size, Math.min(rows.size(), (part + 1) * size));
        int[] order = orders[part];
        Path file = folder.resolve("log/day=" + part + "/part.csv");
        Files.createDirectories(file.getParent());
        Files.writeString(file, csv(own, part % 2 == 0 ? "," : ";", order, true, false));
      }
      Files.writeString(folder.resolve("log/_SUCCESS"), "");
      return folder.resolve("log");
    };
  }

  /** Written by DuckDB from a table of texts, numbers as numbers. */
  private static Writer copied(String name, String options) {
    return (folder, rows) -> {
      Path file = folder.resolve(name);
      try (QuerySession session = new QuerySession(folder.resolve("scratch"))) {
        session.run(
            "CREATE TABLE t (r INTEGER, \"user\" VARCHAR, item VARCHAR, time BIGINT, weight DOUBLE, place VARCHAR, price DOUBLE)");
        for (int r = 0; r < rows.size(); r++) {
          session.run(
              "INSERT INTO t VALUES (%d, %s)"
                  .formatted(
                      r,
                      Stream.of(rows.get(r))
                          .map(text -> text.isEmpty() ? "NULL" : QuerySession.literal(text))
                          .collect(Collectors.joining(", "))));
        }
        session.run(
            "COPY (SELECT * EXCLUDE (r) FROM t ORDER BY r) TO %s (%s)"
                .formatted(QuerySession.literal(file.toString()), options));
      }
      return file;
    };
  }

  private static List<Form> forms() {
    List<Form> forms = new ArrayList<>();
    forms.add(new Form("comma", text("log.csv", ",", false, text -> text)));
    forms.add(new Form("tab", text("log.tsv", "\t", false, text -> text)));
    forms.add(new Form("semicolon", text("log.csv", ";", false, text -> text)));
    forms.add(new Form("pipe, all quoted", text("log.txt", "|", true, text -> text)));
    forms.add(new Form("blank lines", text("log.csv", ",", false, text -> "\n" + text + "\n\n")));
    forms.add(
        new Form(
            "CR LF between records",
            text("log.csv", ",", false, text -> text.replaceAll("(?<!two)\n", "\r\n"))));
    forms.add(new Form("mark of UTF-8", text("log.csv", ",", false, text -> "\ufeff" + text)));
    forms.add(new Form("no last line end", text("log.csv", ",", false, String::stripTrailing)));
    forms.add(new Form("Latin-1", encoded("ISO-8859-1"), request -> request.encoding("latin-1")));
    forms.add(
        new Form("Windows", encoded("windows-1252"), request -> request.encoding("windows-1252")));
    forms.add(new Form("UTF-16 by its mark", encoded("UTF-16")));
    forms.add(new Form("UTF-16", encoded("UTF-16LE"), request -> request.encoding("UTF-16LE")));
    forms.add(new Form("gzip", packed("log.csv.gz", GZIPOutputStream::new)));
    forms.add(new Form("gzip without a word", packed("log.csv", GZIPOutputStream::new)));
    forms.add(new Form("zstd", packed("log.csv.zst", ZstdOutputStream::new)));
    forms.add(new Form("bzip2", packed("log.csv.bz2", BZip2CompressorOutputStream::new)));
    forms.add(
        new Form(
            "names by option",
            (folder, rows) ->
                Files.writeString(folder.resolve("log.csv"), csv(rows, ",", ORDER, false, false)),
            request -> request.names(COLUMNS)));
    forms.add(
        new Form(
            "columns shuffled",
            (folder, rows) ->
                Files.writeString(
                    folder.resolve("log.csv"),
                    csv(rows, ",", new int[] {4, 2, 5, 1, 0, 3}, true, false))));
    forms.add(new Form("parts", parts(ORDER, new int[] {5, 4, 3, 2, 1, 0}, ORDER)));
    forms.add(new Form("Parquet", copied("log.parquet", "FORMAT parquet")));
    forms.add(
        new Form(
            "Parquet, zstd, small groups",
            copied("log.parquet", "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048")));
    forms.add(new Form("JSON lines", copied("log.jsonl", "FORMAT json")));
    forms.add(new Form("JSON array", copied("log.json", "FORMAT json, ARRAY true")));
    return forms;
  }

  private List<String> imported(Form form) {
    Path folder = temp.resolve(form.name());
    try {
      Files.createDirectories(folder);
      Path from = form.writer().write(folder, rows);
      ImportRequest.Builder request =
          ImportRequest.builder(ImportFormat.TABLE, from, folder.resolve("data"))
              .column("user", "user")
              .column("item", "item")
              .column("time", "time")
              .column("weight", "weight")
              .context("place")
              .itemFeature("numeric:price")
              .split(new SplitRule.LeaveLastOut());
      Importers.run(form.options().apply(request).build(), ImportProgress.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw new AssertionError(form.name() + ": " + e.getMessage(), e);
    }
    try (Dataset data = Dataset.open(folder.resolve("data"))) {
      List<String> told = ImportFolder.allRows(data);
      for (Split split : Split.values()) {
        Interactions log = data.interactions(split);
        for (long row = 0; row < log.rows(); row++) {
          told.add("place " + log.context("place").value(row));
        }
      }
      for (int item = 0; item < data.items(); item++) {
        told.add(
            "item %s %s"
                .formatted(
                    data.itemTable().id(item), data.itemTable().feature("price").value(item)));
      }
      told.add(data.manifest().schema().toString());
      return told;
    }
  }

  @Test
  void isOneDataSetInEveryForm() {
    List<Form> forms = forms();
    List<String> expected = imported(forms.get(0));
    assertThat(expected).anyMatch(row -> row.contains(" 9007199254740993 "));
    for (Form form : forms.subList(1, forms.size())) {
      assertThat(imported(form)).as(form.name()).isEqualTo(expected);
    }
  }

  /** Arrow has no weights here: the writer of the tests knows three columns. */
  @Test
  void isOneDataSetInEveryFormOfArrow() throws IOException {
    List<String[]> three = rows.stream().map(row -> new String[] {row[0], row[1], row[2]}).toList();
    ImportFolder folder = new ImportFolder(temp);
    StringBuilder csv = new StringBuilder("user,item,time\n");
    three.forEach(
        row ->
            csv.append(row[0])
                .append(',')
                .append(quoted(row[1], ",", false))
                .append(',')
                .append(row[2])
                .append('\n'));
    Path log = folder.write("log.csv", csv.toString());
    List<String> expected;
    try (Dataset data = folder.open(folder.table(log))) {
      expected = ImportFolder.allRows(data);
    }
    for (ArrowFiles.Form form : ArrowFiles.Form.values()) {
      for (String name : new String[] {"log.arrow", "log.csv"}) {
        Path file = temp.resolve(form + "/" + name);
        Files.createDirectories(file.getParent());
        ArrowFiles.write(file, form, three, 17);
        Path target = temp.resolve(form + "/out " + name);
        folder.run(
            ImportRequest.builder(ImportFormat.TABLE, file, target)
                .column("user", "user")
                .column("item", "item")
                .column("time", "time"));
        try (Dataset data = Dataset.open(target)) {
          assertThat(ImportFolder.allRows(data)).as(form + " " + name).isEqualTo(expected);
        }
      }
    }
  }
}
