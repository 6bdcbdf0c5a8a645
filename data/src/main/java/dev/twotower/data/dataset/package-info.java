/**
 * The data set directory of design 9: written once, never changed, read through memory maps.
 *
 * <pre>
 * dataset.json                 manifest: schema, counts, split rule, provenance, SHA-256 of each file
 * interactions/part-SSS-N.arrow  rows of one split: user, item, request int32; time int64 (below);
 *                              weight float32 (optional); context.NAME int32 code or float64
 * requests.arrow               one row per request: user, and its first row in each split
 * users.arrow, items.arrow     one row per entity: id, name (optional), id_order, feature.NAME;
 *                              users also hold their first row in each split, items their tree node
 * context-lists-N.arrow        of a context column of lists, one row per code: the codes of its
 *                              values (optional)
 * taxonomy.arrow               one row per tree node: node, parent (-1 for the root), name
 * vocabulary.arrow             the texts behind all codes: column, code, text
 * SHA256SUMS                   the seal, written last: SHA-256 of dataset.json and of each file
 * </pre>
 *
 * <p>Storage order is user, request, time. Requests are numbered in that order over the whole data
 * set, so within one split the rows of a user, and those of a request, are contiguous, and one
 * offset per user and request finds them. A row is addressed by its number within its split.
 *
 * <p>Every file is an Arrow IPC file (<a
 * href="https://arrow.apache.org/docs/format/Columnar.html">columnar format</a>) without nulls or
 * compression, cut into record batches of one power-of-two size: in interactions that of {@link
 * Manifest.Schema rowsPerBatch}, in any other file a separate one, small enough that wide rows fit
 * one map of memory. Row {@code r} of a column therefore lies in block {@code r >>> shift} at
 * {@code r & mask}: reading a value is two array reads into mapped memory, and nothing is copied.
 *
 * <p>Opening a data set reads every file once and compares it with the manifest's checksum before
 * anything in it is believed, several files at a time (design 13); the seal vouches for the
 * manifest (except in format version 1 without one), and the files are compared with what the
 * manifest says about them: columns, dimensions, vocabularies, numbers of rows. What was found is
 * remembered within one process, by the file's path, inode, size and the times of its last change,
 * and only for files that had not changed for two seconds: a younger one could change again within
 * a tick of the file system's clock. Nothing is remembered between processes: a time stamp can be
 * set, and a note of it would itself have to be vouched for.
 *
 * <p>{@code formatVersion} 2: {@code schema.time} is {@code epoch-microseconds}, or {@code ordinal}
 * if the log has an order but no times. Version 1 had {@code epoch-seconds}; it is still read, and
 * {@link Interactions} gives its times in microseconds too, so nothing that reads a data set needs
 * to know.
 *
 * <p>The manifest also says how much the held-out splits share with the rows before them ({@link
 * SplitOverlap}): counted while rows are written, so that a training need not pass over them. Data
 * sets of earlier builds do not have it; it is counted when it is first asked for.
 *
 * <p>Code 0 of every vocabulary means missing or unknown; a missing number is NaN.
 */
package dev.twotower.data.dataset;
