/** Matrices of floats on disk: written and read a block of rows at a time, of any size. */
package dev.twotower.trainer.tensor;
