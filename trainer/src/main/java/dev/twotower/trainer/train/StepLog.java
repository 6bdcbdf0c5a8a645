package dev.twotower.trainer.train;

import dev.twotower.trainer.checkpoint.Checkpoint;
import dev.twotower.trainer.contrastive.PairTargets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sums over steps between two lines of {@code metrics.jsonl}. */
final class StepLog {
  private long steps;
  private long rows;
  private long requests;
  private long items;
  private long validPairs;
  private long withoutNegatives;
  private double loss;
  private double treeLoss;
  private double ownLoss;
  private double positivePairs;
  private double effectiveUsers;
  private boolean tree;
  private double rateFactor = 1;
  private long towerNanos;
  private long lossNanos;
  private long updateNanos;
  private long planNanos;
  private long waitedBefore;
  private double trainSecondsBefore;

  void add(PlannedBatch batch, TrainingStep.Result result) {
    steps++;
    rows += batch.size();
    requests += batch.index.requests();
    items += batch.index.rowColumns();
    validPairs += batch.plan.validPairs();
    withoutNegatives += batch.plan.anchorsWithoutNegatives();
    effectiveUsers += batch.index.effectiveUsers();
    loss += batch.perRow(result.loss());
    treeLoss += result.treeLoss();
    ownLoss += result.ownLoss();
    positivePairs += batch.treePairs.map(PairTargets.Counts::positiveShare).orElse(0.0);
    rateFactor = batch.rateFactor;
    tree |= batch.tree.isPresent();
    towerNanos += result.towerNanos();
    lossNanos += result.lossNanos();
    updateNanos += result.updateNanos();
    planNanos += batch.readNanos + batch.planNanos;
  }

  /**
   * What a checkpoint holds of the steps since the last line.
   *
   * @param waitNanos as for {@link #line}
   */
  Checkpoint.Window sums(long waitNanos) {
    return new Checkpoint.Window(
        steps,
        rows,
        requests,
        items,
        validPairs,
        withoutNegatives,
        loss,
        treeLoss,
        ownLoss,
        positivePairs,
        effectiveUsers,
        towerNanos,
        lossNanos,
        updateNanos,
        planNanos,
        waitNanos - waitedBefore,
        trainSecondsBefore);
  }

  /** Goes on between two lines; waiting is counted from 0 again. */
  void resume(Checkpoint.Window sums) {
    steps = sums.steps();
    rows = sums.rows();
    requests = sums.requests();
    items = sums.items();
    validPairs = sums.validPairs();
    withoutNegatives = sums.withoutNegatives();
    loss = sums.loss();
    treeLoss = sums.treeLoss();
    ownLoss = sums.ownLoss();
    positivePairs = sums.positivePairs();
    effectiveUsers = sums.effectiveUsers();
    towerNanos = sums.towerNanos();
    lossNanos = sums.lossNanos();
    updateNanos = sums.updateNanos();
    planNanos = sums.planNanos();
    waitedBefore = -sums.waitNanos();
    trainSecondsBefore = sums.trainSeconds();
  }

  /**
   * The line for the steps since the last one.
   *
   * @param seconds time since the start, with evaluations
   * @param trainSeconds time in steps, which the speed is about
   */
  Map<String, Object> line(
      long step, long epoch, double seconds, double trainSeconds, long waitNanos) {
    double stepNanos = towerNanos + lossNanos + updateNanos + (waitNanos - waitedBefore);
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("type", "train");
    line.put("step", step);
    line.put("epoch", epoch);
    line.put("seconds", seconds);
    line.put("loss", loss / steps);
    if (tree) {
      line.put("treeLoss", treeLoss / steps);
      line.put("treePositivePairs", positivePairs / steps);
    }
    if (ownLoss != 0) {
      line.put("ownLoss", ownLoss / steps);
    }
    if (rateFactor != 1) {
      line.put("learningRateFactor", rateFactor);
    }
    line.put("examplesPerSecond", rows / (trainSeconds - trainSecondsBefore));
    line.put("validNegativesPerAnchor", (double) validPairs / rows);
    line.put("anchorsWithoutNegatives", withoutNegatives);
    line.put("effectiveUsers", effectiveUsers / steps);
    line.put("dedupRatio", (double) rows / requests);
    line.put("itemsPerBatch", (double) items / steps);
    line.put("waitShare", (waitNanos - waitedBefore) / stepNanos);
    line.put("millis", millis());
    clear();
    waitedBefore = waitNanos;
    trainSecondsBefore = trainSeconds;
    return line;
  }

  private Map<String, Double> millis() {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("plan", planNanos / 1e6 / steps);
    parts.put("towers", towerNanos / 1e6 / steps);
    parts.put("loss", lossNanos / 1e6 / steps);
    parts.put("update", updateNanos / 1e6 / steps);
    return parts;
  }

  private void clear() {
    steps = 0;
    rows = 0;
    requests = 0;
    items = 0;
    validPairs = 0;
    withoutNegatives = 0;
    loss = 0;
    treeLoss = 0;
    ownLoss = 0;
    positivePairs = 0;
    effectiveUsers = 0;
    towerNanos = 0;
    lossNanos = 0;
    updateNanos = 0;
    planNanos = 0;
  }
}
