package dev.twotower.trainer.quantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.twotower.data.dataset.BadDataException;
import dev.twotower.data.dataset.StagedDirectory;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.model.ModelFile;
import dev.twotower.trainer.run.Checkpoints;
import dev.twotower.trainer.run.MetricsLog;
import dev.twotower.trainer.semantic.SemanticIdFile;
import dev.twotower.trainer.semantic.SemanticIdReport;
import dev.twotower.trainer.semantic.SemanticIds;
import dev.twotower.trainer.vectors.ItemVectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files of one quantiser: {@code config.yaml}, {@code input.json}, {@code metrics.jsonl},
 * {@code checkpoint-EPOCH/} to go on from, and {@code result/} with codes.parquet,
 * codebooks.safetensors, model.safetensors and report.json. Checkpoints and the result appear whole
 * or not at all.
 */
public final class QuantizerDirectory {
  private static final String CONFIG = "config.yaml";
  private static final String INPUT = "input.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String RESULT = "result";
  private static final String CODES = "codes.parquet";
  private static final String CODEBOOKS = "codebooks.safetensors";
  private static final String MODEL = "model.safetensors";
  private static final String REPORT = "report.json";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Path path;
  private final Checkpoints checkpoints;
  private final MetricsLog metrics;

  private QuantizerDirectory(Path path) {
    this.path = path;
    this.checkpoints = new Checkpoints(path);
    this.metrics = new MetricsLog(path);
  }

  /** What a quantiser is made from. */
  private record Input(String source, int rows, int dimension, String sha256) {
    static Input of(ItemVectors vectors) {
      return new Input(vectors.source(), vectors.rows(), vectors.dimension(), vectors.checksum());
    }

    @Override
    public String toString() {
      return "%s (%d x %d, SHA-256 %s)".formatted(source, rows, dimension, sha256);
    }
  }

  static QuantizerDirectory create(Path path, QuantizeConfig config, ItemVectors vectors)
      throws IOException {
    try (StagedDirectory staged = StagedDirectory.create(path)) {
      Files.writeString(staged.path().resolve(CONFIG), config.toYaml());
      JSON.writeValue(staged.path().resolve(INPUT).toFile(), Input.of(vectors));
      Files.createFile(staged.path().resolve(MetricsLog.FILE));
      staged.commit();
    }
    return new QuantizerDirectory(path);
  }

  /**
   * Opens an existing quantiser.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static QuantizerDirectory open(Path path) {
    if (!Files.isRegularFile(path.resolve(INPUT))) {
      throw new IllegalArgumentException(
          "no semantic IDs at '%s': it has no %s; name a directory that 'twotower quantize --out' wrote"
              .formatted(path, INPUT));
    }
    return new QuantizerDirectory(path);
  }

  public Path path() {
    return path;
  }

  /** The configuration as it took effect. */
  public QuantizeConfig config() throws IOException {
    return QuantizeConfig.load(Optional.of(path.resolve(CONFIG)), List.of());
  }

  /** Whether quantising has begun at a place and not finished. */
  public static boolean unfinished(Path path) {
    return Files.isRegularFile(path.resolve(INPUT)) && !new QuantizerDirectory(path).finished();
  }

  /** Whether quantising has finished. */
  public boolean finished() {
    return Files.isDirectory(path.resolve(RESULT));
  }

  /**
   * The file of codes.
   *
   * @throws BadDataException when quantising has not finished
   */
  public Path codes() {
    return result(CODES);
  }

  /**
   * What the codes are worth, as 'quantize --json' printed it.
   *
   * @throws BadDataException when quantising has not finished
   */
  public JsonNode report() throws IOException {
    return JSON.readTree(result(REPORT).toFile());
  }

  /** The lines of {@code metrics.jsonl}. */
  public List<JsonNode> metrics() throws IOException {
    return metrics.lines();
  }

  private Path result(String name) {
    Path file = path.resolve(RESULT).resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new BadDataException(
          "the quantiser at '%s' has no %s yet; finish it with 'twotower quantize --resume'"
              .formatted(path, name));
    }
    return file;
  }

  /**
   * Checks that a resumed run sees what the first one saw.
   *
   * @throws BadDataException when the vectors or their categories are others
   */
  public void require(ItemVectors vectors) throws IOException {
    Input expected = JSON.readValue(path.resolve(INPUT).toFile(), Input.class);
    Input found = Input.of(vectors);
    if (!found.sha256().equals(expected.sha256())) {
      throw new BadDataException(
          "'%s' was begun with the vectors of %s; received %s; go on with the former, or name another --out"
              .formatted(path, expected, found));
    }
  }

  void log(Map<String, ?> line) throws IOException {
    metrics.append(line);
  }

  /** Where training stands beside its arrays. */
  record State(int epoch, long steps) {}

  void save(int epoch, Quantizer quantizer) throws IOException {
    checkpoints.save(
        epoch,
        new State(epoch, quantizer.dense().steps()),
        folder -> {
          ModelFile.write(folder.resolve(WEIGHTS), quantizer.weights());
          ModelFile.write(folder.resolve(OPTIMIZER), quantizer.dense().optimizerState());
        },
        1);
  }

  /** Fills a quantiser from the newest checkpoint and returns its epoch; empty without one. */
  Optional<Integer> resume(Quantizer quantizer) throws IOException {
    Optional<Checkpoints.Found<State>> found = checkpoints.newest(State.class);
    int epoch = found.map(newest -> newest.state().epoch()).orElse(0);
    metrics.keep(line -> line.path("step").asLong() <= epoch);
    if (found.isPresent()) {
      ModelFile.read(found.get().path().resolve(WEIGHTS), quantizer.weights());
      ModelFile.read(found.get().path().resolve(OPTIMIZER), quantizer.dense().optimizerState());
      quantizer.dense().resumeAt(found.get().state().steps());
    }
    return found.map(newest -> newest.state().epoch());
  }

  void finish(
      ItemVectors vectors,
      Quantizer quantizer,
      Scaling scaling,
      SemanticIds ids,
      SemanticIdReport report)
      throws IOException {
    try (StagedDirectory staged = StagedDirectory.create(path.resolve(RESULT));
        NDManager scratch = quantizer.manager().newSubManager()) {
      SemanticIdFile.write(ids, vectors, staged.path().resolve(CODES));
      Map<String, NDArray> model = new LinkedHashMap<>(quantizer.named());
      Map<String, NDArray> codebooks = new LinkedHashMap<>(model);
      codebooks.keySet().removeIf(name -> !name.startsWith("level_"));
      ModelFile.write(staged.path().resolve(CODEBOOKS), codebooks);
      model.put("input.mean", scratch.create(scaling.mean()));
      model.put("input.factor", scratch.create(new float[] {scaling.factor()}));
      ModelFile.write(staged.path().resolve(MODEL), model);
      JSON.writeValue(staged.path().resolve(REPORT).toFile(), report);
      staged.commit();
    }
  }
}
