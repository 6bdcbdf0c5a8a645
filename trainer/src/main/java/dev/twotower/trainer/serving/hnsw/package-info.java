/**
 * An index of the items for approximate nearest neighbours by inner product (HNSW: Malkov and
 * Yashunin, IEEE TPAMI 42, 2020), in the file format of Python's <a
 * href="https://github.com/nmslib/hnswlib">hnswlib</a>: {@code hnswlib.Index("ip",
 * dim).load_index(file)}. Labels are the items' numbers, places in {@code items.ids.json}. Items
 * without a vector are not in it.
 *
 * <p>Lucene builds the graph from a seed, on one thread, by products that are summed in a fixed
 * order: the same vectors give the same bytes on any machine.
 */
package dev.twotower.trainer.serving.hnsw;
