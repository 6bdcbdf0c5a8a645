package dev.twotower.trainer.command.faults;

import dev.twotower.trainer.command.faults.Verdict.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A disk that fills up while a command writes: it says which file, leaves nothing that looks whole,
 * and ends as undisturbed once there is room.
 */
final class DiskPart implements Part {
  private static final int[] FREE_KILOBYTES = {0, 8, 24, 60, 120, 250, 500, 1000, 2000};

  @Override
  public void run(Lab lab) throws Exception {
    if (lab.options().disk().isEmpty()) {
      lab.trial(
          "disk",
          "all",
          "mount",
          8,
          (room, random) ->
              Verdict.of(Outcome.SKIPPED, "needs root, to mount a small file system"));
      return;
    }
    Path disk = lab.options().disk().get();
    Scene scene = lab.scene();
    List<Work> works =
        List.of(
            Work.train(
                "train", scene.data(), List.of("--set=epochs=4", "--set=checkpoint.everySteps=10")),
            Work.quantize(scene, "--set=epochs=8", "--set=warmup=4", "--set=checkpointEpochs=2"),
            Work.compare(scene),
            Work.imports(Logs.csv(lab.folder().resolve("log.csv"), 60_000)),
            Work.generate(150_000),
            Work.export(scene));
    for (Work work : works) {
      for (int free : FREE_KILOBYTES) {
        lab.trial(
            "disk",
            work.name(),
            free + " kB",
            1,
            (room, random) -> full(lab, work, room, disk, free));
      }
    }
  }

  private static Verdict full(Lab lab, Work work, Path room, Path disk, int free)
      throws IOException {
    Path whole = room.resolve("whole/out");
    Reply undisturbed = lab.worker().run(work.start().apply(whole));
    String expected = work.answer().read(whole, undisturbed);
    for (Path each : Folders.walk(disk)) {
      if (!each.equals(disk)) {
        Folders.delete(each);
      }
    }
    Path out = disk.resolve("here/out");
    Files.createDirectories(out.getParent());
    Path ballast = disk.resolve("ballast");
    fill(ballast, disk.toFile().getUsableSpace() - free * 1024L);
    Reply reply = lab.worker().run(work.start().apply(out));
    boolean failed = reply.code() != 0;
    if (failed) {
      if (reply.code() != 1 || reply.trace()) {
        return KillPart.bad(reply, "on a full disk");
      }
      if (!reply.err().contains(disk.toString())) {
        return Verdict.of(Outcome.UNNAMED, reply.excerpt());
      }
      if (!Results.begun(out).isEmpty()) {
        return Verdict.of(Outcome.LEFT, Results.begun(out).toString());
      }
    }
    Files.delete(ballast);
    if (failed) {
      reply = lab.worker().run(work.next(out));
      if (reply.code() != 0) {
        return KillPart.bad(reply, "gone on with after a full disk");
      }
    }
    String found = work.answer().read(out, reply);
    return !found.equals(expected)
        ? Verdict.of(Outcome.OTHER, Results.difference(expected, found))
        : failed ? Verdict.of(Outcome.REFUSED, "") : Verdict.same();
  }

  private static void fill(Path file, long bytes) throws IOException {
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long written = 0; written + block.length <= bytes; written += block.length) {
        out.write(block);
      }
    }
  }
}
