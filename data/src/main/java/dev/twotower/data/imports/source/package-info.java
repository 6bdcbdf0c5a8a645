/**
 * What every kind of source file becomes: a query of DuckDB that gives the file's columns, each
 * with the text it has in the file, and with each record the file and the place in it that it came
 * from ({@link dev.twotower.data.imports.source.SourceTable}). Tables of one log are put one after
 * the other; files that describe it are joined by the texts of the columns that both have ({@link
 * dev.twotower.data.imports.source.TableJoin}).
 *
 * <p>Here, too, is what all kinds share: text files in any encoding as UTF-8, how files are packed,
 * which names columns may have, how values of each DuckDB type become texts, and the words that
 * mean null.
 */
package dev.twotower.data.imports.source;
