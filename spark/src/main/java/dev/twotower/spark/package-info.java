/**
 * The commands for logs beyond one machine, on Apache Spark (design 17): a log becomes a data set
 * of parts ({@link dev.twotower.data.dataset.PartedDataset}), and every later step works part by
 * part with the code that one machine uses.
 *
 * <p>Tasks and driver meet in a file system that all of them see. Small things go through Spark:
 * which part to take, counts, metrics. Large ones are files: parts, tables, vectors.
 *
 * <p>Whatever a task does is a function of its part and of files that are never changed, and what
 * it leaves appears whole under a name of its own. So a task may be run again, also beside itself,
 * and the result is the same to the last bit.
 */
package dev.twotower.spark;
