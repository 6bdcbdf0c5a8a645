package dev.twotower.eval.falsenegatives;

import dev.twotower.data.sampling.Layout;
import dev.twotower.masking.MaskSet;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.statistics.distribution.TDistribution;

/** Sums over the measured batches of an epoch. */
final class EpochCounts {
  private static final double CONFIDENCE = 0.95;

  private final List<BatchCounts.Counts> measured = new ArrayList<>();

  void add(BatchCounts.Counts counts) {
    measured.add(counts);
  }

  FalseNegatives summary(Layout layout, int batchSize, MaskSet masks, long epochBatches) {
    long rows = 0;
    long valid = 0;
    long wrong = 0;
    long collisions = 0;
    long without = 0;
    long requests = 0;
    long items = 0;
    double users = 0;
    double itemsOfBatch = 0;
    double concentration = 0;
    for (BatchCounts.Counts batch : measured) {
      rows += batch.rows();
      valid += batch.validPairs();
      wrong += batch.falsePairs();
      collisions += batch.collisionPairs();
      without += batch.anchorsWithoutNegatives();
      requests += batch.requests();
      items += batch.items();
      users += (double) batch.users() * batch.rows();
      itemsOfBatch += (double) batch.items() * batch.rows();
      concentration += batch.userConcentration() * batch.rows();
    }
    double rate = share(wrong, valid);
    boolean exact = measured.size() == epochBatches;
    double reach = exact ? 0 : reach(rate, valid, epochBatches);
    return new FalseNegatives(
        layout,
        batchSize,
        masks,
        rate,
        share(wrong - collisions, valid),
        share(collisions, valid),
        users / rows,
        rows / concentration,
        (double) valid / rows,
        without,
        (double) rows / requests,
        (double) rows / items,
        itemsOfBatch / rows,
        rows,
        measured.size(),
        epochBatches,
        exact ? null : Math.max(0, rate - reach),
        exact ? null : Math.min(1, rate + reach));
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /** Half width of the ratio estimator's interval; batches are the sampled units. */
  private double reach(double rate, long valid, long epochBatches) {
    int count = measured.size();
    double meanValid = (double) valid / count;
    if (count < 2 || valid == 0) {
      return 0;
    }
    double squares = 0;
    for (BatchCounts.Counts batch : measured) {
      double rest = batch.falsePairs() - rate * batch.validPairs();
      squares += rest * rest;
    }
    double unsampled = 1 - (double) count / epochBatches;
    double error = Math.sqrt(unsampled * squares / (count - 1.0) / count) / meanValid;
    return error * TDistribution.of(count - 1.0).inverseSurvivalProbability((1 - CONFIDENCE) / 2);
  }
}
