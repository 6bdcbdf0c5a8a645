/**
 * A trained run put to use: loaded with its data set, evaluated, asked for recommendations,
 * exported (design 10).
 */
package dev.twotower.trainer.serve;
