package dev.twotower.trainer.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.pytorch.jni.JniUtils;
import dev.twotower.data.parallel.Workers;
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

  @Test
  void workersTakeOneEngineThreadEachAndLeaveTheCallersAsTheyWere() {
    Devices.useThreads(5);
    Workers workers = Devices.workers(3);
    assertThat(workers.threads()).isEqualTo(3);
    workers.each(60, chunk -> assertThat(JniUtils.getNumThreads()).isEqualTo(1));
    assertThat(JniUtils.getNumThreads()).isEqualTo(5);
    assertThatThrownBy(
            () ->
                workers.each(
                    60,
                    chunk -> {
                      throw new IllegalStateException("chunk");
                    }))
        .hasMessage("chunk");
    assertThat(JniUtils.getNumThreads()).isEqualTo(5);
  }
}
