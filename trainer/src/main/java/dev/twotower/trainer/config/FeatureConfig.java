package dev.twotower.trainer.config;

import java.util.regex.Pattern;

/**
 * One input of a tower. In YAML either a name or {@code {name, table, embedding}}.
 *
 * @param name {@code id}, or a feature column of the tower's entity; in the user tower also {@code
 *     context.NAME}, a context column whose values are those of the request
 * @param table embedding table it reads; empty for its own ({@link #table(String)})
 * @param embedding width of that table; 0 for the tower's
 */
public record FeatureConfig(String name, String table, int embedding) {
  /** Name of the feature that stands for the entity's own index. */
  public static final String ID = "id";

  private static final Pattern CATEGORIES = Pattern.compile("category(\\.[0-9]+)?");
  private static final Pattern WORD = Pattern.compile("\\S(.*\\S)?");
  private static final Pattern WORD_OR_EMPTY = Pattern.compile("|\\S(.*\\S)?");

  public FeatureConfig {
    Checks.of(FeatureConfig.class)
        .matches("name", name, WORD, "'id' or the name of a feature column")
        .matches("table", table, WORD_OR_EMPTY, "name of an embedding table")
        .between("embedding", embedding, 0, TowerConfig.WIDEST)
        .done();
  }

  /** A feature with its own table, as wide as the tower's embeddings. */
  public static FeatureConfig of(String name) {
    return new FeatureConfig(name, "", 0);
  }

  /** Whether it is named as an item's place in the category tree is, whole or one level. */
  public boolean ofCategories() {
    return CATEGORIES.matcher(name).matches();
  }

  /** Whether it is named as a value of the request is, which it is unless users have it. */
  public boolean ofRequest() {
    return name.startsWith("context.");
  }

  /**
   * The embedding table this feature reads: the one it names, else {@code side} for the id and
   * {@code side.name} for a column, so that equally named columns of users and items stay apart.
   *
   * @param side {@code user} or {@code item}
   */
  public String table(String side) {
    if (!table.isEmpty()) {
      return table;
    }
    return name.equals(ID) ? side : side + "." + name;
  }
}
