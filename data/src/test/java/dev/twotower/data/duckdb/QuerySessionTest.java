package dev.twotower.data.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class QuerySessionTest {
  private static String told(String message) {
    return new QuerySession.QueryException(new SQLException(message)).getMessage();
  }

  /** As DuckDB says that a disk is full. */
  @Test
  void aFailureWithinAMessageIsToldByItsSentence() {
    assertThat(
            told(
                "IO Error: Async write failed for range [offset=6335, size=22020]:"
                    + " {\"exception_type\":\"IO\",\"exception_message\":\"Could not write file"
                    + " \\\"/d/a \\\\ b.parquet\\\": No space left on device\",\"errno\":\"28\"}"))
        .isEqualTo("Could not write file \"/d/a \\ b.parquet\": No space left on device");
  }

  @Test
  void otherMessagesAreToldByTheirFirstLine() {
    assertThat(told("Binder Error: no {\"x\":1}\nLINE 1")).isEqualTo("Binder Error: no {\"x\":1}");
    assertThat(told(null)).isEqualTo("unknown error");
  }
}
