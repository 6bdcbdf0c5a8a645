/**
 * The Parquet and Arrow reader ({@link dev.twotower.data.imports.arrow.RowFile}). DuckDB reads
 * Parquet; Arrow IPC files and streams, as they come from outside, are checked before anything
 * native reads them (design 13).
 *
 * <p>Arrow's vectors are memory: an offset beyond its buffer is an address, and DuckDB's scan
 * follows it. What a file says is therefore checked against what the file is, in three steps:
 *
 * <ol>
 *   <li>messages ({@code IpcMessages}): every length and place of footer, metadata and bodies lies
 *       within the file before a byte is allocated for it
 *   <li>schema ({@code IpcSchema}): a bounded number of fields, of types whose layout is known here
 *   <li>batches ({@code IpcBatch}, {@code IpcColumns}): buffers lie within their body, hold as many
 *       values as rows are claimed, decompress to no more than their codec can make of them;
 *       offsets rise and end within the data, texts are UTF-8, indices lie within their dictionary,
 *       the number of nulls is the one stated
 * </ol>
 *
 * <p>What fails is an {@link java.io.IOException} whose message says what was found where. Format:
 * Apache Arrow columnar format 1.5, sections "Serialization and Interprocess Communication" and
 * "Physical Memory Layout". Files (version 2 of Feather is one) and streams are told apart by how
 * they begin; bodies may be compressed by LZ4 or Zstandard.
 */
package dev.twotower.data.imports.arrow;
