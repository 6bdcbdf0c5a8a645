package dev.twotower.trainer.kept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.disk.WriterLock;
import dev.twotower.trainer.command.Invocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFolderTest {
  @TempDir Path folder;

  @Test
  void noCommandStartsInADataSetsFolder() throws IOException {
    Path data = folder.resolve("data");
    Invocation.of("generate", "--to=" + data, "--users=60", "--items=200", "--rows=900");
    List<Path> before = files(data);
    for (List<String> command :
        List.of(
            List.of("demo"),
            List.of("compare", "--data=" + data, "--arms=iid/identity,sorted/identity"),
            List.of("compare", "--data=" + data, "--arms=sorted/identity", "--add"),
            List.of("curve", "--data=" + data, "--layout=iid,sorted"),
            List.of("tune", "--data=" + data, "--trials=2"),
            List.of("quantize", "--data=" + data, "--features=tokens", "--ablate"))) {
      Invocation run =
          Invocation.of(
              Stream.concat(command.stream(), Stream.of("--out=" + data)).toArray(String[]::new));
      assertThat(run.exitCode()).as("%s: %s", command, run.err()).isEqualTo(2);
      assertThat(files(data)).as("%s", command).isEqualTo(before);
    }
    assertThat(Invocation.of("demo", "--out=" + data).err())
        .contains("'" + data + "' holds a data set (dataset.json)", "allowed: a comparison");
  }

  @Test
  void aFolderIsGoneOnWithByItsOwnKindAlone() throws IOException {
    for (ResultFolder kind : ResultFolder.values()) {
      Path out = folder.resolve(kind.toString());
      try (WriterLock held = kind.making(out)) {
        assertThat(out).isDirectory();
      }
    }
    Path report = folder.resolve("COMPARISON");
    Files.writeString(report.resolve("report.json"), "{}");
    ResultFolder.COMPARISON.require(report);
    assertThatThrownBy(() -> ResultFolder.SEARCH.require(report))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holds a comparison (report.json)")
        .hasMessageContaining("allowed: a search for settings");
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.writeString(run.resolve("config.yaml"), "");
    // Settings alone are not a run: they may lie beside what they are for.
    ResultFolder.COMPARISON.require(run);
    Files.writeString(run.resolve("metrics.jsonl"), "");
    assertThatThrownBy(() -> ResultFolder.COMPARISON.require(run))
        .hasMessageContaining("holds a training run (config.yaml)");
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.sorted().toList();
    }
  }
}
