/**
 * The data set directory of design 9: its manifest, its memory-mapped Arrow files, their writer and
 * reader.
 */
package dev.twotower.data.dataset;
