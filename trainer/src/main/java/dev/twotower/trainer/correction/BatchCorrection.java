package dev.twotower.trainer.correction;

import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.DistinctPlan;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.LossConfig.Correction;
import dev.twotower.trainer.config.LossConfig.Counting;
import dev.twotower.trainer.config.LossConfig.Positive;
import dev.twotower.trainer.loss.LossTerms;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.util.Locale;
import java.util.Optional;

/**
 * The correction of one batch after another: log q of each column, the weights that its plan must
 * change, and what the loss needs to know about its positives (theory in the package description).
 * Buffers are reused; one instance serves one thread and one batch at a time.
 */
public final class BatchCorrection {
  private static final double LEAST_SHARE = 1e-6;

  private final Optional<Proposal> proposal;
  private final Optional<TrainCounts> leaveUserOut;
  private final Counting counting;
  private final Positive positive;
  private final int items;
  private final TrainCounts counts;
  private final boolean engaged;
  private final IntOpenHashSet engagedItems = new IntOpenHashSet();
  private final DistinctPlan distinct = new DistinctPlan();
  private final EngagedWeightsPlan weighted = new EngagedWeightsPlan();

  private NegativesPlan plan;
  private double rowShare;
  private double uniformShare;
  private int uniform;
  private double[] columnQ = new double[0];
  private float[] columnLogQ = new float[0];
  private float[] positiveLogQ = new float[0];
  private float[] share = new float[0];
  private float[] draws = new float[0];

  /**
   * @param proposal where q comes from; empty for no correction
   * @param counts the training split, whose items make up the catalogue
   * @param engaged whether the masks take all items of an anchor's user away
   * @throws IllegalArgumentException where the proposal counts something else than the denominator
   */
  public BatchCorrection(
      Optional<Proposal> proposal, LossConfig loss, TrainCounts counts, boolean engaged) {
    proposal.ifPresent(
        estimate -> {
          if (estimate.counting() != loss.counting()) {
            throw new IllegalArgumentException(
                "the estimate of q counts %s and the denominator %s; both must count the same: set loss.counting to %s, or take another estimate"
                    .formatted(
                        name(estimate.counting()),
                        name(loss.counting()),
                        name(estimate.counting())));
          }
        });
    this.proposal = proposal;
    this.leaveUserOut =
        loss.correction() == Correction.LEAVE_USER_OUT ? Optional.of(counts) : Optional.empty();
    this.counting = loss.counting();
    this.positive = loss.positive();
    this.items = counts.items();
    this.counts = counts;
    this.engaged = engaged;
  }

  private static String name(Counting counting) {
    return counting.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Corrects a batch; what was corrected before is gone.
   *
   * @param counted the batch's plan, weighing each column by its candidates
   * @param uniform how many of its candidates are uniform draws from the catalogue
   */
  public BatchCorrection correct(NegativesPlan counted, int uniform) {
    BatchIndex index = counted.index();
    this.uniform = uniform;
    this.uniformShare = (double) uniform / index.candidates();
    this.rowShare = 1 - uniformShare;
    plan = counting == Counting.UNIQUE ? distinct.plan(counted) : counted;
    estimate(index);
    if (leaveUserOut.isPresent()) {
      plan = weighted.plan(plan, (user, engaged) -> factor(index, user, engaged));
    }
    fill(index);
    return this;
  }

  private void estimate(BatchIndex index) {
    columnQ = columnQ.length < index.columns() ? new double[index.columns()] : columnQ;
    for (int column = 0; column < index.columns(); column++) {
      double q = proposal.isPresent() ? proposal.get().q(index.item(column)) : 1;
      columnQ[column] = proposal.isPresent() ? mixed(q) : 1;
    }
  }

  private double mixed(double q) {
    if (uniform == 0) {
      return q;
    }
    return switch (counting) {
      case ROWS -> rowShare * q + uniformShare / items;
      case UNIQUE -> 1 - (1 - q) * Math.exp(uniform * Math.log1p(-1.0 / items));
    };
  }

  /** How many times as much a user's engaged item weighs: its q for others over its q for them. */
  private float factor(BatchIndex index, int user, int engaged) {
    TrainCounts counts = leaveUserOut.orElseThrow();
    int column = index.engagedColumn(user, engaged);
    int others = Math.max(1, counts.rows(index.item(column)) - index.engagedTimes(user, engaged));
    return (float) (columnQ[column] / mixed((double) others / counts.total()));
  }

  private void fill(BatchIndex index) {
    columnLogQ = fit(columnLogQ, plan.columns());
    for (int column = 0; column < plan.columns(); column++) {
      columnLogQ[column] = (float) Math.log(columnQ[plan.columnItem(column)]);
    }
    if (leaveUserOut.isEmpty() && positive == Positive.CORRECTED) {
      return;
    }
    positiveLogQ = fit(positiveLogQ, plan.positives());
    share = fit(share, plan.positives());
    draws = fit(draws, plan.positives());
    for (int query = 0; query < plan.queries(); query++) {
      int user = index.user(index.requestUser(plan.queryRequest(query)));
      double all = engaged ? 1 - engagedMass(user) : mass(user);
      for (int at = plan.positiveStart(query); at < plan.positiveEnd(query); at++) {
        double q = columnQ[plan.columnItem(plan.positiveColumn(at))];
        double own = leaveUserOut.isPresent() ? q / weighted.factor(at) : q;
        positiveLogQ[at] = (float) Math.log(own);
        boolean rows = counting == Counting.ROWS;
        // The positive is among the user's items.
        double left = engaged ? all : all - own;
        share[at] = rows ? (float) Math.max(LEAST_SHARE, left) : 1;
        draws[at] = rows ? Math.max(1, plan.negatives(at)) : 1;
      }
    }
  }

  /** The sum of q over the catalogue for a user's anchors. */
  private double mass(int user) {
    if (leaveUserOut.isEmpty()) {
      return 1;
    }
    TrainCounts counts = leaveUserOut.get();
    double left = counts.total() - counts.rowsOfUser(user);
    return rowShare * left / counts.total() + uniformShare;
  }

  /** The sum of q over the items that the user engaged with; 0 if it is not needed. */
  private double engagedMass(int user) {
    if (positive == Positive.CORRECTED || counting == Counting.UNIQUE) {
      return 0;
    }
    engagedItems.clear();
    double sum = 0;
    for (int at = 0; at < counts.rowsOfUser(user); at++) {
      int item = counts.itemOfUser(user, at);
      sum += engagedItems.add(item) ? mixed(proposal.orElseThrow().q(item)) : 0;
    }
    return sum;
  }

  private static float[] fit(float[] buffer, int size) {
    return buffer.length >= size ? buffer : new float[size];
  }

  /**
   * log q of an item that a request showed: that of any candidate with {@code n_j} rows, of which
   * the request's user has {@code own} (theory in the package description). For the batch corrected
   * last.
   */
  public float shownLogQ(int item, int own) {
    if (proposal.isEmpty()) {
      return 0;
    }
    int rows = counts.rows(item) - (leaveUserOut.isPresent() ? own : 0);
    return (float) Math.log(mixed((double) Math.max(1, rows) / counts.total()));
  }

  /** The plan to compute the loss with. */
  public NegativesPlan plan() {
    return plan;
  }

  /**
   * What the loss needs beside the plan.
   *
   * @param positiveWeight summed anchor weight of each positive
   */
  public LossTerms terms(float temperature, float[] positiveWeight) {
    return new LossTerms(
        temperature,
        columnLogQ,
        positiveWeight,
        leaveUserOut.map(counts -> positiveLogQ),
        positive == Positive.UNCORRECTED
            ? Optional.of(new LossTerms.LeftOut(share, draws))
            : Optional.empty());
  }
}
