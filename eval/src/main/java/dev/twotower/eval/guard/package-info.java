/** Checks that an evaluation measures what it says: guards against self-deception. */
package dev.twotower.eval.guard;
