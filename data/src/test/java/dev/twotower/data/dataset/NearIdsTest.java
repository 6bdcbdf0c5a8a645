package dev.twotower.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kind: an id typed in another spelling than the log has. */
class NearIdsTest {
  private static final EntityTable TABLE =
      new MemoryEntityTable(
          List.of("00060028", "Anna", "17850", "7", "007", " x ", "0", "b.0"),
          List.of(),
          List.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "60028|'00060028'",
        "0060028|'00060028'",
        "anna|'Anna'",
        "ANNA |'Anna'",
        "`\"Anna\"`|'Anna'",
        "17850.0|'17850'",
        "07|'7', '007'",
        "x|' x '",
        "000|'0'"
      })
  void otherSpellingsAreNamed(String given, String named) {
    assertThat(NearIds.hint(TABLE, given)).isEqualTo(" (the log has " + named + "; write it so)");
  }

  @ParameterizedTest
  @CsvSource({"6002", "600280", "Ann", "b", "nobody", "''"})
  void othersAreNot(String given) {
    assertThat(NearIds.hint(TABLE, given)).isEmpty();
  }
}
