package dev.twotower.trainer.ids.quantize;

import dev.twotower.trainer.ids.semantic.SemanticIdReport;
import dev.twotower.trainer.ids.semantic.SemanticIds;
import java.util.Optional;

/**
 * How quantising ended.
 *
 * @param epochs epochs completed
 * @param seconds time spent by this process
 * @param outcome the codes and what they are worth; empty when the stop signal ended it
 */
public record QuantizerResult(int epochs, double seconds, Optional<Outcome> outcome) {
  /** Finished codes. */
  public record Outcome(SemanticIds ids, SemanticIdReport report) {}
}
