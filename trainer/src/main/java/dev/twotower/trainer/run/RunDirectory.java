package dev.twotower.trainer.run;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.twotower.data.dataset.BadDataException;
import dev.twotower.data.dataset.Checksum;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The files of one run. */
public final class RunDirectory {
  private static final String CONFIG = "config.yaml";
  private static final String METRICS = "metrics.jsonl";
  private static final String CARD = "model.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String STATE = "state.json";
  private static final String PLANNING = "planning.bin";
  private static final String CHECKPOINT = "checkpoint-";
  private static final String MODEL = "model";
  private static final String NEXT_MODEL = ".model.next";
  private static final String EARLIER_MODEL = ".model.earlier";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final ObjectMapper LINE = new ObjectMapper();

  private final Path path;
  private EventFile events;

  private RunDirectory(Path path) {
    this.path = path;
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
      Files.createFile(staged.path().resolve(METRICS));
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
    double now = System.currentTimeMillis() / 1e3;
    if (events == null) {
      events = EventFile.next(path, now);
    }
    Map<String, Double> scalars = new LinkedHashMap<>();
    collect(String.valueOf(line.get("type")), line, scalars);
    events.append(now, ((Number) line.get("step")).longValue(), scalars);
    Files.writeString(
        path.resolve(METRICS),
        LINE.writeValueAsString(line) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static void collect(String prefix, Map<?, ?> values, Map<String, Double> into) {
    values.forEach(
        (key, value) -> {
          String tag = prefix + "/" + key;
          if (value instanceof Map<?, ?> nested) {
            collect(tag, nested, into);
          } else if (value instanceof Number number && !key.equals("step")) {
            into.put(tag, number.doubleValue());
          }
        });
  }

  /** The lines of {@code metrics.jsonl}; a last line cut short by a kill is left out. */
  public List<JsonNode> metrics() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(path.resolve(METRICS), StandardCharsets.UTF_8)) {
      try {
        lines.add(LINE.readTree(line));
      } catch (JsonProcessingException cut) {
        break;
      }
    }
    return lines;
  }

  /**
   * Forgets the lines that a resumed run will write again.
   *
   * @param step the step it goes on from
   * @param evaluatedStep the step of the last evaluation it need not repeat
   * @param epoch epochs it need not repeat
   */
  private void truncateMetrics(long step, long evaluatedStep, long epoch) throws IOException {
    StringBuilder kept = new StringBuilder();
    for (JsonNode line : metrics()) {
      boolean again =
          switch (line.path("type").asText()) {
            case "evaluation" -> line.path("step").asLong() > evaluatedStep;
            case "tree" -> line.path("epoch").asLong() > epoch;
            default -> line.path("step").asLong() > step;
          };
      if (!again) {
        kept.append(LINE.writeValueAsString(line)).append('\n');
      }
    }
    replace(METRICS, kept.toString());
  }

  /** Replaces one of the run's files as a whole or not at all. */
  public void replace(String file, String content) throws IOException {
    Path partial = path.resolve("." + file + ".partial");
    Files.writeString(partial, content);
    Files.move(
        partial,
        path.resolve(file),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * A checkpoint's {@code state.json}: written last, with the checksums of the files beside it.
   *
   * @param checkpoint where the run stands
   * @param dataset checksum of the data set's manifest
   * @param files SHA-256 by file name
   */
  private record Saved(Checkpoint checkpoint, String dataset, Map<String, String> files) {}

  /**
   * Writes a checkpoint and removes all but the newest {@code keep}.
   *
   * @param dataset the {@link #checksum} of the data set
   */
  public void save(
      Checkpoint checkpoint, String dataset, TwoTowerModel model, RunState state, int keep)
      throws IOException {
    Path target = path.resolve(CHECKPOINT + checkpoint.step());
    if (Files.exists(target)) {
      return;
    }
    try (StagedDirectory staged = StagedDirectory.create(target)) {
      ModelFile.write(staged.path().resolve(WEIGHTS), model.weights());
      ModelFile.write(staged.path().resolve(OPTIMIZER), state(model, state));
      try (DataOutputStream out =
          new DataOutputStream(
              new BufferedOutputStream(Files.newOutputStream(staged.path().resolve(PLANNING))))) {
        state.write(out);
      }
      Map<String, String> files = new LinkedHashMap<>();
      for (String file : List.of(WEIGHTS, OPTIMIZER, PLANNING)) {
        files.put(file, Checksum.sha256(staged.path().resolve(file)));
      }
      JSON.writeValue(staged.path().resolve(STATE).toFile(), new Saved(checkpoint, dataset, files));
      staged.commit();
    }
    List<Path> all = checkpoints();
    for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
      // A kill amid the deletion must leave nothing that looks like a checkpoint.
      Path leaving = old.resolveSibling("." + old.getFileName() + ".partial-old");
      delete(leaving);
      Files.move(old, leaving, StandardCopyOption.ATOMIC_MOVE);
      delete(leaving);
    }
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
    removePartials();
    List<Path> all = checkpoints();
    if (all.isEmpty()) {
      truncateMetrics(-1, -1, -1);
      return Optional.empty();
    }
    Path newest = all.get(all.size() - 1);
    Saved saved = check(newest, dataset);
    Checkpoint checkpoint = saved.checkpoint();
    ModelFile.read(newest.resolve(WEIGHTS), model.weights());
    ModelFile.read(newest.resolve(OPTIMIZER), state(model, state));
    model.resume(checkpoint.temperature(), checkpoint.denseSteps());
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(Files.newInputStream(newest.resolve(PLANNING))))) {
      state.read(in);
    }
    truncateMetrics(checkpoint.step(), checkpoint.evaluatedStep(), checkpoint.next().epoch());
    return Optional.of(checkpoint);
  }

  private Saved check(Path checkpoint, String dataset) throws IOException {
    String remedy = "; remove '%s' to go on from what was before it".formatted(checkpoint);
    Path file = checkpoint.resolve(STATE);
    Saved saved;
    try {
      saved = JSON.readValue(Files.readString(file), Saved.class);
    } catch (IOException e) {
      throw new BadDataException(file + " cannot be read: it was cut short or altered" + remedy, e);
    }
    for (Map.Entry<String, String> expected : saved.files().entrySet()) {
      Path each = checkpoint.resolve(expected.getKey());
      String found = Files.exists(each) ? Checksum.sha256(each) : "no such file";
      if (!found.equals(expected.getValue())) {
        throw new BadDataException(
            "%s was cut short or altered: SHA-256 expected %s, found %s%s"
                .formatted(each, expected.getValue(), found, remedy));
      }
    }
    if (!saved.dataset().equals(dataset)) {
      throw new BadDataException(
          "the data set has checksum %s, the run at '%s' was trained on %s; name that one with --data"
              .formatted(dataset, path, saved.dataset()));
    }
    return saved;
  }

  /** A killed process cannot remove what it has begun. */
  private void removePartials() throws IOException {
    List<Path> left;
    try (Stream<Path> files = Files.list(path)) {
      left = files.filter(f -> f.getFileName().toString().matches("[.].*[.]partial-.*")).toList();
    }
    for (Path each : left) {
      delete(each);
    }
  }

  private static Map<String, NDArray> state(TwoTowerModel model, RunState state) {
    Map<String, NDArray> arrays = new LinkedHashMap<>(model.optimizerState());
    arrays.putAll(state.arrays());
    return arrays;
  }

  private List<Path> checkpoints() throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(file -> file.getFileName().toString().matches(CHECKPOINT + "[0-9]+"))
          .sorted(
              Comparator.comparingLong(
                  file ->
                      Long.parseLong(file.getFileName().toString().substring(CHECKPOINT.length()))))
          .toList();
    }
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
    delete(next);
    delete(earlier);
    try (StagedDirectory staged = StagedDirectory.create(next)) {
      JSON.writeValue(staged.path().resolve(CARD).toFile(), card);
      ModelFile.write(staged.path().resolve(WEIGHTS), model.weights());
      staged.commit();
    }
    if (Files.exists(target)) {
      Files.move(target, earlier, StandardCopyOption.ATOMIC_MOVE);
    }
    Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
    delete(earlier);
    replace(CARD, JSON.writeValueAsString(card));
  }

  /** Where the model lies: between the two renames that replace it, it is the next one. */
  private Path model() {
    Path target = path.resolve(MODEL);
    Path next = path.resolve(NEXT_MODEL);
    return !Files.isDirectory(target) && Files.isDirectory(next) ? next : target;
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

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
