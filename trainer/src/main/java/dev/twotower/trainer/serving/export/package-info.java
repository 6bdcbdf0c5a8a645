/**
 * Vectors of a trained model in the formats other programs read: Parquet, NumPy's npy, safetensors,
 * and an HNSW index of the items (design 10, {@code export}).
 *
 * <p>npy: <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">format
 * 1.0</a>; safetensors: <a href="https://huggingface.co/docs/safetensors">an 8-byte length, a JSON
 * header, the bytes</a>. Both hold rows of little-endian float32. External ids go to {@code
 * NAME.ids.json} beside them, row by row; Parquet holds them in a column.
 */
package dev.twotower.trainer.serving.export;
