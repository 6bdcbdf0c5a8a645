/**
 * The csv reader. DuckDB parses the values; what it decides silently is decided here and checked:
 * delimiter, quotes and names from the first lines ({@code CsvHead}), types from all lines ({@link
 * dev.twotower.data.imports.csv.CsvTypes}), header lines that occur again within a file ({@code
 * RepeatedHeader}), and where each record starts ({@code CsvLines}), so that a bad row is reported
 * with its line. Lines that DuckDB refuses become bad rows ({@code CsvRefusals}, {@code
 * OpenQuote}).
 */
package dev.twotower.data.imports.csv;
