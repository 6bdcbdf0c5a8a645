package dev.twotower.eval.ranking;

/** The metrics of one user as functions of where its hits are (package description). */
final class UserMetrics {
  private final double[] gains;
  private final double[] idealGains;

  /** Prepares discounts for cutoffs up to {@code largest}. */
  UserMetrics(int largest) {
    gains = new double[largest];
    idealGains = new double[largest + 1];
    for (int place = 0; place < largest; place++) {
      gains[place] = Math.log(2) / Math.log(place + 2.0);
      idealGains[place + 1] = idealGains[place] + gains[place];
    }
  }

  /**
   * A metric with a cutoff.
   *
   * @param places places of the hits, from 0, ascending
   * @param hits number of entries of {@code places}
   * @param relevant number of relevant items, at least 1
   */
  double at(Metric metric, int[] places, int hits, int relevant) {
    int within = 0;
    double gain = 0;
    double precisions = 0;
    while (within < hits && places[within] < metric.k()) {
      gain += gains[places[within]];
      precisions += (within + 1.0) / (places[within] + 1);
      within++;
    }
    return switch (metric.kind()) {
      case RECALL -> (double) within / relevant;
      case HITRATE -> within > 0 ? 1 : 0;
      case CAPPED_RECALL -> (double) within / Math.min(metric.k(), relevant);
      case NDCG -> gain / idealGains[Math.min(metric.k(), relevant)];
      case PRECISION -> (double) within / metric.k();
      case MAP -> precisions / Math.min(metric.k(), relevant);
      case MRR, AUC, COVERAGE ->
          throw new IllegalArgumentException(metric + " is not a metric with a cutoff");
    };
  }
}
