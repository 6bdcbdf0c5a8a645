package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class FileOrderTest {
  /**
   * What {@code input_file_name()} of Spark says of the files a b, a!b, a+b, Mai, März, 2 and 10.
   */
  @Test
  void urisAreInTheOrderOfTheirPaths() {
    List<String> paths =
        List.of(
            "file:///log/2.csv",
            "file:///log/10.csv",
            "file:///log/Mai.csv",
            "file:///log/M\u00e4rz.csv",
            "file:///log/a b.csv",
            "file:///log/a!b.csv",
            "file:///log/a+b.csv");
    List<String> uris =
        List.of(
            "file:///log/2.csv",
            "file:///log/10.csv",
            "file:///log/Mai.csv",
            "file:///log/M%C3%A4rz.csv",
            "file:///log/a%20b.csv",
            "file:///log/a!b.csv",
            "file:///log/a+b.csv");
    assertThat(sorted(paths, FileOrder.BY_NUMBERS)).isEqualTo(paths);
    assertThat(sorted(uris, FileOrder.OF_URIS)).isEqualTo(uris);
    assertThat(sorted(paths, FileOrder.OF_URIS)).as("paths as they are").isEqualTo(paths);
  }

  /** Two names for one path, and a percent sign that begins no letter, are names all the same. */
  @Test
  void allTextsHaveAPlace() {
    assertThat(FileOrder.OF_URIS.compare("file:///a%41", "file:///aA")).isNegative();
    assertThat(FileOrder.OF_URIS.compare("/50%", "/50%")).isZero();
    assertThat(FileOrder.OF_URIS.compare("/50%", "/51%")).isNegative();
  }

  private static List<String> sorted(List<String> names, Comparator<String> order) {
    List<String> sorted = new ArrayList<>(names);
    Collections.reverse(sorted);
    sorted.sort(order);
    return sorted;
  }
}
