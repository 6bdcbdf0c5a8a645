package dev.twotower.trainer.command.faults;

import dev.twotower.trainer.command.faults.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.rng.UniformRandomProvider;

/** Two processes that write one folder: the second is refused, the first does not notice. */
final class WritersPart implements Part {
  private static final int TIMES = 3;

  @Override
  public void run(Lab lab) throws Exception {
    Scene scene = lab.scene();
    List<Work> works =
        List.of(
            Work.train(
                "train", scene.data(), List.of("--set=epochs=40", "--set=checkpoint.everySteps=3")),
            Work.quantize(scene, "--set=epochs=150", "--set=warmup=4", "--set=checkpointEpochs=1"),
            Work.compare(scene),
            Work.imports(Logs.csv(lab.folder().resolve("log.csv"), 60_000)),
            Work.generate(200_000),
            Work.export(scene));
    for (Work work : works) {
      for (int time = 0; time < TIMES; time++) {
        lab.trial(
            "writers",
            work.name(),
            "one after the other " + time,
            1,
            (room, random) -> two(lab, work, room, random, true, false));
        lab.trial(
            "writers",
            work.name(),
            "at once " + time,
            1,
            (room, random) -> two(lab, work, room, random, false, false));
      }
      if (work.name().equals("train") || work.name().equals("quantize")) {
        for (int time = 0; time < TIMES; time++) {
          lab.trial(
              "writers",
              work.name(),
              "two go on " + time,
              1,
              (room, random) -> two(lab, work, room, random, false, true));
        }
      }
    }
  }

  private static Verdict two(
      Lab lab, Work work, Path room, UniformRandomProvider random, boolean staggered, boolean goOn)
      throws IOException, InterruptedException {
    Path whole = room.resolve("whole/out");
    Reply undisturbed = lab.worker().run(work.start().apply(whole));
    Path out = room.resolve("here/out");
    Files.createDirectories(out.getParent());
    Path temporary = room.resolve("tmp");
    if (goOn) {
      Child killed = Child.start(room.resolve("logs"), temporary, work.start().apply(out));
      killed.await(() -> Scene.newest(out) >= 6, 60_000);
      killed.kill();
    }
    Child first = Child.start(room.resolve("logs"), temporary, work.next(out));
    if (staggered) {
      first.await(() -> Files.exists(out) && !Results.isEmpty(out), 30_000);
      TimeUnit.MILLISECONDS.sleep(random.nextInt(200));
    }
    Child second = Child.start(room.resolve("logs"), temporary, work.next(out));
    Reply one = first.end(120);
    Reply other = second.end(120);
    if (one.code() != 0 && other.code() != 0) {
      return KillPart.bad(one, "both ended, the other with " + other.excerpt() + "; the first");
    }
    for (Reply each : List.of(one, other)) {
      boolean refused = each.code() == 2 || each.code() == 1;
      if (each.code() != 0 && (!refused || each.trace())) {
        return KillPart.bad(each, "of two writers one");
      }
      if (refused && !each.err().contains(out.toString())) {
        return Verdict.of(Outcome.UNNAMED, each.excerpt());
      }
    }
    if (staggered && one.code() != 0) {
      return Verdict.of(Outcome.OTHER, "the second writer ended the first: " + one.excerpt());
    }
    String expected = work.answer().read(whole, undisturbed);
    String found = work.answer().read(out, one);
    if (!found.equals(expected)) {
      return Verdict.of(Outcome.OTHER, Results.difference(expected, found));
    }
    List<Path> left = Results.begun(out);
    return left.isEmpty()
        ? Verdict.of(one.code() + other.code() == 0 ? Outcome.SAME : Outcome.REFUSED, "")
        : Verdict.of(Outcome.LEFT, left.toString());
  }
}
