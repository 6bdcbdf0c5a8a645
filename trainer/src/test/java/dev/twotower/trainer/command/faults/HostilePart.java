package dev.twotower.trainer.command.faults;

import dev.twotower.trainer.command.faults.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;

/** Files that nobody should have written: taken, or refused by name; nothing else. */
final class HostilePart implements Part {
  @Override
  public void run(Lab lab) throws Exception {
    List<HostileFile> files = new ArrayList<>();
    files.addAll(HostileLogs.all());
    files.addAll(HostileVectors.all(lab.scene()));
    files.addAll(HostileSettings.all(lab.scene()));
    for (HostileFile each : files) {
      lab.trial(
          "hostile", each.kind(), each.name(), 1, (room, random) -> read(lab, each, room, random));
    }
    lab.trial(
        "hostile", "condition", "a second statement", 1, (room, random) -> condition(lab, room));
  }

  private static Verdict read(Lab lab, HostileFile each, Path room, UniformRandomProvider random)
      throws IOException {
    Path file = room.resolve(each.file());
    each.content().write(file, random);
    Reply reply = lab.worker().run(each.command().apply(file));
    if (reply.code() == 0) {
      return each.refuse() ? Verdict.of(Outcome.OTHER, "accepted") : Verdict.same();
    }
    if (reply.code() != 2 && reply.code() != 3 || reply.trace()) {
      return KillPart.bad(reply, "while reading");
    }
    if (!reply.err().contains(each.file())) {
      return Verdict.of(Outcome.UNNAMED, reply.excerpt());
    }
    boolean brief = reply.err().length() < 4000;
    return brief
        ? Verdict.of(Outcome.REFUSED, reply.excerpt())
        : Verdict.of(Outcome.UNNAMED, "a message of " + reply.err().length() + " characters");
  }

  /** A condition is one condition: it writes nothing. */
  private static Verdict condition(Lab lab, Path room) throws IOException {
    Path written = room.resolve("written.csv");
    List<String> command =
        Scene.with(
            Logs.imports(Logs.csv(room.resolve("log.csv"), 200), room.resolve("data")),
            "--where=1=1) ; COPY (SELECT 1) TO '" + written + "'; --");
    Reply reply = lab.worker().run(command);
    if (Files.exists(written)) {
      return Verdict.of(Outcome.OTHER, "the statement was run");
    }
    return reply.code() == 2 ? Verdict.of(Outcome.REFUSED, "") : KillPart.bad(reply, "condition");
  }
}
