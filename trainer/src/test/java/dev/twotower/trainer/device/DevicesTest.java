package dev.twotower.trainer.device;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DevicesTest {
  @AfterEach
  void restore() {
    Devices.useThreads(0);
  }

  /** Also where the first number that is set in a process is another. */
  @Test
  void noThreadsMeansThoseThatTheEngineBeganWith() {
    int others = Runtime.getRuntime().availableProcessors() + 5;
    Devices.useThreads(others);
    assertThat(JniUtils.getNumThreads()).isEqualTo(others);
    Devices.useThreads(0);
    assertThat(JniUtils.getNumThreads()).isNotEqualTo(others);
  }
}
