package dev.twotower.trainer.serving.export;

import dev.twotower.data.message.Words;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A format of an exported model: its vectors, each set in a separate file, or its towers. */
public enum ExportFormat {
  /** {@code NAME.parquet}: columns row, id, vector. */
  PARQUET,
  /** {@code NAME.npy} and {@code NAME.ids.json}. */
  NPY,
  /** {@code vectors.safetensors}, all sets in one file, and {@code NAME.ids.json}. */
  SAFETENSORS,
  /** {@code items.hnsw}, an index for nearest neighbours that hnswlib reads, and the ids. */
  HNSW,
  /** Both towers as graphs, and the ids and texts behind their inputs. */
  ONNX;

  @Override
  public String toString() {
    return Words.of(this);
  }

  /** Whether ids are in a separate file, {@code NAME.ids.json}. */
  boolean namesRowsApart() {
    return this != PARQUET;
  }

  /** All names, joined for messages. */
  public static String names() {
    return Arrays.stream(values()).map(ExportFormat::toString).collect(Collectors.joining(", "));
  }

  /**
   * Reads a format's name.
   *
   * @throws IllegalArgumentException naming the value received and those allowed
   */
  public static ExportFormat parse(String text) {
    return Words.parse(ExportFormat.class, text, "unknown format");
  }
}
