/**
 * Checks that an evaluation measures what it says: guards against self-deception. One count serves
 * {@code import}, which sees the rows go by, and {@code train}, {@code evaluate} and {@code
 * compare}, which read them from the data set.
 */
package dev.twotower.data.guard;
