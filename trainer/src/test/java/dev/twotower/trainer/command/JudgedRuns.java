package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two arms of two seeds that a comparison trained on a small log, to be judged.
 *
 * @param report of the comparison
 * @param first the runs of the first arm, joined by commas
 * @param second those of the second
 */
record JudgedRuns(SmallComparison small, JsonNode report, String first, String second) {
  /** Trains them in a folder; the comparison is in its {@code ab}. */
  static JudgedRuns in(Path folder) throws IOException {
    SmallComparison small = SmallComparison.in(folder);
    JsonNode report = small.compare("ab", "iid/identity,sorted/identity+user", "--json").json();
    List<String> arms = new ArrayList<>();
    try (Stream<Path> runs = Files.list(folder.resolve("ab").resolve("runs"))) {
      runs.sorted().map(JudgedRuns::runs).forEach(arms::add);
    }
    return new JudgedRuns(small, report, arms.get(0), arms.get(1));
  }

  /** Largest seed first: the order is not to matter. */
  private static String runs(Path arm) {
    try (Stream<Path> runs = Files.list(arm)) {
      List<String> all =
          runs.filter(Files::isDirectory)
              .map(Path::toString)
              .sorted(Comparator.reverseOrder())
              .toList();
      assertThat(all).hasSize(2);
      return String.join(",", all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path data() {
    return small.data();
  }

  /** Judges other arms against the first, which is called shuffled. */
  Invocation judge(String... more) {
    List<String> arguments = new ArrayList<>(List.of("judge", "--arm=shuffled=" + first));
    arguments.addAll(List.of(more));
    return Invocation.of(arguments.toArray(String[]::new));
  }

  /** A copy of a run, beside the data set. */
  Path copied(String run) {
    Path copy = small.folder().resolve("copy-" + Math.abs(run.hashCode()));
    try (Stream<Path> files = Files.walk(Path.of(run))) {
      for (Path file : files.toList()) {
        Path to = copy.resolve(Path.of(run).relativize(file));
        if (Files.notExists(to)) {
          Files.copy(file, to);
        }
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
