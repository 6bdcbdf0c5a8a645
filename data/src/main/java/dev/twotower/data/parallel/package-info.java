/**
 * Work in fixed chunks over the project's own threads. Chunks follow the sizes of the work alone,
 * never the number of threads; each chunk writes to a place of its own, and sums over chunks are
 * taken in the order of the chunks. So results are the same, bit for bit, on any number of threads.
 *
 * <p>{@link dev.twotower.data.parallel.Workers} runs the chunks: the calling thread takes part, and
 * other threads join it where they are free, each taking the next chunk when it has done one.
 * {@link dev.twotower.data.parallel.Chunks} cuts a size into chunks, and {@link
 * dev.twotower.data.parallel.Scratch} keeps what a thread needs while it works on one.
 */
package dev.twotower.data.parallel;
