package dev.twotower.trainer.run;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.twotower.data.dataset.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.StagedDirectory;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.ModelFile;
import dev.twotower.trainer.model.TwoTowerModel;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of one run. */
public final class RunDirectory {
  private static final String CONFIG = "config.yaml";
  private static final String CARD = "model.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String PLANNING = "planning.bin";
  private static final String MODEL = "model";
  private static final String NEXT_MODEL = ".model.next";
  private static final String EARLIER_MODEL = ".model.earlier";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Path path;
  private final Checkpoints checkpoints;
  private final MetricsLog metrics;

  private RunDirectory(Path path) {
    this.path = path;
    this.checkpoints = new Checkpoints(path);
    this.metrics = new MetricsLog(path);
  }

  /**
   * Starts a run in a new directory.
   *
   * @throws IllegalArgumentException when something is there already
   */
  public static RunDirectory create(Path path, RunConfig config) throws IOException {
    StagedDirectory.requireFree(path);
    try (StagedDirectory staged = StagedDirectory.create(path)) {
      Files.writeString(staged.path().resolve(CONFIG), config.toYaml());
      Files.createFile(staged.path().resolve(MetricsLog.FILE));
      staged.commit();
    }
    return new RunDirectory(path);
  }

  /**
   * Opens an existing run.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static RunDirectory open(Path path) {
    if (!Files.isRegularFile(path.resolve(CONFIG))) {
      throw new IllegalArgumentException(
          "no run at '%s': it has no %s; name a directory that 'twotower train --out' wrote"
              .formatted(path, CONFIG));
    }
    return new RunDirectory(path);
  }

  public Path path() {
    return path;
  }

  /** The configuration as it took effect. */
  public RunConfig config() throws IOException {
    return RunConfig.load(Optional.of(path.resolve(CONFIG)), List.of());
  }

  /** Appends a line to {@code metrics.jsonl}, and its numbers to the TensorBoard event file. */
  public void log(Map<String, ?> line) throws IOException {
    metrics.append(line);
  }

  /** The lines of {@code metrics.jsonl}; a last line cut short by a kill is left out. */
  public List<JsonNode> metrics() throws IOException {
    return metrics.lines();
  }

  /** Replaces one of the run's files as a whole or not at all. */
  public void replace(String file, String content) throws IOException {
    MetricsLog.replace(path, file, content);
  }

  /**
   * Where a run stands, and on what.
   *
   * @param dataset checksum of the data set's manifest
   */
  private record Standing(Checkpoint checkpoint, String dataset) {}

  /**
   * Writes a checkpoint and removes all but the newest {@code keep}.
   *
   * @param dataset the {@link #checksum} of the data set
   */
  public void save(
      Checkpoint checkpoint, String dataset, TwoTowerModel model, RunState state, int keep)
      throws IOException {
    checkpoints.save(
        checkpoint.step(),
        new Standing(checkpoint, dataset),
        folder -> {
          ModelFile.write(folder.resolve(WEIGHTS), model.weights());
          ModelFile.write(folder.resolve(OPTIMIZER), state(model, state));
          try (DataOutputStream out =
              new DataOutputStream(
                  new BufferedOutputStream(Files.newOutputStream(folder.resolve(PLANNING))))) {
            state.write(out);
          }
        },
        keep);
  }

  /**
   * Loads the newest checkpoint into a model and a state; empty where there is none, both then
   * being untouched. Removes what a killed run has left half-written.
   *
   * @param dataset the {@link #checksum} of the data set to go on with
   * @throws BadDataException when a file of the checkpoint is not as it was written, or the run was
   *     trained on another data set
   */
  public Optional<Checkpoint> resume(String dataset, TwoTowerModel model, RunState state)
      throws IOException {
    Optional<Checkpoints.Found<Standing>> found = checkpoints.newest(Standing.class);
    if (found.isEmpty()) {
      metrics.keep(line -> false);
      return Optional.empty();
    }
    Path newest = found.get().path();
    Standing standing = found.get().state();
    if (!standing.dataset().equals(dataset)) {
      throw new BadDataException(
          "the data set has checksum %s, the run at '%s' was trained on %s; name that one with --data"
              .formatted(dataset, path, standing.dataset()));
    }
    Checkpoint checkpoint = standing.checkpoint();
    ModelFile.read(newest.resolve(WEIGHTS), model.weights());
    ModelFile.read(newest.resolve(OPTIMIZER), state(model, state));
    model.resume(checkpoint.temperature(), checkpoint.denseSteps());
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(Files.newInputStream(newest.resolve(PLANNING))))) {
      state.read(in);
    }
    forgetAfter(checkpoint);
    return Optional.of(checkpoint);
  }

  /** Forgets the log's lines that a resumed run will write again. */
  private void forgetAfter(Checkpoint checkpoint) throws IOException {
    metrics.keep(
        line ->
            switch (line.path("type").asText()) {
              case "evaluation" -> line.path("step").asLong() <= checkpoint.evaluatedStep();
              case "tree" -> line.path("epoch").asLong() <= checkpoint.next().epoch();
              default -> line.path("step").asLong() <= checkpoint.step();
            });
  }

  private static Map<String, NDArray> state(TwoTowerModel model, RunState state) {
    Map<String, NDArray> arrays = new LinkedHashMap<>(model.optimizerState());
    arrays.putAll(state.arrays());
    return arrays;
  }

  /**
   * Keeps the model's weights as the run's result, replacing an earlier result. At every moment
   * there is a whole model once there has been one: until the new one is whole, the earlier stays.
   */
  public void saveModel(ModelCard card, TwoTowerModel model) throws IOException {
    Path target = path.resolve(MODEL);
    Path next = path.resolve(NEXT_MODEL);
    Path earlier = path.resolve(EARLIER_MODEL);
    if (!Files.exists(target) && Files.exists(next)) {
      Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
    }
    Checkpoints.delete(next);
    Checkpoints.delete(earlier);
    try (StagedDirectory staged = StagedDirectory.create(next)) {
      JSON.writeValue(staged.path().resolve(CARD).toFile(), card);
      ModelFile.write(staged.path().resolve(WEIGHTS), model.weights());
      staged.commit();
    }
    if (Files.exists(target)) {
      Files.move(target, earlier, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
    Checkpoints.delete(earlier);
    replace(CARD, JSON.writeValueAsString(card));
  }

  /** Where the model lies: between the two renames that replace it, it is the next one. */
  private Path model() {
    Path target = path.resolve(MODEL);
    Path next = path.resolve(NEXT_MODEL);
    return !Files.isDirectory(target) && Files.isDirectory(next) ? next : target;
  }

  /** Whether a run begun at a place has yet to end; false where there is no run. */
  public static boolean unfinished(Path path) throws IOException {
    return Files.isRegularFile(path.resolve(CONFIG))
        && Files.isRegularFile(path.resolve(MetricsLog.FILE))
        && !new RunDirectory(path).finished();
  }

  /** Whether training has come to its end: a run is evaluated last of all. */
  private boolean finished() throws IOException {
    if (!hasModel()) {
      return false;
    }
    if (card().stopMetric() == null) {
      // Without evaluations the model is kept at the end alone.
      return true;
    }
    RunConfig config = config();
    long step = 0;
    long epoch = 0;
    int sinceBest = 0;
    for (JsonNode line : metrics()) {
      if (line.path("type").asText().equals("evaluation")) {
        step = line.path("step").asLong();
        epoch = line.path("epoch").asLong();
        sinceBest = line.path("best").asBoolean() ? 0 : sinceBest + 1;
      }
    }
    int patience = config.evaluation().patience();
    return epoch >= config.epochs()
        || config.maxSteps() > 0 && step >= config.maxSteps()
        || patience > 0 && sinceBest >= patience;
  }

  /** Whether the run has a model yet. */
  public boolean hasModel() {
    return Files.isDirectory(model());
  }

  /**
   * What the run's model is.
   *
   * @throws BadDataException when the run has no model yet
   */
  public ModelCard card() throws IOException {
    requireModel();
    return JSON.readValue(model().resolve(CARD).toFile(), ModelCard.class);
  }

  /** Fills a model of the same configuration and data set with the run's weights. */
  public void loadModel(TwoTowerModel model) throws IOException {
    requireModel();
    ModelFile.read(model().resolve(WEIGHTS), model.weights());
  }

  private void requireModel() {
    if (!hasModel()) {
      throw new BadDataException(
          "the run at '%s' has no model yet; finish it with 'twotower train --resume --out %s'"
              .formatted(path, path));
    }
  }

  /** SHA-256 of a data set's manifest, which itself holds the checksums of all its files. */
  public static String checksum(Dataset data) throws IOException {
    byte[] manifest = Files.readAllBytes(data.directory().resolve("dataset.json"));
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(manifest));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
