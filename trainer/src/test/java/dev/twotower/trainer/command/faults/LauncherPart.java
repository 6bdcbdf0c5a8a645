package dev.twotower.trainer.command.faults;

import dev.twotower.trainer.command.faults.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Builds by the launcher while processes run, and while other launchers want one. */
final class LauncherPart implements Part {
  @Override
  public void run(Lab lab) throws Exception {
    lab.trial("launcher", "build", "while a run goes on", 8, (room, random) -> rebuilt(lab, room));
    lab.trial("launcher", "build", "two at once", 8, (room, random) -> twoAtOnce(lab, room));
    lab.trial("launcher", "build", "that fails", 8, (room, random) -> failing(lab, room));
  }

  private static Verdict rebuilt(Lab lab, Path room) throws IOException, InterruptedException {
    SourceTree tree = SourceTree.make(lab.options().root(), room.resolve("tree"));
    Reply built = tree.launch(List.of("--version")).end(120);
    if (built.code() != 0) {
      return KillPart.bad(built, "the first build");
    }
    // The build comes before the run's first checkpoint, so that there are classes left to load.
    Path data = room.resolve("data");
    lab.worker().run(Work.generate(250_000).start().apply(data));
    Path out = room.resolve("out");
    Child running = tree.launch(Scene.train(data, out, List.of("--set=epochs=1")));
    Path log = out.resolve("metrics.jsonl");
    if (!running.await(() -> log.toFile().length() > 0, 60_000)) {
      return KillPart.bad(running.end(1), "the run did not begin");
    }
    tree.change();
    Reply rebuilt = tree.launch(List.of("--version")).end(120);
    if (rebuilt.code() != 0 || tree.builds() != 2) {
      return KillPart.bad(rebuilt, tree.builds() + " builds; the second");
    }
    if (!running.alive() && Files.exists(out.resolve("model"))) {
      return Verdict.of(Outcome.ERROR, "the run ended before the build did");
    }
    Reply end = running.end(300);
    return end.code() == 0 && !end.trace()
        ? Verdict.same()
        : KillPart.bad(end, "the run, after the build");
  }

  private static Verdict twoAtOnce(Lab lab, Path room) throws IOException, InterruptedException {
    SourceTree tree = SourceTree.make(lab.options().root(), room.resolve("tree"));
    List<Child> launchers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      launchers.add(tree.launch(List.of("--version")));
      TimeUnit.MILLISECONDS.sleep(100);
    }
    for (Child each : launchers) {
      Reply reply = each.end(180);
      if (reply.code() != 0) {
        return KillPart.bad(reply, "one of three launchers");
      }
    }
    return tree.builds() == 1
        ? Verdict.same()
        : Verdict.of(Outcome.OTHER, tree.builds() + " builds for one change");
  }

  private static Verdict failing(Lab lab, Path room) throws IOException, InterruptedException {
    SourceTree tree = SourceTree.make(lab.options().root(), room.resolve("tree"));
    Files.createFile(tree.folder().resolve("broken"));
    Reply reply = tree.launch(List.of("--version")).end(120);
    if (reply.code() != 1 || !reply.err().contains("build failed")) {
      return KillPart.bad(reply, "with a build that fails");
    }
    Files.delete(tree.folder().resolve("broken"));
    Reply again = tree.launch(List.of("--version")).end(120);
    return again.code() == 0
        ? Verdict.of(Outcome.REFUSED, "")
        : KillPart.bad(again, "mended after a build that failed");
  }
}
