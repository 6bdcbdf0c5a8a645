/**
 * What a trained model and a batch layout are worth: {@code ranking} scores models on the full
 * catalogue, {@code falsenegatives} measures in-batch negatives, {@code stats} turns metrics of
 * users and seeds into verdicts, {@code guard} checks that the split can be believed, {@code
 * comparison} judges arms, {@code page} writes the report. {@code batch} bridges mapped rows to the
 * ids that masks work on.
 */
package dev.twotower.eval;
