/**
 * The data set directory and everything that makes or reads it: importers, generator, samplers,
 * category tree. Stands on its own (design 11).
 */
package dev.twotower.data;
