package dev.twotower.trainer.run;

import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.WriterLock;
import dev.twotower.trainer.checkpoint.Checkpoint;
import dev.twotower.trainer.checkpoint.Journal;
import dev.twotower.trainer.checkpoint.RunState;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.tensor.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** The checkpoints of a run: weights, optimisers and what planning learned. */
final class RunCheckpoints {
  private final Path path;
  private final Journal journal;

  RunCheckpoints(Path path, Journal journal) {
    this.path = path;
    this.journal = journal;
  }

  /**
   * Where a run stands, and on what.
   *
   * @param dataset checksum of the data set's manifest
   */
  private record Standing(Checkpoint checkpoint, String dataset) {}

  /** See {@link RunDirectory#save}. */
  void save(Checkpoint checkpoint, String dataset, TwoTowerModel trained, RunState state, int keep)
      throws IOException {
    journal.save(
        checkpoint.step(),
        new Standing(checkpoint, dataset),
        folder -> {
          ModelFile.write(folder.resolve(ModelDirectory.WEIGHTS), trained.weights());
          OptimizerFiles.writeArrays(folder, trained, state);
        },
        keep);
  }

  /**
   * See {@link RunDirectory#resume}.
   *
   * @param checkedCard the run's model, found to be as it was written
   */
  Optional<Checkpoint> resume(
      String dataset,
      TwoTowerModel trained,
      RunState state,
      WriterLock lock,
      Supplier<ModelCard> checkedCard)
      throws IOException {
    Optional<Journal.Found<Standing>> found =
        journal.goBack(Standing.class, lock, standing -> require(standing, dataset, checkedCard));
    return found.isEmpty() ? Optional.empty() : Optional.of(load(found.get(), trained, state));
  }

  /** See {@link RunDirectory#before}. */
  Optional<Checkpoint> before(long step, String dataset, TwoTowerModel trained, RunState state)
      throws IOException {
    Optional<Journal.Found<Standing>> found = journal.before(step, Standing.class);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    requireSame(found.get().state(), dataset);
    return Optional.of(load(found.get(), trained, state));
  }

  private static Checkpoint load(
      Journal.Found<Standing> found, TwoTowerModel trained, RunState state) throws IOException {
    Path newest = found.path();
    Checkpoint checkpoint = found.state().checkpoint();
    ModelFile.read(newest.resolve(ModelDirectory.WEIGHTS), trained.weights());
    OptimizerFiles.readArrays(newest, trained, state);
    trained.resume(checkpoint.temperature(), checkpoint.denseSteps());
    return checkpoint;
  }

  private void requireSame(Standing standing, String dataset) {
    if (!standing.dataset().equals(dataset)) {
      throw another(dataset, path, standing.dataset());
    }
  }

  /** Another data set than the run's. */
  static BadDataException another(String received, Path run, String known) {
    return new BadDataException(
        "the data set has checksum %s, the run at '%s' was trained on %s; name that one with --data"
            .formatted(received, run, known));
  }

  private void require(Standing standing, String dataset, Supplier<ModelCard> checkedCard) {
    requireSame(standing, dataset);
    long best = standing.checkpoint().best().step();
    if (best >= 0) {
      // The resumed run need not write a better one, and would end without.
      ModelCard card = checkedCard.get();
      if (card.step() < best) {
        throw new BadDataException(
            "%s holds the model of step %d, but the newest checkpoint records a better one of step %d; restore that from a copy, or train the run again"
                .formatted(path.resolve("model"), card.step(), best));
      }
    }
  }
}
