package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.ids.vectors.FeatureVectors;
import dev.twotower.trainer.ids.vectors.ItemVectors;
import dev.twotower.trainer.ids.vectors.VectorOrigin;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.TrainedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code --run}, {@code --vectors} or {@code --features}: where item vectors come from. */
final class VectorSource {
  /** None where a directory knows it. */
  @ArgGroup private Source source;

  /** One of the three. */
  static final class Source {
    @Option(
        names = "--run",
        order = 1,
        paramLabel = "RUN",
        showDefaultValue = Visibility.NEVER,
        description = "Item vectors of a run that train wrote.")
    private Path run;

    @Option(
        names = "--vectors",
        order = 2,
        paramLabel = "FILE",
        showDefaultValue = Visibility.NEVER,
        description =
            "Item vectors in a Parquet (columns id, vector), npy or safetensors file, such as"
                + " export writes.")
    private Path vectors;

    @Option(
        names = "--features",
        order = 3,
        split = ",",
        paramLabel = "COLUMN",
        showDefaultValue = Visibility.NEVER,
        description =
            "Vectors from item features of --data: categorical or multi-valued columns, such as the"
                + " tokens of names (import --item-tokens), or one column of vectors.")
    private List<String> features;
  }

  @Option(
      names = "--data",
      order = 4,
      paramLabel = "DIR",
      description =
          "The data set of the items, for features, names and tree; with --run, where it is now"
              + " if it was moved.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = {"--dimension", "--dim"},
      order = 5,
      paramLabel = "N",
      defaultValue = "64",
      description = "Length of the vectors made from --features.")
  private int dimension;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** What is done with the vectors while their data set is open. */
  @FunctionalInterface
  interface Use {
    Answer of(ItemVectors vectors) throws IOException;
  }

  /**
   * Refuses that no source is given.
   *
   * @throws IllegalArgumentException naming what is allowed
   */
  void require() {
    if (source == null) {
      throw new IllegalArgumentException(
          "--run, --vectors or --features is missing; allowed: one of them, for the vectors of the"
              + " items (only --resume goes without, whose directory knows its own)");
    }
  }

  /**
   * Opens the source, or what a directory knows where no source is given; the options that go with
   * a source hold in both cases.
   *
   * @param known what it knows
   */
  Answer use(Optional<VectorOrigin> known, Use use) throws IOException {
    if (source == null) {
      VectorOrigin origin =
          known.orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "the directory does not know where its vectors came from, as an earlier"
                          + " version started it; name it with --run, --vectors or --features"));
      source = new Source();
      source.run = origin.run() == null ? null : Path.of(origin.run());
      source.vectors = origin.vectors() == null ? null : Path.of(origin.vectors());
      source.features = origin.features();
      data = data.or(() -> Optional.ofNullable(origin.data()).map(Path::of));
      if (!spec.commandLine().getParseResult().hasMatchedOption("--dimension")) {
        dimension = origin.dimension();
      }
    }
    return use(use);
  }

  /**
   * Opens the source.
   *
   * @throws IllegalArgumentException when options do not fit together
   */
  Answer use(Use use) throws IOException {
    require();
    VectorOrigin origin =
        VectorOrigin.of(source.run, source.vectors, source.features, data, dimension);
    return open(vectors -> use.of(vectors.from(origin)));
  }

  private Answer open(Use use) throws IOException {
    if (source.run != null) {
      try (TrainedRun run = TrainedRun.load(source.run, data, Optional.empty())) {
        return use.of(ItemVectors.ofAll("run " + source.run, run.data(), vectors(run)));
      }
    }
    if (data.isEmpty() && source.features != null) {
      throw new IllegalArgumentException(
          "--features: received %s without --data; allowed: with --data DIR, the data set whose item features they are"
              .formatted(source.features));
    }
    if (data.isEmpty()) {
      return use.of(ItemVectors.ofFile(source.vectors));
    }
    try (Dataset dataset = DataOption.open(data.get())) {
      return use.of(
          source.vectors != null
              ? ItemVectors.ofFile(source.vectors, dataset)
              : FeatureVectors.of(dataset, source.features, dimension, 1));
    }
  }

  private static float[][] vectors(TrainedRun run) {
    try (ModelScorer scorer = run.scorer(Split.TEST)) {
      float[] flat = scorer.itemVectors().toFloatArray();
      int width = run.config().dim();
      float[][] rows = new float[flat.length / width][];
      Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * width, (i + 1) * width));
      return rows;
    }
  }
}
