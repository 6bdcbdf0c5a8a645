package dev.twotower.trainer.command.faults;

import dev.twotower.trainer.command.faults.Verdict.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Kill -9, again and again, then to the end: what is there must be what an undisturbed command
 * leaves. Half of the kills wait for a file that is being written.
 */
final class KillPart implements Part {
  private static final int KILLS = 4;

  /** A command that is never caught at work ends all the same. */
  private static final int ATTEMPTS = 3;

  @Override
  public void run(Lab lab) throws Exception {
    Scene scene = lab.scene();
    List<Work> all = new ArrayList<>(TrainSettings.all(scene));
    all.add(Work.quantize(scene, "--set=epochs=40", "--set=warmup=4", "--set=checkpointEpochs=1"));
    all.add(Work.compare(scene));
    all.add(Work.imports(Logs.csv(lab.folder().resolve("log.csv"), 60_000)));
    all.add(Work.generate(200_000));
    all.add(Work.export(scene));
    all.add(
        Work.train(
            "train --from",
            scene.data(),
            List.of(
                "--from=" + scene.run(),
                "--from-data=" + scene.data(),
                "--set=epochs=12",
                "--set=checkpoint.everySteps=3")));
    all.add(Work.tune(scene));
    all.add(Work.lists(lab));
    for (Work work : all) {
      lab.trial(
          "kill", work.name(), "resume", 1, (room, random) -> killed(lab, work, room, random));
    }
  }

  private static Verdict killed(Lab lab, Work work, Path room, UniformRandomProvider random)
      throws IOException, InterruptedException {
    Path whole = room.resolve("whole/out");
    Reply undisturbed = lab.worker().run(work.start().apply(whole));
    if (undisturbed.code() != 0) {
      return Verdict.of(Outcome.ERROR, "undisturbed: " + undisturbed.excerpt());
    }
    String expected = work.answer().read(whole, undisturbed);
    Path out = room.resolve("killed/out");
    Path temporary = room.resolve("tmp");
    Files.createDirectories(out.getParent());
    int wanted = lab.options().trials() > 0 ? lab.options().trials() : KILLS;
    int kills = 0;
    for (int attempt = 0; kills < wanted && attempt < wanted * ATTEMPTS; attempt++) {
      Child child = Child.start(room.resolve("logs"), temporary, work.next(out));
      boolean writing = strike(child, out, random);
      if (child.kill()) {
        kills++;
        lab.tally().count("kills");
        if (writing) {
          lab.tally().count("kills amid a file that was being written");
        }
      } else {
        Reply ended = child.end(1);
        if (ended.code() != 0 && !finished(work, out, ended, expected)) {
          return bad(ended, "gone on with after " + kills + " kills");
        }
        Folders.delete(out); // too quick for the kill; once more
      }
    }
    Results.age(temporary);
    Child last = Child.start(room.resolve("logs"), temporary, work.next(out));
    Reply end = last.end(240);
    if (end.code() != 0 && !finished(work, out, end, expected)) {
      return bad(end, "gone on with after " + kills + " kills");
    }
    String found = work.answer().read(out, end);
    if (!found.equals(expected)) {
      return Verdict.of(Outcome.OTHER, Results.difference(expected, found));
    }
    List<Path> left = new ArrayList<>(Results.begun(out));
    left.addAll(Results.large(temporary));
    return left.isEmpty()
        ? Verdict.of(Outcome.SAME, kills + " kills")
        : Verdict.of(Outcome.LEFT, left.toString());
  }

  /**
   * Whether a command refuses to write what is there, whole: the kill before came after its end.
   */
  private static boolean finished(Work work, Path out, Reply refusal, String expected)
      throws IOException {
    return refusal.code() == 2
        && refusal.excerpt().contains("exists")
        && work.answer().read(out, refusal).equals(expected);
  }

  /** Waits for the moment of the kill. */
  private static boolean strike(Child child, Path out, UniformRandomProvider random)
      throws IOException, InterruptedException {
    Set<Path> before = new HashSet<>(Results.begun(out));
    long newest = Scene.newest(out);
    boolean aimed = random.nextBoolean();
    BooleanSupplier writing =
        () -> {
          try {
            return !before.containsAll(Results.begun(out));
          } catch (IOException | UncheckedIOException moving) {
            return true;
          }
        };
    if (aimed) {
      boolean caught = child.await(writing, 60_000);
      TimeUnit.MILLISECONDS.sleep(random.nextInt(9));
      return caught;
    }
    child.await(() -> writing.getAsBoolean() || Scene.newest(out) > newest, 60_000);
    TimeUnit.MILLISECONDS.sleep(random.nextInt(400));
    return false;
  }

  static Verdict bad(Reply reply, String when) {
    String detail = when + ": " + reply.excerpt();
    Outcome outcome =
        switch (reply.code()) {
          case Reply.CRASHED -> Outcome.CRASH;
          case Reply.HUNG -> Outcome.HANG;
          default -> reply.trace() ? Outcome.TRACE : Outcome.CODE;
        };
    return Verdict.of(outcome, detail);
  }
}
