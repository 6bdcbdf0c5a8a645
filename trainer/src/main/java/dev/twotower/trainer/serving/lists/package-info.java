/**
 * Lists of the best items: for all users or items, written to one file (design 16).
 *
 * <p>A file is made of parts of some thousand lists. Each part is kept beside it as soon as it is
 * whole, under a name that holds its checksum; a killed process loses the part it was at, and the
 * next one with the same request goes on after the last. The parts are then put together by one
 * thread, in order, so that the file is the same however often the work was cut short.
 */
package dev.twotower.trainer.serving.lists;
