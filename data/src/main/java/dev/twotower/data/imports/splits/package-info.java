/**
 * Which rows are for training, validation and test: the rules of {@code --split} ({@link
 * dev.twotower.data.imports.splits.SplitRule}), the moments a split by time is cut at ({@code
 * TimeCuts}), and the rules as SQL over numbered rows ({@link
 * dev.twotower.data.imports.splits.RowSplits}).
 */
package dev.twotower.data.imports.splits;
