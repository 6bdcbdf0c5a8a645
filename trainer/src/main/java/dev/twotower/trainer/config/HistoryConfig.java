package dev.twotower.trainer.config;

import dev.twotower.data.message.Words;
import java.util.regex.Pattern;

/**
 * The user tower's item history, strictly before the request (design 8).
 *
 * @param length items kept, newest first; 0 for no history
 * @param pooling how their embeddings become one vector
 * @param layers of pooling transformer
 * @param heads of attention in each of its layers
 * @param gaps whether it reads how long before the newest item each one was
 * @param events whether it reads of what kind of feedback each one is
 * @param table embedding table of the items; {@code item} shares the item tower's id table
 */
public record HistoryConfig(
    int length,
    Pooling pooling,
    int layers,
    int heads,
    boolean gaps,
    boolean events,
    String table) {
  /** How a history becomes one vector. */
  public enum Pooling {
    MEAN,
    ATTENTION,
    TRANSFORMER
  }

  private static final int MOST_LAYERS = 16;
  private static final int MOST_HEADS = 64;

  private static final Pattern WORD = Pattern.compile("\\S(.*\\S)?");

  public HistoryConfig {
    boolean reads = pooling == Pooling.TRANSFORMER;
    Checks.of(HistoryConfig.class)
        .between("length", length, 0, 4096)
        .between("layers", layers, 1, MOST_LAYERS)
        .between("heads", heads, 1, MOST_HEADS)
        .require(
            reads || layers == 1,
            "layers",
            layers,
            "1 with pooling %s, which has no layers".formatted(Words.of(pooling)))
        .require(
            reads || heads == 1,
            "heads",
            heads,
            "1 with pooling %s, which has no heads".formatted(Words.of(pooling)))
        .require(
            reads || !gaps,
            "gaps",
            gaps,
            "false with pooling %s, which reads no times".formatted(Words.of(pooling)))
        .require(
            reads || !events,
            "events",
            events,
            "false with pooling %s, which reads no kinds of feedback".formatted(Words.of(pooling)))
        .matches("table", table, WORD, "name of an embedding table")
        .done();
  }
}
