package dev.twotower.trainer.command.faults;

import dev.twotower.trainer.command.faults.Verdict.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.commons.rng.UniformRandomProvider;

/** Signals before long commands: exit code 130, soon, with a checkpoint or with nothing left. */
final class SignalPart implements Part {
  /** A second signal ends a command at once. */
  private static final int AT_ONCE_SECONDS = 5;

  private static final int PATIENCE_SECONDS = 60;

  @Override
  public void run(Lab lab) throws Exception {
    Scene scene = lab.scene();
    Path large = lab.folder().resolve("large");
    if (!Files.exists(large)) {
      lab.worker().run(Work.generate(300_000).start().apply(large));
    }
    List<Work> works = new ArrayList<>();
    works.add(
        Work.train(
            "train", scene.data(), List.of("--set=epochs=4000", "--set=evaluation.everyEpochs=0")));
    works.add(
        Work.quantize(scene, "--set=epochs=4000", "--set=warmup=4", "--set=checkpointEpochs=2"));
    works.add(
        new Work(
            "compare",
            out -> Scene.with(Scene.compare(scene.data(), out), "--set=epochs=300"),
            UnaryOperator.identity(),
            (out, reply) -> ""));
    works.add(
        new Work(
            "generate",
            out -> List.of("generate", "--to=" + out, "--users=20000", "--rows=4000000"),
            UnaryOperator.identity(),
            (out, reply) -> ""));
    works.add(Work.imports(Logs.csv(lab.folder().resolve("long.csv"), 1_500_000)));
    works.add(
        reading(
            "diagnose",
            "diagnose",
            "--data=" + large,
            "--layout=iid,sorted,requests:400",
            "--batch-size=256,512,1024,2048",
            "--mask=identity,identity+user,identity+engaged"));
    works.add(reading("bench", "bench", "--batch-size=4096", "--requests=256"));
    works.add(
        new Work(
            "demo",
            out -> List.of("demo", "--out=" + out),
            UnaryOperator.identity(),
            (out, reply) -> ""));
    for (Work work : works) {
      for (String signal : List.of("INT", "TERM", "HUP", "INT INT", "TERM INT")) {
        lab.trial(
            "signal",
            work.name(),
            signal,
            1,
            (room, random) -> signalled(work, signal, room, random));
      }
    }
    Work slow =
        Work.train(
            "train, amid a step of many seconds",
            large,
            List.of("--set=engine=dense", "--set=batchSize=16384", "--set=dim=512"));
    lab.trial(
        "signal",
        slow.name(),
        "INT INT",
        1,
        (room, random) -> signalled(slow, "INT INT", room, random));
  }

  private static Work reading(String name, String... command) {
    return new Work(name, out -> List.of(command), UnaryOperator.identity(), (out, reply) -> "");
  }

  private static Verdict signalled(
      Work work, String signals, Path room, UniformRandomProvider random)
      throws IOException, InterruptedException {
    Path out = room.resolve("here/out");
    Files.createDirectories(out.getParent());
    Path temporary = room.resolve("tmp");
    Child child = Child.start(room.resolve("logs"), temporary, work.start().apply(out));
    boolean learns = work.name().equals("train") || work.name().equals("quantize");
    boolean reads = work.name().equals("diagnose") || work.name().equals("bench");
    boolean begun = child.await(() -> begun(out, learns), reads ? 3_000 : 30_000);
    TimeUnit.MILLISECONDS.sleep(begun ? 300 + random.nextInt(300) : 0);
    if (!child.alive()) {
      Reply early = child.end(1);
      return early.code() == 0
          ? Verdict.of(Outcome.SKIPPED, "ended before the signal")
          : KillPart.bad(early, "before the signal");
    }
    String[] each = signals.split(" ");
    child.signal(each[0]);
    if (each.length > 1) {
      TimeUnit.MILLISECONDS.sleep(500);
      if (child.alive()) {
        child.signal(each[1]);
      }
    }
    Reply reply = child.end(each.length > 1 ? AT_ONCE_SECONDS : PATIENCE_SECONDS);
    boolean hangUp = signals.equals("HUP") && reply.code() == 128 + 1;
    if (reply.code() != 130 && !hangUp || reply.trace()) {
      return KillPart.bad(reply, "after " + signals);
    }
    if (each.length > 1) {
      return Verdict.same(); // what is left is what a kill leaves
    }
    List<Path> left = Results.begun(out);
    if (!left.isEmpty()) {
      return Verdict.of(Outcome.LEFT, left.toString());
    }
    return learns && Scene.newest(out) < 0
        ? Verdict.of(Outcome.OTHER, "no checkpoint was written")
        : Verdict.same();
  }

  private static boolean begun(Path out, boolean learns) {
    try {
      if (learns) {
        Path log = out.resolve("metrics.jsonl");
        return Files.exists(log) && Files.size(log) > 0;
      }
      return Files.exists(out) || !Results.begun(out).isEmpty();
    } catch (IOException | UncheckedIOException moving) {
      return true;
    }
  }
}
