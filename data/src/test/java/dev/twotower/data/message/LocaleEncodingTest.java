package dev.twotower.data.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LocaleEncodingTest {
  private static final String KEY = "sun.jnu.encoding";
  private final String before = System.getProperty(KEY);

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(KEY);
    } else {
      System.setProperty(KEY, before);
    }
  }

  @Test
  void wordsThatLostLettersAreFoundWhereTheEncodingLacksThem() {
    String[] words = {"--user", "\ufffd\ufffd1"};
    System.setProperty(KEY, "ANSI_X3.4-1968");
    assertThat(LocaleEncoding.lost(words)).contains("\ufffd\ufffd1");
    assertThat(LocaleEncoding.lost("--user", "u1")).isEmpty();
    System.setProperty(KEY, "UTF-8");
    assertThat(LocaleEncoding.lost(words)).as("somebody may mean it").isEmpty();
    System.setProperty(KEY, "no such encoding");
    assertThat(LocaleEncoding.isComplete()).isFalse();
  }
}
