package dev.twotower.trainer.command.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** The program behind {@code scripts/faults}: exit code 0 without a fault, 1 with one, 2 usage. */
public final class Faults {
  private static final Map<String, Part> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put("damage", new DamagePart());
    PARTS.put("kill", new KillPart());
    PARTS.put("signal", new SignalPart());
    PARTS.put("disk", new DiskPart());
    PARTS.put("writers", new WritersPart());
    PARTS.put("launcher", new LauncherPart());
    PARTS.put("hostile", new HostilePart());
  }

  private Faults() {}

  public static void main(String[] args) throws Exception {
    FaultOptions options;
    try {
      options = FaultOptions.parse(args, new ArrayList<>(PARTS.keySet()));
    } catch (IllegalArgumentException mistake) {
      System.err.println("faults: " + mistake.getMessage());
      System.exit(2);
      return;
    }
    System.out.println("seed " + options.seed() + "; --seed repeats it");
    Tally tally = new Tally(System.out, "scripts/faults --seed " + options.seed() + " --only");
    Path work = work(options);
    long start = System.nanoTime();
    try (Lab lab = new Lab(work, options, tally)) {
      for (String part : options.parts()) {
        long before = System.nanoTime();
        PARTS.get(part).run(lab);
        System.out.printf("%s: %d s%n", part, (System.nanoTime() - before) / 1_000_000_000);
      }
    } finally {
      if (options.work().isEmpty()) {
        Folders.delete(work);
      }
    }
    tally.print();
    System.out.printf(
        "%d s, seed %d%n", (System.nanoTime() - start) / 1_000_000_000, options.seed());
    System.exit(tally.faults() == 0 ? 0 : 1);
  }

  private static Path work(FaultOptions options) throws IOException {
    if (options.work().isEmpty()) {
      return Files.createTempDirectory("twotower-faults");
    }
    Path folder = options.work().get().toAbsolutePath().normalize();
    Folders.delete(folder); // of an earlier call
    return Files.createDirectories(folder);
  }
}
