package dev.twotower.data.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProgramNameTest {
  @AfterEach
  void forget() {
    System.clearProperty(ProgramName.CALLED);
  }

  @Test
  void withoutALauncherItGoesByItsName() {
    assertThat(ProgramName.command("train --data %s", "my logs"))
        .isEqualTo("twotower train --data 'my logs'");
  }

  @Test
  void itIsCalledAsItWas() {
    System.setProperty(ProgramName.CALLED, "scripts/twotower");
    assertThat(ProgramName.command("doctor")).isEqualTo("scripts/twotower doctor");
    System.setProperty(ProgramName.CALLED, "/my tools/twotower");
    assertThat(ProgramName.command("doctor")).isEqualTo("'/my tools/twotower' doctor");
  }
}
