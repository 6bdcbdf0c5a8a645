package dev.twotower.trainer.command.faults;

import dev.twotower.data.random.Streams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.rng.UniformRandomProvider;

/** Where trials are made: a folder, the options of this call, and the tally. */
final class Lab implements AutoCloseable {
  private final Path folder;
  private final FaultOptions options;
  private final Tally tally;
  private Worker worker;
  private Scene scene;

  Lab(Path folder, FaultOptions options, Tally tally) {
    this.folder = folder;
    this.options = options;
    this.tally = tally;
  }

  /** One trial. */
  @FunctionalInterface
  interface Trial {
    /**
     * @param room an empty folder of the trial's own
     * @param random the trial's own draws
     */
    Verdict run(Path room, UniformRandomProvider random) throws Exception;
  }

  FaultOptions options() {
    return options;
  }

  Tally tally() {
    return tally;
  }

  Path folder() {
    return folder;
  }

  /** The process that runs command lines one after the other. */
  Worker worker() {
    if (worker == null) {
      worker = new Worker(folder);
    }
    return worker;
  }

  /** Data sets, runs and the rest that trials break copies of; made at the first use. */
  Scene scene() throws IOException, InterruptedException {
    if (scene == null) {
      scene = Scene.make(this, folder.resolve("scene"));
    }
    return scene;
  }

  /** Makes a trial, unless this call leaves it out. */
  void trial(String part, String group, String name, double share, Trial trial) {
    String id = part + ":" + group + ":" + name;
    if (!options.wants(id, share)) {
      return;
    }
    Path room = folder.resolve("room");
    Verdict verdict;
    try {
      Folders.delete(room);
      Files.createDirectories(room);
      verdict = trial.run(room, Streams.stream(options.seed(), id));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    } catch (Exception failed) {
      verdict = Verdict.of(Verdict.Outcome.ERROR, failed.toString());
    }
    tally.add(part, group, id, verdict);
    if (options.verbose()) {
      System.out.println(verdict.outcome().label() + ": " + id + " " + verdict.detail());
    }
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.close();
    }
  }
}
