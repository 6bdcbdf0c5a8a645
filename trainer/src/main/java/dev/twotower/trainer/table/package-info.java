/**
 * Embedding tables that are read and written by the row: a step touches only the rows of its batch,
 * so its cost follows the distinct ids in the batch, not the table's size (design 8). A step
 * gathers each distinct row once into a small leaf array, lets the towers and autograd work on
 * that, and hands the leaf's gradient back to the table's optimiser.
 */
package dev.twotower.trainer.table;
