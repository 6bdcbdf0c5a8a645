/**
 * Fuzzes every reader of files: {@code scripts/fuzz READER MINUTES} under a coverage-guided fuzzer,
 * and for a moment in the tests, with mutations drawn from a seed.
 *
 * <p>Whatever a file holds, its reader takes it or refuses it: with a {@code BadDataException} or
 * an {@code IllegalArgumentException} that names the file, within seconds, with no more memory than
 * in proportion to the file (design 13). Where a checksum vouches for the file, the checksum is
 * made anew for each mutation, so that what lies behind it is tried too.
 */
package dev.twotower.trainer.command.fuzz;
