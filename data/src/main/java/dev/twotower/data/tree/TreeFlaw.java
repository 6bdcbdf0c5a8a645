package dev.twotower.data.tree;

/** Flaws that a usable tree may still have. */
public enum TreeFlaw {
  /** Several tops, so an unnamed root was put above them. */
  SEVERAL_ROOTS,
  /** Categories with no item on or below them. */
  EMPTY_BRANCH,
  /** Items without a category, which hang on the root. */
  UNCATEGORISED_ITEM
}
