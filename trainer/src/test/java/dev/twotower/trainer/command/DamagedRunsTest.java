package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.disk.WriterLock;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Design 13: every file that a command reads is vouched for by another. Each file of small runs,
 * codes, exports and comparisons is damaged in many ways, and every command that reads it must end
 * with exit code 3 and the file's name.
 */
class DamagedRunsTest {
  private static final String SEAL = SmallRuns.SEAL;

  @TempDir static Path folder;
  private static SmallRuns runs;

  @BeforeAll
  static void writeEverything() throws Exception {
    runs = SmallRuns.in(folder);
  }

  static Stream<Arguments> filesAndReaders() throws IOException {
    return runs.filesAndReaders();
  }

  /** Something that can happen to a file; false where it cannot happen to this one. */
  @FunctionalInterface
  private interface Damage {
    boolean to(Path file, byte[] whole, Path other) throws IOException;
  }

  private static byte[] flipped(byte[] whole, int at, int bit) {
    byte[] damaged = whole.clone();
    damaged[at] ^= (byte) (1 << bit);
    return damaged;
  }

  private static boolean put(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    return true;
  }

  private static final List<Damage> DAMAGES =
      List.of(
          // Amid a seal it may fall on the line of a file that the command does not read.
          (file, whole, other) ->
              !file.endsWith(SEAL) && put(file, flipped(whole, whole.length / 2, 6)),
          (file, whole, other) -> put(file, flipped(whole, whole.length - 1, 3)),
          (file, whole, other) -> put(file, Arrays.copyOf(whole, whole.length / 2)),
          (file, whole, other) -> put(file, Arrays.copyOf(whole, whole.length - 1)),
          (file, whole, other) ->
              !Arrays.equals(whole, Files.readAllBytes(other))
                  && put(file, Files.readAllBytes(other)),
          (file, whole, other) -> put(file, new byte[0]),
          (file, whole, other) -> {
            Files.delete(file);
            // A file that the user names is a mistake of the user; a report is written anew.
            return !file.getParent().endsWith("run-vectors") && !file.endsWith("report.json");
          },
          (file, whole, other) -> {
            Files.delete(file);
            Files.createDirectory(file);
            return true;
          },
          (file, whole, other) -> {
            Files.delete(file);
            Files.createSymbolicLink(file, file);
            return true;
          });

  @ParameterizedTest(name = "{0}")
  @MethodSource("filesAndReaders")
  void aDamagedFileIsNamed(String name, String another, String[] reader) throws IOException {
    Path file = folder.resolve(name);
    byte[] whole = Files.readAllBytes(file);
    // Damage to a seal may show in a file that it lists.
    String named = (name.endsWith(SEAL) ? file.getParent() : file).toString();
    // A comparison measures its batches before it comes to a run, so it takes its time.
    int step = name.startsWith("comparison/runs") ? 2 : 1;
    for (int kind = 0; kind < DAMAGES.size(); kind += step) {
      try {
        if (DAMAGES.get(kind).to(file, whole, folder.resolve(another))) {
          Invocation refused = Invocation.of(reader);
          assertThat(refused.err()).as("damage %d", kind).contains(named).doesNotContain("\tat ");
          assertThat(refused.exitCode()).as("damage %d: %s", kind, refused.err()).isEqualTo(3);
          assertThat(refused.out()).isEmpty();
        }
      } finally {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) || Files.isSymbolicLink(file)) {
          Files.delete(file);
        }
        Files.write(file, whole);
      }
    }
  }

  @Test
  void whatLiesBesideExportedVectorsMustBeThere() throws IOException {
    for (String name : List.of("items.ids.json", "export.json", SEAL)) {
      Path file = folder.resolve("run-vectors").resolve(name);
      Path aside = folder.resolve("aside");
      Files.move(file, aside);
      try {
        Invocation.of(runs.quantize("items.npy")).refused(3, file + " is missing");
      } finally {
        Files.move(aside, file);
      }
    }
  }

  /** One flip is enough here: the readers share what the test above goes through. */
  @Test
  void everyCommandThatReadsAModelChecksIt() throws IOException {
    Path weights = folder.resolve("run/model/weights.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, flipped(whole, whole.length - 30, 6));
    String run = "--run=" + runs.at("run");
    try {
      for (List<String> command :
          List.of(
              List.of("evaluate", run),
              List.of("recommend", run, "--user=u1"),
              List.of("export", run, "--to=" + runs.at("never"), "--format=npy"),
              List.of("quantize", run, "--out=" + runs.at("never")))) {
        Invocation.of(command.toArray(String[]::new))
            .refused(3, weights.toString(), "SHA-256 expected");
        assertThat(folder.resolve("never")).doesNotExist();
      }
    } finally {
      Files.write(weights, whole);
    }
  }

  /** A whole model directory of another run is whole, but not this run's. */
  @Test
  void theModelOfAnotherRunIsRefused() throws IOException {
    Path own = folder.resolve("run/model");
    Path aside = folder.resolve("aside");
    Files.move(own, aside);
    Files.move(folder.resolve("other/model"), own);
    try {
      Invocation.of(runs.evaluate()).refused(3, own.toString(), "run with other settings");
    } finally {
      Files.move(own, folder.resolve("other/model"));
      Files.move(aside, own);
    }
  }

  /** Finished runs of a comparison are of one data set, those that choose from a grid too. */
  @Test
  void runsThatWereKeptAreNotUsedForOtherData() throws IOException {
    Path others = folder.resolve("other-data");
    Invocation.done(
        "generate", "--to=" + others, "--users=60", "--items=120", "--rows=900", "--seed=9");
    String[] command = runs.compare();
    command[1] = "--data=" + others;
    Path model = folder.resolve("comparison/runs/01-iid_identity/seed-1");
    Invocation.of(command).refused(3, model.toString(), "was trained on", "--data");
  }

  @Test
  void whatIsBeingWrittenIsNotWrittenTwice() throws IOException {
    try (RunDirectory held = RunDirectory.openToWrite(folder.resolve("part"))) {
      Invocation.of(runs.resume()).refused(2, runs.at("part"), "is being written by this process");
    }
    try (WriterLock held = WriterLock.in(folder.resolve("comparison"))) {
      Invocation.of(runs.compare()).refused(2, runs.at("comparison"), "is being written by");
    }
    try (WriterLock held = WriterLock.in(folder.resolve("run-begun"))) {
      Invocation.of(runs.resumeQuantizer()).refused(2, runs.at("run-begun"), "is being written by");
    }
    Path export = folder.resolve("an export");
    try (WriterLock held = WriterLock.beside(export)) {
      Invocation.of("export", "--run=" + runs.at("run"), "--to=" + export, "--format=npy")
          .refused(2, export.toString(), "is being written by");
    }
    assertThat(export).doesNotExist();
  }

  @Test
  void aRunOfAVersionThatSealedNothingIsRead() throws IOException {
    Path old = folder.resolve("old");
    try (Stream<Path> files = Files.walk(folder.resolve("run"))) {
      for (Path file : files.filter(each -> !each.endsWith(SEAL)).toList()) {
        Files.copy(file, old.resolve(folder.resolve("run").relativize(file).toString()));
      }
    }
    String[] command = runs.evaluate();
    command[1] = "--run=" + old;
    Invocation.of(command).refused(3, old.resolve("model/" + SEAL) + " is missing");
    Path card = old.resolve("model/model.json");
    Files.writeString(
        card,
        Files.readString(card).replaceFirst("\"formatVersion\" : [0-9]+", "\"formatVersion\" : 1"));
    assertThat(Invocation.of(command).out()).isEqualTo(Invocation.of(runs.evaluate()).out());
  }

  @Test
  void aFileThatMayNotBeReadIsNotCalledDamaged() throws IOException {
    for (Arguments each : filesAndReaders().toList()) {
      Path file = folder.resolve((String) each.get()[0]);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
      try {
        Assumptions.assumeFalse(Files.isReadable(file), "needs a user who is not root");
        Invocation refused = Invocation.of((String[]) each.get()[2]);
        refused.refused(3, file.toString(), "permission denied");
        assertThat(refused.err()).doesNotContain("remove", "cut short");
      } finally {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      }
    }
  }
}
