package dev.twotower.trainer.run;

import ai.djl.ndarray.NDArray;
import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Checksum;
import dev.twotower.data.disk.Durable;
import dev.twotower.data.disk.Seal;
import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.disk.WorkFolder;
import dev.twotower.data.disk.WriteFailure;
import dev.twotower.data.json.Json;
import dev.twotower.trainer.checkpoint.RunState;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.tensor.ArrayMatrix;
import dev.twotower.trainer.tensor.ModelFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code model/} of a run: its weights, and the {@link ModelCard} that says what they belong to,
 * under one seal. Replaced as a whole: the earlier one stays until the new one is complete.
 */
final class ModelDirectory {
  static final String CARD = "model.json";
  static final String WEIGHTS = "weights.safetensors";
  private static final String NAME = "model";
  private static final String NEXT = ".model.next";
  private static final String EARLIER = ".model.earlier";

  private static final Logger LOG = LoggerFactory.getLogger(ModelDirectory.class);
  private final Path run;

  ModelDirectory(Path run) {
    this.run = run;
  }

  /**
   * Replaces the model.
   *
   * @param state kept beside it for a run that starts from this model; empty to keep none
   * @return the card with the checksum of the weights
   * @throws WriteFailure when it cannot be written; the earlier one then stays
   */
  ModelCard save(ModelCard card, TwoTowerModel model, Optional<? extends RunState> state)
      throws IOException {
    Path target = run.resolve(NAME);
    Path next = run.resolve(NEXT);
    Path earlier = run.resolve(EARLIER);
    try {
      if (!Files.exists(target) && Files.exists(next)) {
        Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
      }
      WorkFolder.delete(next);
      WorkFolder.delete(earlier);
      ModelCard written;
      try (StagedDirectory staged = StagedDirectory.inside(run, NEXT)) {
        Path weights = staged.path().resolve(WEIGHTS);
        ModelFile.write(weights, model.weights());
        written = card.withWeights(Checksum.sha256(weights));
        Json.INDENTED.writeValue(staged.path().resolve(CARD).toFile(), written);
        if (state.isPresent()) {
          OptimizerFiles.write(staged.path(), model, state.get());
        }
        Map<String, String> sums = new TreeMap<>(Map.of(WEIGHTS, written.weightsChecksum()));
        for (String file : state.isPresent() ? OptimizerFiles.AND_CARD : List.of(CARD)) {
          sums.put(file, Checksum.sha256(staged.path().resolve(file)));
        }
        Seal.write(staged.path(), sums);
        staged.commit();
      }
      if (Files.exists(target)) {
        Files.move(target, earlier, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
      Durable.directory(run);
      WorkFolder.delete(earlier);
      return written;
    } catch (IOException e) {
      throw Files.isDirectory(run) ? WriteFailure.of(target, e) : WriteFailure.gone(run);
    }
  }

  /** Where the model lies: between the two renames that replace it, it is the next one. */
  private Path path() {
    Path target = run.resolve(NAME);
    Path next = run.resolve(NEXT);
    return !Files.isDirectory(target) && Files.isDirectory(next) ? next : target;
  }

  boolean exists() {
    return Files.isDirectory(path());
  }

  /**
   * The card; the weights are not looked at.
   *
   * @throws BadDataException when the model is not there, or not as it was written
   */
  ModelCard card() {
    if (!exists()) {
      throw new BadDataException(
          "the run at '%s' has no model yet: %s"
              .formatted(run, Unfinished.words(run, Optional.empty())));
    }
    Path file = path().resolve(CARD);
    try {
      byte[] bytes = Seal.on(path()) ? seal().bytes(CARD) : Files.readAllBytes(file);
      ModelCard card = Json.INDENTED.readValue(bytes, ModelCard.class);
      if (card.formatVersion() > ModelCard.FORMAT_VERSION) {
        throw new BadDataException(
            "%s has format version %d; this version of twotower reads up to %d"
                .formatted(file, card.formatVersion(), ModelCard.FORMAT_VERSION));
      }
      if (card.formatVersion() >= ModelCard.SEALED) {
        seal();
      }
      return card;
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }

  private Seal seal() {
    return Seal.of(path(), "restore it from a copy, or train the run again");
  }

  /**
   * Compares all files with their checksums; says where an earlier version kept none.
   *
   * @throws BadDataException when one is missing or altered
   */
  ModelCard check() {
    ModelCard card = card();
    if (card.formatVersion() >= ModelCard.SEALED) {
      Seal seal = seal();
      // Listed, so that the check of all covers them.
      seal.sum(WEIGHTS);
      seal.checkAll();
    } else {
      LOG.warn(
          "{} was written by an earlier version of twotower, which kept no checksums of models:"
              + " whether it was changed since cannot be checked",
          path());
    }
    return card;
  }

  /**
   * Fills a model's optimisers, and what planning learned, as they were when the model was kept,
   * whose files {@link #check} has found as they were written; false where none were kept.
   */
  boolean loadState(TwoTowerModel model, RunState state) throws IOException {
    if (!Seal.on(path()) || !seal().lists(OptimizerFiles.OPTIMIZER)) {
      return false;
    }
    OptimizerFiles.read(path(), model, state);
    return true;
  }

  /**
   * Fills a model with the weights, which {@link #check} has found as they were written.
   *
   * @throws BadDataException when they do not fit the model
   */
  void load(TwoTowerModel model) throws IOException {
    Path weights = path().resolve(WEIGHTS);
    try {
      ModelFile.read(weights, model.weights());
    } catch (FileSystemException e) {
      throw BadDataException.unreadable(weights, e);
    }
  }

  /**
   * Fills a model that was made for some of the users.
   *
   * @throws BadDataException when the weights do not fit the model
   */
  void loadPart(TwoTowerModel model, Set<String> userTables, int[] users, int allUsers)
      throws IOException {
    Path weights = path().resolve(WEIGHTS);
    Map<String, NDArray> arrays = new LinkedHashMap<>(model.weights());
    try {
      for (String table : userTables) {
        String name = "table." + table;
        ModelFile.gather(weights, new ArrayMatrix(name, arrays.remove(name)), users, allUsers + 1);
      }
      ModelFile.read(weights, arrays);
    } catch (FileSystemException e) {
      throw BadDataException.unreadable(weights, e);
    }
  }
}
