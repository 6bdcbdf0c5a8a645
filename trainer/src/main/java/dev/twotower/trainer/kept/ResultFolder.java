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
  ABLATION("an ablation of semantic IDs", "ablation.json"),
  JUDGEMENT("a judgement of runs", ResultFolder.JUDGED);

  /** The document of a judgement. */
  public static final String JUDGED = "judge.json";

  /** A folder of one of these is made by another command, and written once. */
  private enum Other {
    DATA_SET("a data set", "dataset.json"),
    CODES("semantic IDs", "input.json"),
    RUN("a training run", "config.yaml", "metrics.jsonl"),
    VECTORS("exported vectors", "export.json"),
    MODEL("a model", "model.json", "SHA256SUMS");

    private final String words;
    private final List<String> marks;

    /**
     * @param marks files that it holds, all of them
     */
    Other(String words, String... marks) {
      this.words = words;
      this.marks = List.of(marks);
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
    if (Files.exists(out.resolve(mark))) {
      return Optional.empty();
    }
    for (Other other : Other.values()) {
      if (other.marks.stream().allMatch(each -> Files.exists(out.resolve(each)))) {
        return Optional.of("%s (%s)".formatted(other.words, other.marks.get(0)));
      }
    }
    return Arrays.stream(values())
        .filter(kind -> Files.exists(out.resolve(kind.mark)))
        .findFirst()
        .map(kind -> "%s (%s)".formatted(kind.words, kind.mark));
  }
}
