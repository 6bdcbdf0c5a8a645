package dev.twotower.trainer.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was found. Sizes are bytes; {@code null} stands for what could not be found out.
 *
 * @param twotower version of this program
 * @param java the Java machine
 * @param machine the computer
 * @param surroundings what the program finds around it
 * @param engine the tensor engine; null when it does not start
 * @param devices devices the engine can use
 * @param findings what is missing or could be better
 */
public record Diagnosis(
    String twotower,
    Java java,
    Machine machine,
    Surroundings surroundings,
    EngineInfo engine,
    List<DeviceInfo> devices,
    List<Finding> findings) {

  /** The Java machine. */
  public record Java(String version, String vendor, String home, long maxHeapBytes) {}

  /** The computer. */
  public record Machine(String system, String architecture, int processors, Long memoryBytes) {}

  /**
   * What the program finds around it.
   *
   * @param encoding of file names and the command line
   * @param temporaryFolder where native libraries are unpacked
   * @param temporaryFreeBytes what is free there
   * @param workingFolder where the program was started
   * @param workingFreeBytes what is free there
   */
  public record Surroundings(
      String encoding,
      String temporaryFolder,
      Long temporaryFreeBytes,
      String workingFolder,
      Long workingFreeBytes) {}

  /**
   * The tensor engine.
   *
   * @param nativeLibrary how its native library was chosen: bundled, download or installed; empty
   *     when the launcher did not choose
   * @param nativeFolder where the native library lies
   */
  public record EngineInfo(
      String name, String version, String djl, String nativeLibrary, String nativeFolder) {}

  /** A device: {@code cpu} or {@code gpu:N}. */
  public record DeviceInfo(String name, Long memoryBytes, Long usedBytes, String capability) {}

  /**
   * Something that is missing.
   *
   * @param needed whether nothing can be trained without it
   * @param what what is missing
   * @param remedy how to get it
   */
  public record Finding(boolean needed, String what, String remedy) {}

  /** Whether models can be trained here. */
  public boolean usable() {
    return findings.stream().noneMatch(Finding::needed);
  }

  /** For a person. */
  public String toText() {
    List<String> lines = new ArrayList<>();
    lines.add(line("twotower", twotower));
    lines.add(
        line(
            "java", java.version + ", " + java.vendor + ", heap up to " + size(java.maxHeapBytes)));
    lines.add(
        line(
            "machine",
            machine.system
                + " "
                + machine.architecture
                + ", "
                + machine.processors
                + " processors, "
                + size(machine.memoryBytes)));
    lines.add(line("encoding", surroundings.encoding));
    lines.add(
        line(
            "temporary files",
            surroundings.temporaryFolder + ", " + size(surroundings.temporaryFreeBytes) + " free"));
    lines.add(
        line(
            "disk",
            surroundings.workingFolder + ", " + size(surroundings.workingFreeBytes) + " free"));
    if (engine == null) {
      lines.add(line("engine", "does not start"));
    } else {
      lines.add(line("engine", engine.name + " " + engine.version + ", DJL " + engine.djl));
      String choice = engine.nativeLibrary.isEmpty() ? "" : " (" + engine.nativeLibrary + ")";
      lines.add(line("native library", engine.nativeFolder + choice));
    }
    for (DeviceInfo device : devices) {
      String memory =
          device.memoryBytes == null
              ? ""
              : ", " + size(device.memoryBytes) + ", " + size(device.usedBytes) + " in use";
      String capability = device.capability == null ? "" : ", capability " + device.capability;
      lines.add(line("device", device.name + memory + capability));
    }
    for (Finding finding : findings) {
      lines.add(line(finding.needed ? "MISSING" : "advice", finding.what));
      lines.add(line("  remedy", finding.remedy));
    }
    lines.add(usable() ? "Ready to train." : "Not ready: see MISSING above.");
    return String.join(System.lineSeparator(), lines);
  }

  private static String line(String label, String value) {
    return "%-15s %s".formatted(label, value);
  }

  private static String size(Long bytes) {
    return bytes == null ? "size unknown" : String.format(Locale.ROOT, "%.1f GiB", bytes / 0x1p30);
  }
}
