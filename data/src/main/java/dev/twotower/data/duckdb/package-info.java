/**
 * The embedded database that reads and writes tables, and the native library that comes with it.
 *
 * <p>DuckDB unpacks its library, some 70 MB, into the temporary folder and removes it at the end of
 * the process: a killed one would leave it. So it is removed as soon as it is loaded, which takes
 * nothing from those that have mapped it; what is left is the fraction of a second in which it is
 * being unpacked. A library that a process killed just then has left is removed by the next one,
 * unless another process has it open or mapped, or it is so young that it may be about to be
 * mapped.
 */
package dev.twotower.data.duckdb;
