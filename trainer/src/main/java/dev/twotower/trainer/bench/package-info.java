/**
 * Measures what a training step costs (design 12): the loss alone, a whole step on planned batches,
 * or end to end from the files of a data set. Batches come from a generated log of requests of
 * equal length over a heavy-tailed catalogue, written as a data set, so that what is timed is the
 * code that trains.
 *
 * <p>Each time is shown with its floor: the floating-point operations that no implementation of the
 * same loss and towers can avoid, at the matrix product rate measured here, plus the bytes of
 * embedding rows that must be read and written once, at the copy rate measured here.
 */
package dev.twotower.trainer.bench;
