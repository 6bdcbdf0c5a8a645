package dev.twotower.trainer.command.faults;

import dev.twotower.trainer.command.faults.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;

/** Each damage of each file before each command that reads it. */
final class DamagePart implements Part {
  /** Flips that a trial makes of one file, for they find the most. */
  private static final int FLIPS = 4;

  private final Map<String, String> answers = new LinkedHashMap<>();
  private Lab lab;

  @Override
  public void run(Lab lab) throws Exception {
    this.lab = lab;
    Scene scene = lab.scene();
    for (Subject subject : Subject.all(scene, "u1")) {
      for (String file : Folders.files(scene.folder().resolve(subject.folder()))) {
        if (!subject.files().test(file)) {
          continue;
        }
        for (Reader reader : subject.readers()) {
          for (Damage damage : Damage.values()) {
            int times = damage == Damage.FLIP ? FLIPS : 1;
            for (int time = 0; time < times; time++) {
              lab.trial(
                  "damage",
                  subject.folder() + ", " + reader.name(),
                  file + ":" + damage + (time == 0 ? "" : time),
                  1,
                  (room, random) -> damaged(subject, file, reader, damage, room, random));
            }
          }
        }
      }
    }
  }

  private Verdict damaged(
      Subject subject,
      String file,
      Reader reader,
      Damage damage,
      Path room,
      UniformRandomProvider random)
      throws IOException, InterruptedException {
    String expected = answer(subject, reader, room.resolveSibling("room-whole"));
    Path original = lab.scene().folder().resolve(subject.folder());
    Path copy = Folders.copy(original, room.resolve(subject.folder()));
    Path sibling = original.resolveSibling(subject.folder() + "-2").resolve(file);
    String done = damage.apply(copy.resolve(file), sibling, random);
    if (done.equals(Damage.NOTHING)) {
      return Verdict.same();
    }
    Reply reply = lab.worker().run(reader.arguments().apply(copy, room));
    return verdict(reader, damage, file, done, expected, reply, room);
  }

  private static Verdict verdict(
      Reader reader,
      Damage damage,
      String file,
      String done,
      String expected,
      Reply reply,
      Path room)
      throws IOException {
    String detail = done + "; " + reply.excerpt();
    if (reply.code() == Reply.CRASHED) {
      return Verdict.of(Outcome.CRASH, detail);
    }
    if (reply.code() == Reply.HUNG) {
      return Verdict.of(Outcome.HANG, detail);
    }
    if (reply.trace()) {
      return Verdict.of(Outcome.TRACE, detail);
    }
    if (reply.code() == 0) {
      String found = reader.answer().read(room, reply);
      return found.equals(expected) ? Verdict.same() : Verdict.of(Outcome.OTHER, done);
    }
    // A seal that does not fit and a file that does not fit are one thing.
    boolean seal = file.endsWith("SHA256SUMS") && reply.err().contains("SHA-256");
    if (!seal && !reply.err().contains(Path.of(file).getFileName().toString())) {
      return Verdict.of(Outcome.UNNAMED, detail);
    }
    // Where the file is gone, there may be nothing to call bad: "no run here"; or what stands in
    // its place keeps it from being written.
    boolean gone = damage.takesTheFileAway();
    boolean written = reply.code() == 1 && reply.err().contains("cannot be written");
    boolean right = reply.code() == 3 || gone && (reply.code() == 2 || written);
    return Verdict.of(right ? Outcome.REFUSED : Outcome.CODE, detail);
  }

  /** What the command answers without damage. */
  private String answer(Subject subject, Reader reader, Path room)
      throws IOException, InterruptedException {
    String key = subject.folder() + " " + reader.name();
    if (!answers.containsKey(key)) {
      Folders.delete(room);
      Files.createDirectories(room);
      Path copy =
          Folders.copy(
              lab.scene().folder().resolve(subject.folder()), room.resolve(subject.folder()));
      Reply reply = lab.worker().run(reader.arguments().apply(copy, room));
      if (reply.code() != 0) {
        throw new IllegalStateException(
            key + " does not answer without damage: " + reply.excerpt());
      }
      answers.put(key, reader.answer().read(room, reply));
      Folders.delete(room);
    }
    return answers.get(key);
  }
}
