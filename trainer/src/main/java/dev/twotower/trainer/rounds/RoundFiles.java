package dev.twotower.trainer.rounds;

import dev.twotower.data.disk.Checksum;
import dev.twotower.data.disk.Seal;
import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.disk.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Where the rounds of a run lie (package description). */
public final class RoundFiles {
  static final String TABLES = "tables.safetensors";
  static final String STATE = "state.json";
  static final String OWN = "own.safetensors";
  static final String PLANNING = "planning.bin";
  static final String TOUCHED = "touched.bin";

  private final Path rounds;

  /** The rounds of a run's directory. */
  public RoundFiles(Path run) {
    this.rounds = run.resolve("rounds");
  }

  Path round(int round) {
    return rounds.resolve(String.format(Locale.ROOT, "round-%05d", round));
  }

  Path shared(int round) {
    return round(round).resolve("shared");
  }

  Path part(int round, int part) {
    return round(round).resolve(String.format(Locale.ROOT, "part-%05d", part));
  }

  /** What a part trains on in the round after one. */
  Path next(int round, int part) {
    return round(round).resolve(String.format(Locale.ROOT, "next-%05d", part));
  }

  boolean announced(int round, int part) {
    return Seal.on(next(round, part));
  }

  /** The last round whose tables are merged; -1 where there is none. */
  public int last() throws IOException {
    if (!Files.isDirectory(rounds)) {
      return -1;
    }
    int last = -1;
    try (Stream<Path> folders = Files.list(rounds)) {
      for (Path folder : folders.toList()) {
        String name = folder.getFileName().toString();
        if (name.matches("round-[0-9]{5,}") && Seal.on(folder.resolve("shared"))) {
          last = Math.max(last, Integer.parseInt(name.substring("round-".length())));
        }
      }
    }
    return last;
  }

  /** Bytes of the tables that all parts share. */
  public long tableBytes(int round) throws IOException {
    return bytes(shared(round).resolve(TABLES));
  }

  /** Whether a round's tables are merged and still there. */
  public boolean has(int round) {
    return Seal.on(shared(round));
  }

  /** Removes a round. */
  public void remove(int round) throws IOException {
    if (Files.isDirectory(round(round))) {
      WorkFolder.delete(round(round));
    }
  }

  /** Fills a folder. */
  @FunctionalInterface
  interface Content {
    void write(Path folder) throws IOException;
  }

  /**
   * Writes a folder that appears whole and sealed; where another process was first, its folder
   * stays, which holds the same.
   */
  static void write(Path target, Content content) throws IOException {
    Files.createDirectories(target.getParent());
    Path own =
        target.resolveSibling(
            target.getFileName()
                + ".by-"
                + ProcessHandle.current().pid()
                + "-"
                + System.nanoTime());
    try (StagedDirectory staged = StagedDirectory.create(own)) {
      content.write(staged.path());
      Map<String, String> sums = new TreeMap<>();
      try (Stream<Path> files = Files.list(staged.path())) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          if (!file.getFileName().toString().equals(Seal.FILE)) {
            sums.put(file.getFileName().toString(), Checksum.sha256(file));
          }
        }
      }
      Seal.write(staged.path(), sums);
      staged.commit();
    }
    try {
      Files.move(own, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Seal.on(target)) {
        throw e;
      }
      WorkFolder.delete(own);
    }
  }

  /** Checks a folder of a round before it is read. */
  static void check(Path folder) {
    Seal.of(folder, "remove the round's folder and go on with --resume, or train again").checkAll();
  }

  /** Bytes of a folder's file; 0 where it is absent. */
  static long bytes(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }
}
