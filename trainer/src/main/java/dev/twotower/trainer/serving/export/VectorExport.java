package dev.twotower.trainer.serving.export;

import dev.twotower.data.disk.Seal;
import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.disk.WriteFailure;
import dev.twotower.data.disk.WriterLock;
import dev.twotower.data.json.Json;
import dev.twotower.trainer.serving.hnsw.HnswFile;
import dev.twotower.trainer.tensor.SafetensorsFile;
import dev.twotower.trainer.vectorfile.ExportSeal;
import dev.twotower.trainer.vectorfile.NpyFile;
import dev.twotower.trainer.vectorfile.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** Writes a directory of vectors; it appears whole and sealed, or not at all. */
public final class VectorExport {
  private VectorExport() {}

  /**
   * Exports vectors.
   *
   * @param target directory to make
   * @param formats formats to write, at least one
   * @param sets sets of vectors, such as users and items
   * @param metadata what a reader should know, such as the similarity to rank by; goes to {@code
   *     export.json} and into the safetensors header
   * @return names of the files written, sorted; {@code SHA256SUMS} vouches for them
   * @throws IllegalArgumentException when the target exists or no format is given
   */
  public static List<String> write(
      Path target, Set<ExportFormat> formats, List<Vectors> sets, Map<String, ?> metadata)
      throws IOException {
    return write(target, formats, sets, metadata, directory -> {}, done -> {});
  }

  /** What else goes into the directory before it appears. */
  @FunctionalInterface
  public interface Addition {
    void write(Path directory) throws IOException;
  }

  /**
   * Exports vectors and something beside them.
   *
   * @param done receives the vectors read and linked so far, of {@link ExportWork#total}
   */
  public static List<String> write(
      Path target,
      Set<ExportFormat> formats,
      List<Vectors> sets,
      Map<String, ?> metadata,
      Addition addition,
      LongConsumer done)
      throws IOException {
    if (formats.isEmpty()) {
      throw new IllegalArgumentException("no format given; allowed: " + ExportFormat.names());
    }
    ExportWork work = new ExportWork(done);
    List<ExportWork.Counted> counted = sets.stream().map(work::counted).toList();
    try (WriterLock held = WriterLock.beside(target);
        StagedDirectory directory = StagedDirectory.create(target)) {
      for (ExportFormat format : ExportFormat.values()) {
        if (formats.contains(format)) {
          write(format, directory.path(), counted, metadata, work);
        }
      }
      addition.write(directory.path());
      if (formats.stream().anyMatch(ExportFormat::namesRowsApart)) {
        for (Vectors vectors : sets) {
          writeRows(vectors, vectors::id, directory.path().resolve(vectors.name() + ".ids.json"));
          if (vectors.named()) {
            writeRows(
                vectors, vectors::label, directory.path().resolve(vectors.name() + ".names.json"));
          }
          if (vectors.counted()) {
            writeRows(
                vectors,
                vectors::popularity,
                directory.path().resolve(vectors.name() + ".popularity.json"));
          }
        }
      }
      writeSummary(directory.path().resolve(ExportSeal.SUMMARY), counted, metadata);
      List<String> files = names(directory.path());
      Seal.write(directory.path());
      directory.commit();
      return files;
    } catch (IOException e) {
      throw WriteFailure.of(target, e);
    }
  }

  private static void write(
      ExportFormat format,
      Path directory,
      List<? extends Vectors> sets,
      Map<String, ?> metadata,
      ExportWork work)
      throws IOException {
    switch (format) {
      case PARQUET -> {
        for (Vectors vectors : sets) {
          ParquetFile.write(vectors, directory.resolve(vectors.name() + ".parquet"));
        }
      }
      case NPY -> {
        for (Vectors vectors : sets) {
          NpyFile.write(vectors, directory.resolve(vectors.name() + ".npy"));
        }
      }
      case SAFETENSORS ->
          SafetensorsFile.write(sets, texts(metadata), directory.resolve("vectors.safetensors"));
      case HNSW -> {
        for (Vectors vectors : sets) {
          if (vectors.name().equals("items")) {
            HnswFile.write(vectors, directory.resolve("items.hnsw"), work::linked);
          }
        }
      }
      case ONNX -> {
        // Towers, not vectors: the addition writes them.
      }
    }
  }

  /** Metadata for formats that know no numbers. */
  public static Map<String, String> texts(Map<String, ?> metadata) {
    Map<String, String> texts = new LinkedHashMap<>();
    metadata.forEach((key, value) -> texts.put(key, String.valueOf(value)));
    return texts;
  }

  private static void writeRows(Vectors vectors, IntFunction<Object> of, Path file)
      throws IOException {
    List<Object> values = new ArrayList<>(vectors.rows());
    for (int row = 0; row < vectors.rows(); row++) {
      values.add(of.apply(row));
    }
    Json.INDENTED.writeValue(file.toFile(), values);
  }

  private static void writeSummary(
      Path file, List<ExportWork.Counted> sets, Map<String, ?> metadata) throws IOException {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put(ExportSeal.VERSION, ExportSeal.SEALED);
    summary.putAll(metadata);
    for (ExportWork.Counted vectors : sets) {
      Map<String, Integer> shape = new LinkedHashMap<>();
      shape.put("rows", vectors.rows());
      shape.put("dimension", vectors.dimension());
      vectors.zeros().ifPresent(zeros -> shape.put(ExportSeal.ZEROS, zeros));
      summary.put(vectors.name(), shape);
    }
    Json.INDENTED.writeValue(file.toFile(), summary);
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
