package dev.twotower.trainer.config;

import java.util.regex.Pattern;

/**
 * The user tower's item history, strictly before the request (design 8).
 *
 * @param length items kept, newest first; 0 for no history
 * @param pooling how their embeddings become one vector
 * @param table embedding table of the items; {@code item} shares the item tower's id table
 */
public record HistoryConfig(int length, Pooling pooling, String table) {
  /** How a history becomes one vector. */
  public enum Pooling {
    MEAN,
    ATTENTION
  }

  private static final Pattern WORD = Pattern.compile("\\S(.*\\S)?");

  public HistoryConfig {
    Checks.of(HistoryConfig.class)
        .between("length", length, 0, 4096)
        .matches("table", table, WORD, "name of an embedding table")
        .done();
  }
}
