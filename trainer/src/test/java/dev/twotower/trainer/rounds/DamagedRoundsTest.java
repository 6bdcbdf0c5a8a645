package dev.twotower.trainer.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.disk.WorkFolder;
import dev.twotower.trainer.command.Invocation;
import dev.twotower.trainer.command.faults.Parts;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.tower.Carried;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every file of a round is vouched for by the round's seal, whoever reads it. */
class DamagedRoundsTest {
  @TempDir Path temp;

  @Test
  void aFileThatHasChangedIsNamed() throws Exception {
    Path data = temp.resolve("data");
    Invocation.done("generate", "--to=" + data, "--users=60", "--items=80", "--rows=1000");
    Invocation.done(
        "train",
        "--data=" + data,
        "--out=" + temp.resolve("run"),
        "--set=device=cpu",
        "--set=threads=1",
        "--set=batchSize=64",
        "--set=dim=8",
        "--set=epochs=1");
    Parts.of(data, temp.resolve("parted"));
    RunConfig config = RunConfig.load(Optional.of(temp.resolve("run/config.yaml")), List.of());
    RoundPlan plan =
        new RoundPlan(1, 4, RoundPlan.LogQ.LOG, RoundPlan.Merge.SUM, RoundPlan.Batches.LOG, "");
    PartedDataset parted = PartedDataset.open(temp.resolve("parted"));
    Path run = temp.resolve("rounds-run");
    Round round = new Round(parted, config, plan, run, Carried.NOTHING);
    round.begin(0);
    PartReport report = round.train(1, 0);
    new RoundMerge(plan, run).merge(1, List.of(report));
    List<Path> files;
    try (Stream<Path> all = Files.walk(run.resolve("rounds"))) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    assertThat(files).hasSizeGreaterThan(9);
    for (Path file : files) {
      byte[] whole = Files.readAllBytes(file);
      byte[] damaged = whole.clone();
      damaged[whole.length / 2] ^= 1;
      Files.write(file, damaged);
      boolean first = file.toString().contains("round-00000");
      if (first) {
        WorkFolder.delete(run.resolve("rounds/round-00001"));
      }
      assertThatThrownBy(() -> round.train(first ? 1 : 2, 0))
          .as("%s", file)
          .isInstanceOf(BadDataException.class)
          .hasMessageContaining(run.resolve("rounds").toString())
          .hasMessageContaining("--resume");
      Files.write(file, whole);
      if (first) {
        restore(round, run, plan);
      }
    }
    assertThat(round.train(2, 0).steps()).isPositive();
  }

  private static void restore(Round round, Path run, RoundPlan plan)
      throws IOException, InterruptedException {
    new RoundMerge(plan, run).merge(1, List.of(round.train(1, 0)));
  }
}
