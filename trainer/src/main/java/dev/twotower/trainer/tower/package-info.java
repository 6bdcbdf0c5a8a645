/**
 * User and item towers (design 8). A {@link dev.twotower.trainer.tower.Tower} turns features into
 * one array each, hands them to a DJL block, its head, and normalises what comes out: unit vectors
 * whose dot product is the score. The built-in head is {@link
 * dev.twotower.trainer.tower.TowerHead}; any block from {@code (n, w1), (n, w2), ...} to {@code (n,
 * dim)} can take its place and the losses, tables, samplers and evaluation stay as they are.
 *
 * <p>Features are read on the host into {@link dev.twotower.trainer.tower.TowerInput}s by the
 * planning thread, as numbers of rows of {@link dev.twotower.trainer.tower.TouchedRows}: each table
 * row that a batch needs is read once, however many features and histories mention it.
 */
package dev.twotower.trainer.tower;
