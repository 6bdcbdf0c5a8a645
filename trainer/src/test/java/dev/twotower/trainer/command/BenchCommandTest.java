package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
  private static final String[] SMALL = {
    "bench",
    "--batch-size=256",
    "--items=500",
    "--dim=8",
    "--hidden=8",
    "--steps=3",
    "--device=cpu",
    "--part=step"
  };

  @Test
  void explainsEveryLineAndSaysOnStandardErrorWhatItDoes() {
    Invocation bench = Invocation.of(SMALL);
    assertThat(bench.exitCode()).isZero();
    assertThat(bench.out())
        .contains("user tower inputs", "item tower inputs", "scores, R x M", "  towers", "  rest")
        .contains("R: rows of the loss's matrix", "M: its columns", "floor: time for what")
        .contains("  tables: update of the embedding rows");
    assertThat(bench.err()).contains("bench: writing a log", "then timing 3 steps");
  }

  @Test
  void requestsFollowTheBatchUnlessGiven() {
    String[] json = Arrays.copyOf(SMALL, SMALL.length + 1);
    json[SMALL.length] = "--json";
    JsonNode report = Invocation.of(json).json();
    assertThat(report.at("/requests").intValue()).isEqualTo(16);
    assertThat(report.at("/distinctRequests").doubleValue()).isBetween(16.0, 17.0);
    // Without a history, the four requests of a user are one input.
    assertThat(report.at("/userInputs").doubleValue()).isBetween(4.0, 6.0);
    assertThat(report.at("/lossQueries")).isEqualTo(report.at("/userInputs"));
    assertThat(report.at("/partMillis/rest").isNumber()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --batch-size=0                | --batch-size: received 0; allowed: 2 to 1048576
          --batch-size=many             | '--batch-size'
          --batch-size=64 --requests=65 | --requests: received 65; allowed: 1 to 64
          --requests=0                  | --requests: received 0; allowed: 1 to
          --steps=-3                    | --steps: received -3; allowed: 1 to 100000
          --items=0                     | --items: received 0; allowed: 1 to
          --item-rows=-1                | --item-rows: received -1; allowed: 1 to
          --dim=0                       | --dim: received 0; allowed: 1 to 4096
          --hidden=8,-1                 | --hidden: received -1; allowed: 1 to 4096
          --history=-1                  | --history: received -1; allowed: 0 to 4096
          --threads=-1                  | --threads: received -1; allowed: 0 to 1024
          --device=tpu                  | --device: received 'tpu'; allowed: auto, cpu or gpu:N
          """)
  void refusesEachOptionInItsOwnTerms(String options, String fragment) {
    String[] given = ("bench " + options).split(" ");
    Invocation refused = Invocation.of(given);
    refused.refused(2, fragment);
    String other = options.startsWith("--batch-size=64") ? "--batch-size: received" : "config";
    assertThat(refused.err()).doesNotContain(other);
    if (!options.contains("--requests")) {
      assertThat(refused.err()).doesNotContain("--requests: received");
    }
  }

  @Test
  void namesEveryWrongOptionAtOnce() {
    Invocation.of("bench", "--batch-size=0", "--steps=0")
        .refused(2, "--batch-size: received 0", "--steps: received 0");
  }
}
