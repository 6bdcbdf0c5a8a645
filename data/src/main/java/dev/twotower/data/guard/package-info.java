/**
 * Checks that an evaluation measures what it says: guards against self-deception. What splits share
 * is counted once, when a data set is written; {@code import}, {@code train}, {@code evaluate} and
 * {@code compare} tell it.
 */
package dev.twotower.data.guard;
