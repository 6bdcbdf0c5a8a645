package dev.twotower.trainer.kept;

import dev.twotower.data.disk.WriterLock;
import dev.twotower.eval.page.ReportFiles;
import dev.twotower.eval.page.TunePage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a folder may be that results come into bit by bit; it is never of two kinds. */
public enum ResultFolder {
  COMPARISON("a comparison", ReportFiles.JSON),
  SEARCH("a search for settings", TunePage.JSON),
  ABLATION("an ablation of semantic IDs", "ablation.json");

  /** A folder of one of these is made by another command, and written once. */
  private enum Other {
    DATA_SET("a data set", "dataset.json"),
    CODES("semantic IDs", "input.json"),
    RUN("a training run", "config.yaml"),
    VECTORS("exported vectors", "export.json"),
    MODEL("a model", "model.json");

    private final String words;
    private final String mark;

    Other(String words, String mark) {
      this.words = words;
      this.mark = mark;
    }
  }

  private final String words;
  private final String mark;

  ResultFolder(String words, String mark) {
    this.words = words;
    this.mark = mark;
  }

  /**
   * Makes a folder of this kind, unless one is there, and takes its lock.
   *
   * @throws IllegalArgumentException when a folder of another kind is there, nothing can be written
   *     there, or another process has the lock
   */
  public WriterLock making(Path out) throws IOException {
    require(out);
    return WriterLock.making(out);
  }

  /**
   * Refuses a folder of another kind, and touches nothing.
   *
   * @throws IllegalArgumentException saying what is there
   */
  public void require(Path out) {
    other(out)
        .ifPresent(
            found -> {
              throw new IllegalArgumentException(
                  "'%s' holds %s; allowed: %s that is to be gone on with, an empty directory, or one to be made"
                      .formatted(out, found, words));
            });
  }

  private Optional<String> other(Path out) {
    for (Other other : Other.values()) {
      if (Files.exists(out.resolve(other.mark))) {
        return Optional.of("%s (%s)".formatted(other.words, other.mark));
      }
    }
    List<ResultFolder> found =
        Arrays.stream(values()).filter(kind -> Files.exists(out.resolve(kind.mark))).toList();
    return found.isEmpty() || found.contains(this)
        ? Optional.empty()
        : Optional.of("%s (%s)".formatted(found.get(0).words, found.get(0).mark));
  }
}
