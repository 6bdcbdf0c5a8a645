package dev.twotower.trainer.auto;

/**
 * A setting that a rule has chosen by the log.
 *
 * @param key the setting, such as {@code loss.temperature}
 * @param value what was chosen, as it is written in a configuration
 * @param reason the facts and the rule, in a few words
 * @param effective whether it changes anything on this log; where nothing is ranked while training,
 *     for example, patience does not
 */
public record Choice(String key, String value, String reason, boolean effective) {
  @Override
  public String toString() {
    return "%s = %s: %s".formatted(key, value, reason);
  }
}
