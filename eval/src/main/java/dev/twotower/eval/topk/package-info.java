/**
 * The exact K best items of many users, by tiles.
 *
 * <p>Users are taken in blocks and the catalogue in tiles, so that memory is bounded by a block and
 * a tile whatever the sizes. A {@link dev.twotower.eval.topk.TiledScorer} scores one block against
 * one tile at a time; {@link dev.twotower.eval.topk.BlockScan} hands each user's part of the tile
 * on while it lies in a cache, without the items that the user is not to be given; {@link
 * dev.twotower.eval.topk.TopItems} keeps the best of what it is offered.
 *
 * <p><b>Selection.</b> A score that is not above the running threshold is rejected by one
 * comparison. Of n scores in random order about K (1 + ln(n/K)) pass. They gather in a buffer; when
 * it is full, all below a bound that at least K of them reach are dropped, and the bound becomes
 * the threshold. At the end the K best are selected (Hoare, "Algorithm 65: Find", CACM 1961) and
 * put in order. Items are offered in ascending order, so one that equals the threshold loses its
 * tie, and lists are a function of the scores alone.
 *
 * <p>Blocks and tiles follow the sizes of the work, and each block is ranked by one thread: the
 * number of threads changes nothing.
 */
package dev.twotower.eval.topk;
