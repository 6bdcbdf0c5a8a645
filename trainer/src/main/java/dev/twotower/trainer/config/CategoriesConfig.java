package dev.twotower.trainer.config;

/**
 * The category tree as features of the item tower (design 8).
 *
 * @param mislabelled share of items whose category features are those of a wrong category, for
 *     studies
 */
public record CategoriesConfig(double mislabelled) {
  public CategoriesConfig {
    Checks.of(CategoriesConfig.class).between("mislabelled", mislabelled, 0.0, 1.0).done();
  }
}
