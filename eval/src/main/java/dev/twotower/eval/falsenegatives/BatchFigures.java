package dev.twotower.eval.falsenegatives;

import dev.twotower.data.sampling.Layout;

/** The figures that a table shows for batches of one kind; see {@link FalseNegatives} for each. */
public interface BatchFigures {
  Layout layout();

  int batchSize();

  /** Masks, and whatever else tells these batches' arm from others, as flags write them. */
  String masksAndSettings();

  double falseNegativeRate();

  double sameUserRate();

  double collisionRate();

  double effectiveUsers();

  double validNegativesPerAnchor();

  double dedupRatio();
}
