package dev.twotower.trainer.auto;

/**
 * A setting that a rule has chosen by the log.
 *
 * @param key the setting, such as {@code loss.temperature}
 * @param value what was chosen, as it is written in a configuration
 * @param reason the facts and the rule, in a few words
 */
public record Choice(String key, String value, String reason) {
  @Override
  public String toString() {
    return "%s = %s: %s".formatted(key, value, reason);
  }
}
