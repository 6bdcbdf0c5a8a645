package dev.twotower.data.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReceivedTest {
  @Test
  void shortValuesStandAsTheyAre() {
    assertThat(Received.quoted("a b")).isEqualTo("'a b'");
    assertThat(Received.quoted(null)).isEqualTo("'null'");
    String message = "--k: received 'it''s'; allowed: 1 to 9\n  and 'more'";
    assertThat(Received.inMessage(message)).isEqualTo(message);
  }

  @Test
  void longOnesAreCutAndTheRestOfTheMessageStays() {
    String words = "word ".repeat(1_000);
    assertThat(Received.inMessage("received '" + words + "'; allowed: 1 to 9"))
        .isEqualTo(
            "received '" + words.substring(0, 200) + "... (5000 characters)'; allowed: 1 to 9");
    String blob = "x".repeat(2_000_000);
    assertThat(Received.inMessage("key " + blob + ": received 3; allowed: 1 to 9"))
        .isEqualTo(
            "key " + "x".repeat(200) + "... (2000001 characters) received 3; allowed: 1 to 9");
    assertThat(Received.inMessage("it's ".repeat(100_000)).length()).isLessThan(4_100);
    assertThat(Received.inMessage("$1 \\ '" + "$".repeat(300) + "'").length()).isLessThan(300);
  }

  /** What stands between two values in quotes is none, whatever quotes the values hold. */
  @Test
  void whatStandsBetweenValuesStays() {
    String message =
        "--where: received 'at > '2026-01-01''; " + "allowed ".repeat(40) + "--where 'x > '2026''";
    assertThat(Received.inMessage(message)).isEqualTo(message);
  }

  @Test
  void noHalfCharacterIsLeft() {
    String cut = Received.cut("x" + "\ud83d\ude00".repeat(300));
    assertThat(cut.substring(0, cut.indexOf("..."))).hasSize(199);
  }
}
