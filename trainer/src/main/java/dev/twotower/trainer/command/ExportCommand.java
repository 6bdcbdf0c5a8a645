package dev.twotower.trainer.command;

import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.export.ExportFormat;
import dev.twotower.trainer.serving.export.ExportWork;
import dev.twotower.trainer.serving.hnsw.IndexRecall;
import dev.twotower.trainer.serving.recommend.ModelVectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "export",
    description = {
      "Writes the unit vectors of all users and items for other programs, an index of the items for"
          + " approximate nearest neighbours (hnsw), or the towers themselves, for users and items"
          + " that do not exist yet (onnx).",
      "Rank items by the dot product with a user's vector."
    },
    footer = {
      "  twotower export --run runs/one --to vectors --format parquet",
      "  twotower export --run runs/one --to vectors --format npy,safetensors",
      "  twotower export --run runs/one --to serving --format onnx,hnsw"
    })
final class ExportCommand extends Action {
  @Mixin private RunOption run;

  @Option(
      names = "--to",
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

  @Override
  protected Answer answer(Console console) throws IOException {
    StagedDirectory.requireFree(to);
    Set<ExportFormat> wanted = EnumSet.copyOf(formats);
    try (TrainedRun loaded = run.open(console);
        Progress progress =
            console.progress(
                "export",
                "vectors",
                ExportWork.total(wanted, loaded.data().users(), loaded.data().items()))) {
      List<String> files = ModelVectors.export(loaded, to, wanted, done -> progress.at(done, ""));
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("directory", to.toString());
      document.put("files", files);
      String text = to + ": " + String.join(", ", files);
      if (formats.contains(ExportFormat.HNSW)) {
        IndexRecall measured = IndexRecall.read(to.resolve("items.hnsw"));
        document.put("index", measured);
        text += System.lineSeparator() + measured.words();
      }
      return new Answer(document, text);
    }
  }
}
