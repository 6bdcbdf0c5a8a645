package dev.twotower.trainer.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.disk.Checksum;
import dev.twotower.data.disk.Durable;
import dev.twotower.data.disk.Seal;
import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.disk.WorkFolder;
import dev.twotower.data.disk.WriteFailure;
import dev.twotower.data.disk.WriterLock;
import dev.twotower.data.json.Json;
import dev.twotower.trainer.checkpoint.Checkpoint;
import dev.twotower.trainer.checkpoint.Journal;
import dev.twotower.trainer.checkpoint.MetricsLog;
import dev.twotower.trainer.checkpoint.RunState;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.TwoTowerModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The files of one run (package description). One user at a time may write them. */
public final class RunDirectory implements AutoCloseable {
  private final Path path;
  private final Beginnings beginnings;
  private final Journal journal;
  private final RunCheckpoints checkpoints;
  private final ModelDirectory model;
  private final WriterLock lock;

  private RunDirectory(Path path, WriterLock lock) {
    this.path = path;
    this.lock = lock;
    this.beginnings = new Beginnings(path);
    this.journal = new Journal(path, beginnings.names());
    this.checkpoints = new RunCheckpoints(path, journal);
    this.model = new ModelDirectory(path);
  }

  /** Starts a run that starts from nothing, on a data set that it is told each time, see below. */
  public static RunDirectory create(Path path, RunConfig config) throws IOException {
    return create(path, config, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * Starts a run in a new directory, to be written.
   *
   * @param origin what it has from another run; empty where it starts from nothing
   * @param dataset the directory of the data set that it learns from
   * @param tried what short trainings before it found; empty where there were none
   * @throws IllegalArgumentException when something is there already
   */
  public static RunDirectory create(
      Path path,
      RunConfig config,
      Optional<Origin> origin,
      Optional<Path> dataset,
      Optional<Tried> tried)
      throws IOException {
    StagedDirectory.requireFree(path);
    try (StagedDirectory staged = StagedDirectory.create(path)) {
      Journal.begin(staged.path(), Beginnings.of(config, origin, dataset, tried));
      staged.commit();
    } catch (IOException e) {
      throw WriteFailure.of(path, e);
    }
    return openToWrite(path);
  }

  /**
   * Opens an existing run, to be read.
   *
   * @throws IllegalArgumentException when there is none
   * @throws BadDataException when there is one without a configuration
   */
  public static RunDirectory open(Path path) {
    requireRun(path);
    return new RunDirectory(path, null);
  }

  /**
   * Opens an existing run, to continue it.
   *
   * @throws IllegalArgumentException when there is none, or another process is writing it
   */
  public static RunDirectory openToWrite(Path path) throws IOException {
    requireRun(path);
    return new RunDirectory(path, WriterLock.in(path));
  }

  /** Whether a directory is a run, or what is left of one. */
  public static boolean isOne(Path path) {
    return Files.exists(path.resolve(Beginnings.CONFIG), LinkOption.NOFOLLOW_LINKS)
        || Files.exists(path.resolve(MetricsLog.FILE), LinkOption.NOFOLLOW_LINKS);
  }

  private static void requireRun(Path path) {
    Path config = path.resolve(Beginnings.CONFIG);
    if (!Files.isDirectory(path) || Files.notExists(config, LinkOption.NOFOLLOW_LINKS)) {
      if (Files.exists(path.resolve(MetricsLog.FILE))) {
        throw new BadDataException(
            "%s is missing from the run; restore it from a copy, or train again".formatted(config));
      }
      if (triesSettings(path)) {
        throw new IllegalArgumentException(
            "no run at '%s' yet: settings are being tried before it begins, or that was killed; wait, or give its command again without --resume"
                .formatted(path));
      }
      throw new IllegalArgumentException(
          "no run at '%s': it %s; name a directory that 'twotower train --out' wrote"
              .formatted(
                  path,
                  Files.exists(path.resolve("dataset.json"))
                      ? "is a data set"
                      : Files.exists(path) ? "has no " + Beginnings.CONFIG : "is not there"));
    }
  }

  private static boolean triesSettings(Path path) {
    try {
      return WorkFolder.isLeft(path, WorkFolder.TRIALS);
    } catch (IOException unknown) {
      return false;
    }
  }

  public Path path() {
    return path;
  }

  /** The data set that the run learns from. */
  public RunData data() {
    return new RunData(path, beginnings, model);
  }

  /**
   * What the run has from another one; empty where it started from nothing.
   *
   * @throws BadDataException when it is not as it was written
   */
  public Optional<Origin> origin() {
    return beginnings.origin();
  }

  /**
   * What short trainings before the run found; empty where there were none.
   *
   * @throws BadDataException when it is not as it was written
   */
  public Optional<Tried> tried() {
    return beginnings.tried();
  }

  /**
   * The configuration as it took effect.
   *
   * @throws BadDataException when it is not as it was written
   */
  public RunConfig config() {
    Path file = path.resolve(Beginnings.CONFIG);
    if (!earlierVersion()) {
      beginnings.seal().check(Beginnings.CONFIG);
    }
    try {
      return RunConfig.load(Optional.of(file), List.of());
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    } catch (IllegalArgumentException e) {
      throw new BadDataException(
          "the run's configuration is not one that this version of twotower reads: "
              + e.getMessage(),
          e);
    }
  }

  /** SHA-256 of the configuration's file. */
  public String configChecksum() {
    return journal.seal().sum(Beginnings.CONFIG);
  }

  /** Whether a version wrote the run that sealed nothing; its model's card says so. */
  private boolean earlierVersion() {
    return !Seal.on(path) && model.exists() && card().formatVersion() < ModelCard.SEALED;
  }

  /** Appends a line to {@code metrics.jsonl}, and its numbers to the TensorBoard event file. */
  public void log(Map<String, ?> line) throws IOException {
    journal.log(line);
  }

  /**
   * The lines of {@code metrics.jsonl}; of a run that has not ended, a last line cut short by a
   * kill is left out.
   *
   * @throws BadDataException when the file is damaged
   */
  public List<JsonNode> metrics() {
    return journal.lines();
  }

  /**
   * Writes a checkpoint and removes all but the newest {@code keep}.
   *
   * @param dataset the {@link #checksum} of the data set
   */
  public void save(
      Checkpoint checkpoint, String dataset, TwoTowerModel trained, RunState state, int keep)
      throws IOException {
    checkpoints.save(checkpoint, dataset, trained, state, keep);
  }

  /**
   * Loads the newest checkpoint into a model and a state; empty where there is none, both then
   * being untouched. Removes what a killed run has left half-written, and forgets the log's lines
   * that will be written again.
   *
   * @param dataset the {@link #checksum} of the data set to continue with
   * @throws BadDataException when a file of the checkpoint, or the best model so far, is not as it
   *     was written, or the run was trained on another data set
   */
  public Optional<Checkpoint> resume(String dataset, TwoTowerModel trained, RunState state)
      throws IOException {
    data().require(dataset);
    return checkpoints.resume(dataset, trained, state, lock, this::checkedCard);
  }

  /**
   * Loads the newest checkpoint before a step into a model and a state, and leaves the run as it
   * is; empty where there is none, both then being untouched.
   *
   * @param dataset the {@link #checksum} of the data set
   * @throws BadDataException when a file of the checkpoint is not as it was written, or the run was
   *     trained on another data set
   */
  public Optional<Checkpoint> before(
      long step, String dataset, TwoTowerModel trained, RunState state) throws IOException {
    data().require(dataset);
    return checkpoints.before(step, dataset, trained, state);
  }

  /**
   * Keeps the model's weights as the run's result, replacing an earlier result. At every moment
   * there is a whole model once there has been one: the earlier one stays until the new one is
   * complete.
   *
   * @param state kept beside the weights for a run that starts from this model; empty to keep none
   */
  public void saveModel(ModelCard card, TwoTowerModel trained, Optional<? extends RunState> state)
      throws IOException {
    write(model.save(card, trained, state));
  }

  /**
   * Fills the optimisers of a model of the same configuration and data set, and what planning
   * learned, as they were when {@link #saveModel} was called.
   *
   * @return false where the run keeps none: it was one of a comparison, or an earlier version wrote
   *     it
   */
  public boolean loadState(TwoTowerModel into, RunState state) throws IOException {
    return model.loadState(into, state);
  }

  private void write(ModelCard card) throws IOException {
    Durable.replace(path.resolve(ModelDirectory.CARD), Json.INDENTED.writeValueAsString(card));
  }

  /** Training has come to its end: from now on the log and the card are vouched for. */
  public void end() throws IOException {
    // A kill after the model's replacement leaves the earlier card beside it.
    write(model.card());
    journal.end(ModelDirectory.CARD);
  }

  /** Adds a result to a run that has ended. */
  public void endWith(String file, String content) throws IOException {
    Durable.replace(path.resolve(file), content);
    journal.end(ModelDirectory.CARD, file);
  }

  /**
   * A result that {@link #endWith} wrote; empty where the run has not come to that.
   *
   * @throws BadDataException when it is not as it was written
   */
  public Optional<String> result(String file) {
    if (earlierVersion()) {
      Path earlier = path.resolve(file);
      return Files.exists(earlier)
          ? Optional.of(new String(MetricsLog.read(earlier), StandardCharsets.UTF_8))
          : Optional.empty();
    }
    Seal seal = journal.seal();
    return seal.lists(file) ? Optional.of(seal.text(file)) : Optional.empty();
  }

  /** Whether a run was started at a place but not finished; false if there is no whole run. */
  public static boolean unfinished(Path path) {
    try {
      return Files.isRegularFile(path.resolve(Beginnings.CONFIG))
          && Seal.on(path)
          && !new RunDirectory(path, null).journal.ended();
    } catch (BadDataException damaged) {
      return false;
    }
  }

  /** Whether training of a run has come to its end; false where that is not known. */
  public static boolean ended(Path path) {
    try {
      return isOne(path) && Seal.on(path) && new RunDirectory(path, null).journal.ended();
    } catch (BadDataException damaged) {
      return false;
    }
  }

  /**
   * What the run's model is.
   *
   * @throws BadDataException when the run has no model yet, or the card is not as it was written
   */
  public ModelCard card() {
    return model.card();
  }

  /**
   * The same, once the model's files have been compared with their checksums, and the model found
   * to be this run's.
   *
   * @throws BadDataException when it is not as it was written, or belongs to another run
   */
  public ModelCard checkedCard() {
    ModelCard card = model.check();
    if (Seal.on(path) && journal.seal().lists(ModelDirectory.CARD)) {
      journal.seal().check(ModelDirectory.CARD);
    }
    if (card.formatVersion() >= ModelCard.SEALED
        && !card.configChecksum().equals(configChecksum())) {
      throw new BadDataException(
          "%s belongs to a run with other settings: SHA-256 of its config.yaml %s, that of '%s' is %s; restore it from a copy, or train the run again"
              .formatted(path.resolve("model"), card.configChecksum(), path, configChecksum()));
    }
    return card;
  }

  /** Fills a model of the same configuration and data set with the run's weights. */
  public void loadModel(TwoTowerModel into) throws IOException {
    model.load(into);
  }

  /**
   * Fills a model that was made for some of the users with the run's weights.
   *
   * @param userTables names of the tables that hold a row for each user
   * @param users the users' numbers in the whole data set, ascending
   * @param allUsers users of the whole data set
   */
  public void loadPart(TwoTowerModel into, Set<String> userTables, int[] users, int allUsers)
      throws IOException {
    model.loadPart(into, userTables, users, allUsers);
  }

  /** SHA-256 of a data set's manifest, which itself holds the checksums of all its files. */
  public static String checksum(Dataset data) {
    return checksum(data.directory());
  }

  /** SHA-256 of the manifest in a data set's directory. */
  public static String checksum(Path dataset) {
    Path manifest = dataset.resolve("dataset.json");
    try {
      return Checksum.sha256(manifest);
    } catch (IOException e) {
      throw BadDataException.unreadable(manifest, e);
    }
  }

  /** Gives the right to write back. */
  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }
}
