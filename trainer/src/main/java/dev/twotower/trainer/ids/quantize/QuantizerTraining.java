package dev.twotower.trainer.ids.quantize;

import ai.djl.ndarray.NDArray;
import dev.twotower.data.BadDataException;
import dev.twotower.data.random.Streams;
import dev.twotower.data.sampling.tree.ItemBatch;
import dev.twotower.data.sampling.tree.UniformItemSampler;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.contrastive.TreeBatches;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.device.EngineTurn;
import dev.twotower.trainer.ids.semantic.SemanticIdReport;
import dev.twotower.trainer.ids.semantic.SemanticIds;
import dev.twotower.trainer.ids.vectors.ItemVectors;
import dev.twotower.trainer.ids.vectors.MainDirections;
import dev.twotower.trainer.ids.vectors.Matrix;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Trains a quantiser and encodes every item with it. The same configuration, vectors and seed give
 * the same codes on CPU, and so does a run that was killed and resumed.
 */
public final class QuantizerTraining {
  /** Items among which a code that is moved finds its new place. */
  private static final int REVIVAL_SAMPLE = 4096;

  /** Share of the epochs in which codes are moved; afterwards they settle. */
  private static final double REVIVAL_SHARE = 0.75;

  private final ItemVectors input;
  private final QuantizeConfig config;
  private final QuantizerDirectory directory;
  private final QuantizerListener listener;
  private final BooleanSupplier stop;
  private final Optional<TreeBatches> tree;
  private final Scaling scaling;
  private final float[][] scaled;
  private final CodeUse use;

  private QuantizerTraining(
      ItemVectors input,
      QuantizeConfig config,
      Optional<TreeBatches> tree,
      QuantizerDirectory directory,
      QuantizerListener listener,
      BooleanSupplier stop) {
    this.input = input;
    this.config = config;
    this.tree = tree;
    this.directory = directory;
    this.listener = listener;
    this.stop = stop;
    this.scaling = Scaling.of(input.values());
    this.scaled = scaling.apply(input.values());
    this.use = new CodeUse(config.sizes());
  }

  /**
   * Quantises into a new directory.
   *
   * @param stop polled after every epoch; true ends the run after a checkpoint
   * @throws IllegalArgumentException when the configuration does not fit the vectors, or something
   *     is at {@code out} already
   * @throws BadDataException when all vectors are the same
   */
  public static QuantizerResult start(
      ItemVectors input,
      QuantizeConfig config,
      Path out,
      QuantizerListener listener,
      BooleanSupplier stop)
      throws IOException {
    check(input, config);
    Optional<TreeBatches> tree = treeBatches(input, config);
    try (QuantizerDirectory directory = QuantizerDirectory.create(out, config, input)) {
      return new QuantizerTraining(input, config, tree, directory, listener, stop).run(false);
    }
  }

  /**
   * Continues from the newest checkpoint, or from the beginning where there is none.
   *
   * @throws IllegalArgumentException when there is nothing to continue
   * @throws BadDataException when the input is not the one it was started with, or the checkpoint
   *     is damaged
   */
  public static QuantizerResult resume(
      ItemVectors input, Path out, QuantizerListener listener, BooleanSupplier stop)
      throws IOException {
    try (QuantizerDirectory directory = QuantizerDirectory.openToWrite(out)) {
      if (directory.finished()) {
        throw new IllegalArgumentException(
            "'%s' is finished; its codes are in %s".formatted(out, directory.codes()));
      }
      directory.require(input);
      QuantizeConfig config = directory.config();
      return new QuantizerTraining(
              input, config, treeBatches(input, config), directory, listener, stop)
          .run(true);
    }
  }

  private static void check(ItemVectors input, QuantizeConfig config) {
    int rows = input.rows();
    float[] first = input.values()[0];
    if (Arrays.stream(input.values()).allMatch(row -> Arrays.equals(row, first))) {
      throw new BadDataException(
          "all %d vectors of %s are the same: no code can tell one item from another"
              .formatted(rows, input.source()));
    }
    for (int level = 0; level < config.levels(); level++) {
      if (config.sizes().get(level) > rows) {
        throw new IllegalArgumentException(
            "sizes[%d] is %d, but there are %d items; allowed here: 2 to %d; change it with --set sizes=[..]"
                .formatted(level, config.sizes().get(level), rows, rows));
      }
    }
  }

  private static Optional<TreeBatches> treeBatches(ItemVectors input, QuantizeConfig config) {
    if (!config.tree().enabled()) {
      return Optional.empty();
    }
    if (input.tree().isEmpty()) {
      throw new IllegalArgumentException(
          "tree.lambda is %s, but the items have no category tree; allowed here: 0; change it with --set tree.lambda=0, or name a data set that has a tree with --data"
              .formatted(config.tree().lambda()));
    }
    return Optional.of(
        new TreeBatches(config.tree(), input.tree().get(), input.train(), config.seed()));
  }

  private QuantizerResult run(boolean resume) throws IOException {
    try (EngineTurn turn = EngineTurn.take()) {
      return runAlone(resume);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while another training used the engine");
    }
  }

  private QuantizerResult runAlone(boolean resume) throws IOException {
    long start = System.nanoTime();
    Devices.useThreads(config.threads());
    try (Quantizer quantizer =
        new Quantizer(config, input.dimension(), Devices.resolve(config.device()))) {
      Optional<Integer> reached = resume ? directory.resume(quantizer) : Optional.empty();
      if (reached.isEmpty()) {
        startFromMainDirections(quantizer);
      }
      NDArray vectors = quantizer.manager().create(scaled);
      QuantizerStep step = new QuantizerStep(quantizer, config, vectors);
      int epoch = reached.orElse(0);
      while (epoch < config.epochs()) {
        if (epoch == config.warmup()) {
          placeCodes(quantizer);
        }
        Map<String, Object> line = epoch(epoch, quantizer, step);
        epoch++;
        directory.log(line);
        listener.epoch(epoch, config.epochs(), (double) line.get("reconstruction"));
        boolean stopped = stop.getAsBoolean();
        if (stopped || epoch % config.checkpointEpochs() == 0 || epoch == config.epochs()) {
          directory.save(epoch, quantizer);
        }
        if (stopped) {
          return new QuantizerResult(epoch, seconds(start), Optional.empty());
        }
      }
      Encoding encoding = Encoding.of(quantizer, vectors);
      SemanticIds ids = SemanticIds.of(config.sizes(), encoding.codes(), config.collisionSize());
      SemanticIdReport report =
          SemanticIdReport.of(
              ids, input, encoding.prefixErrors(), quantizer.manager(), config.seed());
      directory.finish(input, quantizer, scaling, ids, report);
      return new QuantizerResult(
          epoch, seconds(start), Optional.of(new QuantizerResult.Outcome(ids, report)));
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private void startFromMainDirections(Quantizer quantizer) {
    float[][] sample = sample(config.initialSample(), "quantize.directions", 0);
    int directions = Math.min(quantizer.latent(), input.dimension());
    quantizer.startFrom(MainDirections.of(Matrix.of(sample), directions, config.seed()));
  }

  /** Codes start at the k-means centres of what each level sees of a sample. */
  private void placeCodes(Quantizer quantizer) {
    float[][] sample = sample(config.initialSample(), "quantize.initial", 0);
    for (int level = 0; level < config.levels(); level++) {
      // Later levels are still zeros here, which leaves this level's residual as it is.
      float[][] residuals = Encoding.residuals(quantizer, sample, level);
      UniformRandomProvider random = Streams.stream(config.seed(), "quantize.k-means", level);
      quantizer.replaceAll(
          level, KMeans.centres(residuals, config.sizes().get(level), quantizer.manager(), random));
    }
  }

  /** The vectors of some random items, at least as many as any level has codes. */
  private float[][] sample(int size, String stream, long index) {
    int most = config.sizes().stream().mapToInt(Integer::intValue).max().orElseThrow();
    int[] rows = PermutationSampler.natural(input.rows());
    PermutationSampler.shuffle(Streams.stream(config.seed(), stream, index), rows);
    int count = Math.min(rows.length, Math.max(size, most));
    return IntStream.range(0, count).mapToObj(i -> scaled[rows[i]]).toArray(float[][]::new);
  }

  private Map<String, Object> epoch(int epoch, Quantizer quantizer, QuantizerStep step) {
    int batchSize = Math.min(config.batchSize(), input.rows());
    UniformItemSampler sampler = new UniformItemSampler(input.rows(), batchSize, config.seed());
    sampler.startEpoch(epoch);
    long perEpoch = sampler.batchesPerEpoch();
    ItemBatch batch = new ItemBatch(batchSize);
    use.clear();
    double reconstruction = 0;
    double quantisation = 0;
    double treeLoss = 0;
    for (long number = epoch * perEpoch; sampler.next(batch); number++) {
      double progress = (double) number / (perEpoch * config.epochs());
      double rate = config.learningRate() * 0.5 * (1 + Math.cos(Math.PI * progress));
      int[] items = Arrays.copyOf(batch.items(), batch.size());
      long current = number;
      QuantizerStep.Result result =
          step.run(
              items,
              tree.map(batches -> batches.at(current)),
              epoch >= config.warmup(),
              (float) rate);
      if (!result.finite()) {
        throw new IllegalStateException(
            "not finite in epoch %d: reconstruction %s, quantisation %s, tree %s, norm of the gradients %s; try a smaller learningRate or tree.lambda"
                .formatted(
                    epoch + 1,
                    result.reconstruction(),
                    result.quantisation(),
                    result.tree(),
                    result.gradientNorm()));
      }
      if (result.codes().length > 0) {
        use.add(result.codes());
      }
      reconstruction += result.reconstruction() / perEpoch;
      quantisation += result.quantisation() / perEpoch;
      treeLoss += result.tree() / perEpoch;
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("type", "epoch");
    line.put("step", epoch + 1);
    line.put("reconstruction", reconstruction);
    line.put("quantisation", quantisation);
    if (tree.isPresent()) {
      line.put("tree", treeLoss);
      line.put("batches", tree.get().report());
    }
    if (epoch >= config.warmup()) {
      line.put(
          "utilisation", IntStream.range(0, config.levels()).mapToObj(use::utilisation).toList());
      line.put("revived", revive(epoch, quantizer));
    }
    return line;
  }

  /**
   * Moves codes that are hardly used to residuals of random items. Their moments are left alone:
   * unused codes had no gradient, so little is left of them.
   */
  private int revive(int epoch, Quantizer quantizer) {
    if (epoch >= REVIVAL_SHARE * config.epochs()) {
      return 0;
    }
    int moved = 0;
    UniformRandomProvider random = Streams.stream(config.seed(), "quantize.revive", epoch);
    for (int level = 0; level < config.levels(); level++) {
      int[] rare = use.rare(level, config.revive());
      if (rare.length > 0) {
        float[][] sample = sample(REVIVAL_SAMPLE, "quantize.revival-sample", epoch);
        float[][] residuals = Encoding.residuals(quantizer, sample, level);
        for (int code : rare) {
          quantizer.replace(level, code, residuals[random.nextInt(residuals.length)]);
        }
      }
      moved += rare.length;
    }
    return moved;
  }
}
