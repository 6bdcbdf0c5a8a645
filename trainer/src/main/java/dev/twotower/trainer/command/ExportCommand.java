package dev.twotower.trainer.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.message.Amount;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.export.ExportFormat;
import dev.twotower.trainer.serving.export.ExportWork;
import dev.twotower.trainer.serving.hnsw.IndexRecall;
import dev.twotower.trainer.serving.lists.ItemNames;
import dev.twotower.trainer.serving.recommend.ModelVectors;
import dev.twotower.trainer.vectorfile.ExportSeal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "export",
    description = {
      "Writes the unit vectors of all users and items for other programs, an index of the items for"
          + " approximate nearest neighbours (hnsw), or the towers themselves, for users and items"
          + " that do not exist yet (onnx).",
      "Rank items by the dot product with a user's vector; users with vectors of zeros, of whom"
          + " nothing is known, by the items' popularity (training rows), which is written, too."
    },
    footer = {
      "  twotower export --run runs/one --to vectors --format parquet",
      "  twotower export --run runs/one --to vectors --format npy,safetensors",
      "  twotower export --run runs/one --to serving --format onnx,hnsw"
    })
final class ExportCommand extends Action {
  @Mixin private RunOption run;

  @Option(
      names = {"--to", "--out"},
      required = true,
      order = 2,
      paramLabel = "DIR",
      description = "The directory to make; must not exist.")
  private Path to;

  @Option(
      names = "--format",
      required = true,
      order = 3,
      split = ",",
      paramLabel = "F",
      description = "parquet, npy, safetensors, hnsw, onnx.")
  private List<ExportFormat> formats;

  @Option(
      names = "--names",
      order = 4,
      description =
          "Write the items' names, too: a column name of items.parquet, items.names.json beside"
              + " other formats.")
  private boolean named;

  /**
   * What was written.
   *
   * @param files names in the directory
   * @param zeros how many vectors are zeros, by users and items, of those that were read
   * @param index what the index finds; absent without one
   */
  record Written(
      String directory,
      List<String> files,
      Map<String, Integer> zeros,
      @JsonInclude(JsonInclude.Include.NON_NULL) IndexRecall index) {}

  private TrainedRun open(Console console) throws IOException {
    TrainedRun loaded = run.open(console);
    try {
      if (named) {
        ItemNames.require("--names", loaded.data());
      }
      return loaded;
    } catch (RuntimeException refused) {
      loaded.close();
      throw refused;
    }
  }

  private static Stream<String> zeroUsers(
      Map<String, Integer> zeros, int users, List<String> files) {
    int count = zeros.getOrDefault("users", 0);
    String where =
        files.contains("items.parquet")
            ? "column popularity of items.parquet"
            : "items.popularity.json";
    return count == 0
        ? Stream.empty()
        : Stream.of(
            "%s of %s a vector of zeros, as nothing is known of them: show these the most popular items (%s)"
                .formatted(
                    Amount.number(count), Amount.of(users, "user has", "users have"), where));
  }

  private static Stream<String> zeroItems(Map<String, Integer> zeros, int items) {
    int count = zeros.getOrDefault("items", 0);
    return count == 0
        ? Stream.empty()
        : Stream.of(
            "%s of %s a vector of zeros, as nothing is known of them: leave these out of lists and of an index"
                .formatted(Amount.number(count), Amount.of(items, "item has", "items have")));
  }

  @Override
  protected Answer answer(Console console) throws IOException {
    StagedDirectory.requireFree(to);
    Set<ExportFormat> wanted = EnumSet.copyOf(formats);
    try (TrainedRun loaded = open(console);
        Progress progress =
            console.progress(
                "export",
                "vectors",
                ExportWork.total(wanted, loaded.data().users(), loaded.data().items()))) {
      List<String> files =
          ModelVectors.export(loaded, to, wanted, named, done -> progress.at(done, ""));
      Optional<IndexRecall> index =
          formats.contains(ExportFormat.HNSW)
              ? Optional.of(IndexRecall.read(to.resolve("items.hnsw")))
              : Optional.empty();
      Map<String, Integer> zeros = ExportSeal.zeros(to);
      Written written = new Written(to.toString(), files, zeros, index.orElse(null));
      String text =
          Stream.of(
                  Stream.of(to + ": " + String.join(", ", files)),
                  zeroUsers(zeros, loaded.data().users(), files),
                  zeroItems(zeros, loaded.data().items()),
                  index.map(IndexRecall::words).stream())
              .flatMap(lines -> lines)
              .collect(Collectors.joining(System.lineSeparator()));
      return new Answer(written, text);
    }
  }
}
