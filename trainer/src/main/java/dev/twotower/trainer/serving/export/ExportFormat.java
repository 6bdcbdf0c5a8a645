package dev.twotower.trainer.serving.export;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A format of an exported model: its vectors, each set in a separate file, or its towers. */
public enum ExportFormat {
  /** {@code NAME.parquet}: columns row, id, vector. */
  PARQUET,
  /** {@code NAME.npy} and {@code NAME.ids.json}. */
  NPY,
  /** {@code vectors.safetensors}, all sets in one file, and {@code NAME.ids.json}. */
  SAFETENSORS,
  /** {@code items.hnsw}, an index for nearest neighbours, read by hnswlib-core. */
  HNSW,
  /** Both towers as graphs, and the ids and texts behind their inputs. */
  ONNX;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether ids are in a separate file, {@code NAME.ids.json}. */
  boolean namesRowsApart() {
    return this == NPY || this == SAFETENSORS || this == ONNX;
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
    for (ExportFormat format : values()) {
      if (format.toString().equals(text)) {
        return format;
      }
    }
    throw new IllegalArgumentException("unknown format '" + text + "'; allowed: " + names());
  }
}
