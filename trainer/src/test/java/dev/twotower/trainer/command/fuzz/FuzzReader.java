package dev.twotower.trainer.command.fuzz;

import dev.twotower.data.imports.ImportFormat;
import dev.twotower.data.imports.ImportProgress;
import dev.twotower.data.imports.ImportRequest;
import dev.twotower.data.imports.Importers;
import dev.twotower.eval.page.ReportFiles;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.vectorfile.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A reader of files, and the file of its scene that is mutated. */
enum FuzzReader {
  ARROW("log.arrow", FuzzReader::imports),
  CSV("log.csv", FuzzReader::imports),
  JSON("log.json", FuzzReader::imports),
  PARQUET("log.parquet", FuzzReader::imports),
  DATASET("data/dataset.json", DatasetReading::read),
  PART("data/interactions/part-train-0.arrow", DatasetReading::read),
  REQUESTS("data/requests.arrow", DatasetReading::read),
  USERS("data/users.arrow", DatasetReading::read),
  ITEMS("data/items.arrow", DatasetReading::read),
  VOCABULARY("data/vocabulary.arrow", DatasetReading::read),
  TAXONOMY("data/taxonomy.arrow", DatasetReading::read),
  SAFETENSORS("export/vectors.safetensors", FuzzReader::vectors),
  NPY("export/items.npy", FuzzReader::vectors),
  IDS("export/items.ids.json", file -> vectors(file.resolveSibling("items.npy"))),
  CONFIG("config.yaml", file -> RunConfig.load(Optional.of(file), List.of())),
  QUANTIZE("quantize.yaml", file -> QuantizeConfig.load(Optional.of(file), List.of())),
  METRICS("run/metrics.jsonl", file -> RunDirectory.open(file.getParent()).metrics()),
  CARD("run/model/model.json", file -> RunDirectory.open(file.getParent().getParent()).card()),
  REPORT("comparison/report.json", file -> ReportFiles.read(file.getParent())),
  STATE("part/checkpoint-4/state.json", Resuming::resume),
  PLANNING("part/checkpoint-4/planning.bin", Resuming::resume);

  /** Reads a file to its end. */
  @FunctionalInterface
  interface Reading {
    void read(Path file) throws IOException;
  }

  private final String file;
  private final Reading reading;

  FuzzReader(String file, Reading reading) {
    this.file = file;
    this.reading = reading;
  }

  static FuzzReader named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Path of the mutated file in a scene. */
  String file() {
    return file;
  }

  void read(Path file) throws IOException {
    reading.read(file);
  }

  private static void imports(Path file) throws IOException {
    Path to = file.resolveSibling("imported");
    Scenes.delete(to);
    Importers.run(
        ImportRequest.builder(ImportFormat.TABLE, file, to)
            .column("user", "user")
            .column("item", "item")
            .column("time", "time")
            .maxBadRows(3)
            .build(),
        ImportProgress.NONE);
    if (!Files.isDirectory(to)) {
      throw new IllegalStateException("nothing at " + to);
    }
  }

  private static void vectors(Path file) throws IOException {
    VectorFile.read(file, "items");
  }
}
