/**
 * From what an option names to SQL over the source: a column or an expression over the columns
 * ({@link dev.twotower.data.imports.columns.Resolver}), the time of the rows at the source's own
 * resolution ({@link dev.twotower.data.imports.columns.TimeColumn}, {@code TimeText}), and contexts
 * ({@link dev.twotower.data.imports.columns.ContextColumn}).
 *
 * <p>A column has a value and a text, and an expression takes the one that fits where the column
 * stands ({@code ColumnForms}). Which expressions are allowed is decided on DuckDB's own parse of
 * them ({@code SqlExpression}).
 */
package dev.twotower.data.imports.columns;
