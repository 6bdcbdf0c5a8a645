/** Module eval. */
package dev.twotower.eval;
