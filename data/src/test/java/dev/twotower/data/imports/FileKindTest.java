package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.duckdb.SqlPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file is what its bytes are, whatever it is called. */
class FileKindTest {
  private static final String LOG = "user,item,time\nu,café,1\nu,b,2\r\nu,c,3\nv,a,4\n";

  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  private static OutputStream packed(String packing, OutputStream out) throws IOException {
    return switch (packing) {
      case "gzip" -> new GZIPOutputStream(out);
      case "zstd" -> new ZstdOutputStream(out);
      case "bzip2" -> new BZip2CompressorOutputStream(out);
      default -> out;
    };
  }

  @ParameterizedTest
  @CsvSource({
    "gzip, log.csv", "gzip, log.csv.gz", "gzip, log.txt", "gzip, log", "zstd, log.csv",
    "zstd, log.csv.zst", "bzip2, log.csv.bz2", "bzip2, log.csv", "none, log.csv.gz", "none, log.zst"
  })
  void compressedTextsAreReadUnderAnyName(String packing, String name) throws IOException {
    Path log = temp.resolve(name);
    try (OutputStream out = packed(packing, Files.newOutputStream(log))) {
      out.write(LOG.replace("\r", "").getBytes(StandardCharsets.UTF_8));
    }
    try (Dataset data = folder.open(folder.table(log))) {
      assertThat(data.manifest().counts().allRows()).isEqualTo(4);
      assertThat(data.itemTable().index("café")).isPresent();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "latin-1, ISO-8859-1",
    "windows-1252, windows-1252",
    "utf-16, UTF-16",
    "UTF-16LE, UTF-16LE",
    "utf-8, UTF-16",
    "utf-8, x-UTF-16LE-BOM"
  })
  void textsAreReadInTheirEncoding(String encoding, String charset) {
    for (String packing : new String[] {"none", "gzip"}) {
      Path log = temp.resolve(packing + ".csv");
      try (OutputStream out = packed(packing, Files.newOutputStream(log))) {
        out.write(LOG.getBytes(Charset.forName(charset)));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      Path target = temp.resolve("out/" + packing);
      folder.run(
          ImportRequest.builder(ImportFormat.TABLE, log, target)
              .column("user", "user")
              .column("item", "item")
              .column("time", "time")
              .encoding(encoding));
      try (Dataset data = Dataset.open(target)) {
        assertThat(data.manifest().counts().allRows()).isEqualTo(4);
        assertThat(data.itemTable().index("café")).isPresent();
      }
    }
  }

  @Test
  void anotherEncodingIsHintedAt() throws IOException {
    Path log = temp.resolve("log.csv");
    Files.write(log, LOG.getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("--encoding latin-1")
        .hasMessageContaining("log.csv line 2: ");
    Files.write(log, LOG.replace("item", "café").getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("--encoding latin-1");
    Files.write(log, LOG.getBytes(StandardCharsets.UTF_16LE));
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("--encoding NAME");
    assertThatThrownBy(() -> folder.run(folder.table(log).encoding("klingon")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--encoding: received 'klingon'; allowed: utf-8, latin-1");
    Files.write(log, new byte[] {'u', 's', 'e', 'r', '\n', (byte) 0x81});
    assertThatThrownBy(() -> folder.run(folder.table(log).encoding("shift_jis")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("log.csv cannot be read as Shift_JIS");
  }

  @Test
  void parquetAndArrowAreReadUnderAnyName() {
    Path csv = folder.log();
    Path log = temp.resolve("parquet.csv");
    try (QuerySession session = new QuerySession(temp.resolve("s"))) {
      session.run(
          "COPY (FROM read_csv(%s)) TO %s (FORMAT parquet)"
              .formatted(SqlPath.of(csv), QuerySession.literal(log.toString())));
    }
    assertThat(folder.run(folder.table(log)).rowsRead()).isEqualTo(10);
    assertThat(FileKind.of(log).kind()).isEqualTo(FileKind.PARQUET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"log.parquet", "log.arrow", "log.feather", "log.arrows"})
  void aNameThatPromisesOtherBytesIsRefused(String name) {
    Path log = folder.write(name, LOG);
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(name + " cannot be read: it does not start as such a file does");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PARENT", "ORCID"})
  void namesMayBeginAsOtherKindsDo(String name) {
    Path log = folder.file("log.csv", name + ",item,time", "u,a,1", "u,b,2", "u,c,3");
    try (Dataset data = folder.open(folder.table(log).column("user", name))) {
      assertThat(data.manifest().counts().allRows()).isEqualTo(3);
    }
  }

  @Test
  void kindsThatAreNotReadAreNamed() throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry("log.csv"));
      out.write(LOG.getBytes(StandardCharsets.UTF_8));
    }
    Path log = temp.resolve("log.csv");
    Files.write(log, zip.toByteArray());
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("log.csv cannot be read: it is a zip archive");
    for (String start :
        new String[] {
          "ORC\n\u0003", "PARE\u0004\0", "Obj\u0001", "SQLite format 3\0", "FEA1", "%PDF-1.4"
        }) {
      Files.write(log, (start + "0123456789").getBytes(StandardCharsets.ISO_8859_1));
      assertThatThrownBy(() -> folder.run(folder.table(log)))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining("log.csv cannot be read: it is ");
    }
    Files.write(log, new byte[0]);
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("log.csv is empty");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(log))) {
      out.write(new byte[0]);
    }
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .hasMessageContaining("log.csv holds nothing");
    byte[] whole;
    try (ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(LOG.repeat(2000).getBytes(StandardCharsets.UTF_8));
      out.flush();
      whole = bytes.toByteArray();
    }
    Files.write(log, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("log.csv cannot be read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "log.csv~<!doctype html><html>~a web page",
        "log.csv~\ufeff<HTML lang=en>~a web page",
        "sheet.xls~<table><tr>~a web page",
        "log.csv~\ufeff<?xml version=\"1.0\"?>~an XML document",
        "log.json~[{'user': 'a'}]~Python's way to print objects",
        "log.txt~-- PostgreSQL database dump~SQL statements",
        "log.csv~Insert INTO log VALUES (1)~SQL statements",
        "log.csv~{\\rtf1}~a rich-text document"
      })
  void textsThatAreNoLogAreNamed(String name, String start, String what) {
    folder
        .assertBadData(folder.table(folder.write(name, start + "\n")))
        .hasMessageContaining(name + " cannot be read: it is " + what);
  }

  @ParameterizedTest
  @CsvSource({
    "[Content_Types].xml,an Excel workbook",
    "xl/workbook.xml,an Excel workbook",
    "log.csv,a zip archive; unpack it first"
  })
  void archivesAreNamedByWhatIsInThem(String first, String what) throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry(first));
      out.write(1);
    }
    Path log = temp.resolve("log.xlsx");
    Files.write(log, zip.toByteArray());
    folder.assertBadData(folder.table(log)).hasMessageContaining("it is " + what);
  }

  @ParameterizedTest
  @ValueSource(strings = {"user,item,time", "\"user\";\"item\"", "user\titem"})
  void linesOfCsvUnderANameOfJsonAreNamed(String line) {
    folder
        .assertBadData(folder.table(folder.file("log.json", line, "u,a,1")))
        .hasMessageContaining("log.json cannot be read: it is named as JSON and begins with ")
        .hasMessageContaining("let its name end in .csv");
  }

  @Test
  void columnsThatCannotBeToldApartAreRefused() {
    Path log = folder.file("log.csv", "user,item,User,time", "u,a,x,1", "u,b,x,2", "u,c,x,3");
    assertThatThrownBy(() -> folder.run(folder.table(log).column("user", "User")))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining(
            "log.csv has the columns 'user' and 'User', which differ only in case");
    folder.file("log.csv", "user,item,user,time", "u,a,x,1");
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("log.csv names 'user' twice");
  }

  @Test
  void moreColumnsThanAreReadAreRefused() {
    StringBuilder header = new StringBuilder("user,item,time");
    for (int c = 0; c < 100_000; c++) {
      header.append(",c").append(c);
    }
    Path log = folder.file("wide.csv", header.toString(), "u,a,1" + ",0".repeat(100_000));
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("wide.csv has 100,003 columns; allowed: 1,024");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s|", "[%s]|,", "\ufeff%s|", "[\n  %s\n]|,\n  "})
  void jsonIsReadUnderAnyName(String form) {
    String[] parts = form.split("\\|", 2);
    String rows =
        IntStream.range(0, 4)
            .mapToObj(i -> "{\"user\": \"u\", \"item\": \"i%d\", \"time\": %d}".formatted(i, i + 1))
            .collect(Collectors.joining(parts[1].isEmpty() ? "\n" : parts[1]));
    Path log = folder.write("log.txt", parts[0].replace("%s", rows));
    assertThat(folder.run(folder.table(log)).rowsRead()).isEqualTo(4);
  }

  @Test
  void aGzipFileWhoseBytesChangedIsRefused() throws IOException {
    Path log = temp.resolve("log.csv.gz");
    try (OutputStream out = packed("gzip", Files.newOutputStream(log))) {
      out.write(LOG.replace("\r", "").getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = Files.readAllBytes(log);
    bytes[bytes.length - 8] ^= 1; // of the checksum
    Files.write(log, bytes);
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .isInstanceOf(BadDataException.class)
        .hasMessageContaining("log.csv.gz cannot be read: Corrupt GZIP trailer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<!DOCTYPE html>|it is a web page",
        "<html><body>|it is a web page",
        "<?xml version='1.0'?>|it is an XML document",
        "version https://git-lfs.github.com/spec/v1|it is a pointer of Git LFS"
      })
  void whatStandsForAnotherFileIsNamed(String text, String what) {
    for (String name : new String[] {"log.csv", "log.parquet", "log.jsonl"}) {
      Path log = folder.file(name, text);
      assertThatThrownBy(() -> folder.run(folder.table(log)))
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining(name + " cannot be read: " + what);
    }
  }

  @Test
  void aFileThatIsPackedTwiceIsNamed() throws IOException {
    Path log = temp.resolve("log.csv.gz");
    try (OutputStream out = packed("gzip", packed("gzip", Files.newOutputStream(log)))) {
      out.write(LOG.getBytes(StandardCharsets.UTF_8));
    }
    assertThatThrownBy(() -> folder.run(folder.table(log)))
        .hasMessageContaining("log.csv.gz is compressed twice");
  }
}
