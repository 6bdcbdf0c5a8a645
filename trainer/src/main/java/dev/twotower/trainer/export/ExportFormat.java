package dev.twotower.trainer.export;

import java.util.Locale;

/** A format of exported vectors; each has its own file per set of vectors. */
public enum ExportFormat {
  /** {@code NAME.parquet}: columns row, id, vector. */
  PARQUET,
  /** {@code NAME.npy} and {@code NAME.ids.json}. */
  NPY,
  /** {@code vectors.safetensors}, all sets in one file, and {@code NAME.ids.json}. */
  SAFETENSORS;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
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
    throw new IllegalArgumentException(
        "unknown format '" + text + "'; allowed: parquet, npy, safetensors");
  }
}
