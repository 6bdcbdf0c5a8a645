package dev.twotower.trainer.ids.quantize;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Seal;
import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.disk.WriteFailure;
import dev.twotower.data.disk.WriterLock;
import dev.twotower.data.json.Json;
import dev.twotower.data.message.ProgramName;
import dev.twotower.trainer.checkpoint.Journal;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.ids.semantic.SemanticIdFile;
import dev.twotower.trainer.ids.semantic.SemanticIdReport;
import dev.twotower.trainer.ids.semantic.SemanticIds;
import dev.twotower.trainer.ids.vectors.ItemVectors;
import dev.twotower.trainer.ids.vectors.VectorOrigin;
import dev.twotower.trainer.tensor.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one quantiser: {@code config.yaml}, {@code input.json}, {@code metrics.jsonl},
 * {@code checkpoint-EPOCH/} to continue from, and {@code result/} with codes.parquet,
 * codebooks.safetensors, model.safetensors and report.json. Checkpoints and the result appear whole
 * or not at all; all is sealed as in a {@link Journal}, and the result by its own seal. One user at
 * a time may write it.
 */
public final class QuantizerDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QuantizerDirectory.class);
  private static final String CONFIG = "config.yaml";
  private static final String INPUT = "input.json";
  private static final String WEIGHTS = "weights.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String RESULT = "result";
  private static final String CODES = "codes.parquet";
  private static final String CODEBOOKS = "codebooks.safetensors";
  private static final String MODEL = "model.safetensors";
  private static final String REPORT = "report.json";

  private final Path path;
  private final Journal journal;
  private final WriterLock lock;

  private QuantizerDirectory(Path path, WriterLock lock) {
    this.path = path;
    this.lock = lock;
    this.journal = new Journal(path, List.of(CONFIG, INPUT));
  }

  /**
   * What a quantiser is made from.
   *
   * @param formatVersion 2; absent, 0, in directories that have no seal
   * @param origin where the vectors can be made again; null where that is not known
   */
  private record Input(
      int formatVersion,
      String source,
      int rows,
      int dimension,
      String sha256,
      @JsonInclude(JsonInclude.Include.NON_NULL) VectorOrigin origin) {
    private static final int SEALED = 2;

    static Input of(ItemVectors vectors) {
      return new Input(
          SEALED,
          vectors.source(),
          vectors.rows(),
          vectors.dimension(),
          vectors.checksum(),
          vectors.origin().orElse(null));
    }

    @Override
    public String toString() {
      return "%s (%d x %d, SHA-256 %s)".formatted(source, rows, dimension, sha256);
    }
  }

  static QuantizerDirectory create(Path path, QuantizeConfig config, ItemVectors vectors)
      throws IOException {
    try (StagedDirectory staged = StagedDirectory.create(path)) {
      begin(staged, config, vectors);
      staged.commit();
    } catch (IOException e) {
      throw WriteFailure.of(path, e);
    }
    return openToWrite(path);
  }

  /**
   * Opens an existing quantiser, to be read.
   *
   * @throws IllegalArgumentException when there is none
   * @throws BadDataException when there is one without its input.json
   */
  public static QuantizerDirectory open(Path path) {
    requireThere(path);
    return new QuantizerDirectory(path, null);
  }

  /**
   * Opens an existing quantiser, to continue it.
   *
   * @throws IllegalArgumentException when there is none, or another process is writing it
   */
  static QuantizerDirectory openToWrite(Path path) throws IOException {
    requireThere(path);
    return new QuantizerDirectory(path, WriterLock.in(path));
  }

  private static void requireThere(Path path) {
    if (Files.notExists(path.resolve(INPUT), LinkOption.NOFOLLOW_LINKS)) {
      if (Seal.on(path) && Files.exists(path.resolve(CONFIG))) {
        throw new BadDataException(
            "%s is missing; restore it from a copy, or quantise again"
                .formatted(path.resolve(INPUT)));
      }
      throw new IllegalArgumentException(
          "no semantic IDs at '%s': it has no %s; name a directory that 'twotower quantize --out' wrote"
              .formatted(path, INPUT));
    }
  }

  /**
   * The configuration as it took effect.
   *
   * @throws BadDataException when it is not as it was written
   */
  public QuantizeConfig config() {
    Path file = path.resolve(CONFIG);
    requireBeginnings();
    try {
      return QuantizeConfig.load(Optional.of(file), List.of());
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    } catch (IllegalArgumentException e) {
      throw new BadDataException(
          "the quantiser's configuration is not one that this version of twotower reads: "
              + e.getMessage(),
          e);
    }
  }

  /** Checks what quantising began with, unless a version wrote it that sealed nothing. */
  private Input requireBeginnings() {
    Path file = path.resolve(INPUT);
    boolean sealed = Seal.on(path);
    try {
      if (sealed) {
        Seal.of(path, "restore it from a copy, or quantise again").check(CONFIG, INPUT);
      }
      Input input = Json.TOLERANT.readValue(Files.readAllBytes(file), Input.class);
      if (!sealed && input.formatVersion() >= Input.SEALED) {
        return Json.TOLERANT.readValue(journal.seal().bytes(INPUT), Input.class);
      }
      if (!sealed) {
        LOG.warn(
            "{} was written by an earlier version of twotower, which kept no checksums: whether it"
                + " was changed since cannot be checked",
            path);
      }
      return input;
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }

  /**
   * Where its vectors can be made again; empty where an earlier version started it, which kept
   * their name alone.
   *
   * @throws BadDataException when what it began with is not as it was written
   */
  public Optional<VectorOrigin> origin() {
    return Optional.ofNullable(requireBeginnings().origin());
  }

  /** Whether quantising was started at a place but not finished. */
  public static boolean unfinished(Path path) {
    return Files.isRegularFile(path.resolve(INPUT))
        && !new QuantizerDirectory(path, null).finished();
  }

  /** Whether quantising has finished. */
  public boolean finished() {
    return Files.isDirectory(path.resolve(RESULT));
  }

  /**
   * The file of codes, compared with its checksum.
   *
   * @throws BadDataException when quantising has not finished, or the file is not as it was written
   */
  public Path codes() {
    return result(CODES);
  }

  /**
   * What the codes are worth, as 'quantize --json' printed it.
   *
   * @throws BadDataException when quantising has not finished, or the file is not as it was written
   */
  public JsonNode report() {
    return report(JsonNode.class);
  }

  /**
   * The same for those who show it.
   *
   * @throws BadDataException as {@link #report()}
   */
  public SemanticIdReport shownReport() {
    return report(SemanticIdReport.class);
  }

  private <T> T report(Class<T> type) {
    Path file = result(REPORT);
    try {
      return Json.TOLERANT.readValue(Files.readAllBytes(file), type);
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }

  /**
   * The lines of {@code metrics.jsonl}.
   *
   * @throws BadDataException when the file is damaged
   */
  public List<JsonNode> metrics() {
    return journal.lines();
  }

  private Path result(String name) {
    Path result = path.resolve(RESULT);
    if (!finished()) {
      throw new BadDataException(
          "the quantiser at '%s' has no %s yet; finish it with: %s"
              .formatted(path, name, ProgramName.command("quantize --out %s --resume", path)));
    }
    requireBeginnings();
    if (Seal.on(path)) {
      Seal.of(
              result,
              "restore it from a copy, or remove '%s' and finish it again".formatted(result))
          .check(name);
    }
    return result.resolve(name);
  }

  /**
   * Checks that a resumed run sees what the first one saw.
   *
   * @throws BadDataException when the vectors or their categories are others
   */
  public void require(ItemVectors vectors) {
    Input expected = requireBeginnings();
    Input found = Input.of(vectors);
    if (!found.sha256().equals(expected.sha256())) {
      throw new BadDataException(
          "'%s' was started with the vectors of %s; received %s; continue with the former%s, or name another --out"
              .formatted(
                  path,
                  expected,
                  found,
                  expected.origin() == null ? "" : " (--resume alone finds it)"));
    }
  }

  void log(Map<String, ?> line) throws IOException {
    journal.log(line);
  }

  /** The position of training, beside its arrays. */
  record State(int epoch, long steps) {}

  void save(int epoch, Quantizer quantizer) throws IOException {
    journal.save(
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
    Optional<Journal.Found<State>> found = journal.goBack(State.class, lock, state -> {});
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
    Path target = path.resolve(RESULT);
    journal.end();
    try (StagedDirectory staged = StagedDirectory.inside(path, RESULT);
        NDManager scratch = quantizer.manager().newSubManager()) {
      SemanticIdFile.write(ids, vectors, staged.path().resolve(CODES));
      Map<String, NDArray> model = new LinkedHashMap<>(quantizer.named());
      Map<String, NDArray> codebooks = new LinkedHashMap<>(model);
      codebooks.keySet().removeIf(name -> !name.startsWith("level_"));
      ModelFile.write(staged.path().resolve(CODEBOOKS), codebooks);
      model.put("input.mean", scratch.create(scaling.mean()));
      model.put("input.factor", scratch.create(new float[] {scaling.factor()}));
      ModelFile.write(staged.path().resolve(MODEL), model);
      Json.SHOWN.writeValue(staged.path().resolve(REPORT).toFile(), report);
      Seal.write(staged.path());
      staged.commit();
    } catch (IOException e) {
      throw WriteFailure.of(target, e);
    }
  }

  /** Writes codes that needed no training, as though they had been trained here. */
  static void writeFinished(
      Path path,
      QuantizeConfig config,
      ItemVectors vectors,
      Quantizer quantizer,
      Scaling scaling,
      SemanticIds ids,
      SemanticIdReport report)
      throws IOException {
    StagedDirectory.requireFree(path);
    try (StagedDirectory staged = StagedDirectory.create(path)) {
      begin(staged, config, vectors);
      new QuantizerDirectory(staged.path(), null).finish(vectors, quantizer, scaling, ids, report);
      staged.commit();
    } catch (IOException e) {
      throw WriteFailure.of(path, e);
    }
  }

  private static void begin(StagedDirectory staged, QuantizeConfig config, ItemVectors vectors)
      throws IOException {
    String input = Json.TOLERANT.writeValueAsString(Input.of(vectors));
    Journal.begin(staged.path(), Map.of(CONFIG, config.toYaml(), INPUT, input));
  }

  /** Length of the vectors that are coded. */
  int dimension() {
    return requireBeginnings().dimension();
  }

  /** Fills a quantiser with the finished one, and says how it scales vectors. */
  Scaling load(Quantizer quantizer) throws IOException {
    Path file = result(MODEL);
    try (NDManager scratch = quantizer.manager().newSubManager()) {
      NDArray mean = scratch.zeros(new Shape(dimension()));
      NDArray factor = scratch.zeros(new Shape(1));
      Map<String, NDArray> arrays = new LinkedHashMap<>(quantizer.named());
      arrays.put("input.mean", mean);
      arrays.put("input.factor", factor);
      ModelFile.read(file, arrays);
      return new Scaling(mean.toFloatArray(), factor.getFloat());
    }
  }

  /** The finished codes, by id, the token last where there is one. */
  Map<String, int[]> numbers(QuantizeConfig config) throws IOException {
    return SemanticIdFile.read(codes(), config.levels(), config.collisionSize() > 0);
  }

  /** Gives the right to write back. */
  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }
}
