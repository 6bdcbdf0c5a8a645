package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kind: the files of a log that lie in several places, or are some of a folder. */
class FromPathsTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void makeFiles() throws IOException {
    folder = new ImportFolder(temp);
    for (String name :
        List.of(
            "logs/2026-11-09/part-2.csv",
            "logs/2026-11-09/part-10.csv",
            "logs/2026-11-10/part-1.csv",
            "logs/2026-11-10/_SUCCESS",
            "logs/2026-11-10/.part-1.csv.crc",
            "logs/2026-12-01/deep/part-1.csv",
            "logs/a*b.csv",
            "logs/aXb.csv",
            "logs/glob:c.csv")) {
      Files.createDirectories(temp.resolve(name).getParent());
      Files.writeString(temp.resolve(name), "user,item,time\nu," + name.hashCode() + ",1\n");
    }
  }

  private List<String> found(String... texts) {
    return FromPaths.of(
            Arrays.stream(texts)
                .map(
                    text ->
                        text.startsWith("glob:")
                            ? "glob:" + temp + "/logs/" + text.substring(5)
                            : temp + "/logs/" + text)
                .toList())
        .stream()
        .map(path -> temp.resolve("logs").relativize(path).toString())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "glob:2026-11-*/part-*.csv | 2026-11-09/part-2.csv 2026-11-09/part-10.csv"
            + " 2026-11-10/part-1.csv",
        "glob:2026-11-*/* | 2026-11-09/part-2.csv 2026-11-09/part-10.csv 2026-11-10/part-1.csv",
        "glob:2026-11-1?/* | 2026-11-10/part-1.csv",
        "glob:2026-1[12]-*/**/part-1.csv | 2026-11-10/part-1.csv 2026-12-01/deep/part-1.csv",
        "glob:2026-{11-10,12-01} | 2026-11-10 2026-12-01",
        "glob:2026-12-01/** | 2026-12-01",
        "glob:a*b.csv | a*b.csv aXb.csv",
        "a*b.csv | a*b.csv"
      })
  void aPatternIsOneWhereItSaysSoAndAPathIsAPath(String text, String files) {
    assertThat(found(text)).containsExactly(files.split(" "));
  }

  @Test
  void theOrderIsThatOfNamesWhateverIsNamedFirst() {
    assertThat(found("aXb.csv", "glob:2026-11-09/*", "2026-11-10"))
        .containsExactly(
            "2026-11-09/part-2.csv", "2026-11-09/part-10.csv", "2026-11-10", "aXb.csv");
  }

  @Test
  void whatIsNotThere() {
    assertThatThrownBy(() -> found("2026-11-*/part-1.csv"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no such file or folder; a path is no pattern")
        .hasMessageContaining("--from 'glob:" + temp + "/logs/2026-11-*/part-1.csv'");
    assertThatThrownBy(() -> found("aXc.csv")).hasMessageContaining("(did you mean 'aXb.csv'?)");
    assertThatThrownBy(() -> found("glob:2027-*/part.csv"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no file fits; nothing in " + temp + "/logs is called '2027-*'");
    assertThatThrownBy(() -> found("glob:part-[1.csv"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowed: *, ?, [..] and {a,b}");
    assertThatThrownBy(() -> found("aXb.csv", "glob:a?b.csv"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("aXb.csv is named twice");
    assertThatThrownBy(() -> FromPaths.of(List.of(" ")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void filesOfSeveralFoldersAreOneLog() {
    folder.file("one/day.csv", "user,item,time", "u,a,1", "u,b,1");
    folder.file("two/day.csv", "user,item,time", "u,c,1", "u,d,1");
    folder.file("one/items.csv", "item,kind", "a,x", "b,y", "c,x", "d,y");
    ImportRequest.Builder request =
        folder
            .table(temp.resolve("two"))
            .alsoFrom(temp.resolve("one/day.csv"))
            .items("one/items.csv")
            .itemFeature("categorical:kind");
    try (Dataset data = folder.open(request)) {
      // Of one moment: the order is that of the files.
      assertThat(ImportFolder.allRows(data))
          .containsExactly(
              "train u a 0 1 1.0",
              "train u b 0 1 1.0",
              "validation u c 0 1 1.0",
              "test u d 0 1 1.0");
      Manifest.Provenance made = data.manifest().provenance();
      assertThat(made.options()).containsEntry("from", "two .. day.csv (2 paths)");
      assertThat(made.sources().stream().map(Manifest.Source::name))
          .containsExactly("one/day.csv", "two/day.csv", "items.csv");
    }
  }

  @Test
  void aLogOfAKnownFormatIsOneFolder() {
    assertThatThrownBy(
            () ->
                ImportRequest.builder(ImportFormat.MOVIELENS, temp, folder.target())
                    .alsoFrom(temp)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a movielens log is one, so name its folder");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "s3://bucket/log.parquet | aws s3 cp",
        "s3a://bucket/day=1/ | 'twotower-spark prepare'",
        "gs://bucket/log | gcloud storage cp",
        "https://example.org/log.csv | curl -L -O https://example.org/log.csv",
        "hdfs://name:9000/log | hdfs dfs -get",
        "abfss://c@a.dfs.core.windows.net/log | copy it to this machine first",
        "file:///data/log.csv | without file://, as /data/log.csv"
      })
  void whatLiesElsewhereIsNotFetched(String address, String remedy) {
    assertThatThrownBy(() -> FromPaths.of(List.of(address)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--from: received '" + address + "'")
        .hasMessageContaining(remedy);
    folder
        .assertUsage(folder.table(folder.log()).items(address))
        .hasMessageContaining("--items: received '" + address + "'");
  }
}
