/**
 * Where mapped rows become the plain ids that masks work on: the bridge between the data and
 * masking modules.
 */
package dev.twotower.eval.batch;
