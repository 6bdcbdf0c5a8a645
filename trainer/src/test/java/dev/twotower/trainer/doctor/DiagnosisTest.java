package dev.twotower.trainer.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.trainer.doctor.Diagnosis.DeviceInfo;
import dev.twotower.trainer.doctor.Diagnosis.EngineInfo;
import dev.twotower.trainer.doctor.Diagnosis.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
  private static Diagnosis diagnosis(EngineInfo engine, DeviceInfo device, Finding... findings) {
    return new Diagnosis(
        "1.0",
        new Diagnosis.Java("17", "Somebody", "/java", 1L << 30),
        new Diagnosis.Machine("Linux", "amd64", 2, 3L << 30),
        new Diagnosis.Surroundings("UTF-8", "/tmp", 1L << 30, "/work", null),
        engine,
        List.of(device),
        List.of(findings));
  }

  @Test
  void deviceMemoryIsShownWhereItIsKnown() {
    EngineInfo engine = new EngineInfo("PyTorch", "2", "0.35", "installed", "/opt/torch");
    Diagnosis gpu = diagnosis(engine, new DeviceInfo("gpu:0", 8L << 30, 1L << 30, "90"));
    assertThat(gpu.usable()).isTrue();
    assertThat(gpu.toText())
        .contains("gpu:0, 8.0 GiB, 1.0 GiB in use, capability 90", "/opt/torch (installed)")
        .contains("UTF-8", "/tmp, 1.0 GiB free", "/work, size unknown free");
  }

  @Test
  void whatIsNeededMakesTheMachineUnusableAndComesWithItsRemedy() {
    Diagnosis broken =
        diagnosis(
            null,
            new DeviceInfo("cpu", null, null, null),
            new Finding(true, "no engine", "install one"));
    assertThat(broken.usable()).isFalse();
    assertThat(broken.toText()).contains("does not start", "MISSING", "no engine", "install one");
  }

  @Test
  void adviceDoesNot() {
    EngineInfo engine = new EngineInfo("PyTorch", "2", "0.35", "", "/opt/torch");
    Diagnosis advised =
        diagnosis(
            engine,
            new DeviceInfo("cpu", null, null, null),
            new Finding(false, "an idle GPU", "use it"));
    assertThat(advised.usable()).isTrue();
    assertThat(advised.toText()).contains("advice", "an idle GPU", "Ready to train.");
  }
}
