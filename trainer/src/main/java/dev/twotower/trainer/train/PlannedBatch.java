package dev.twotower.trainer.train;

import dev.twotower.data.sampling.RowBatch;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.candidates.RowQueue;
import dev.twotower.trainer.candidates.ShownDraws;
import dev.twotower.trainer.contrastive.PairTargets;
import dev.twotower.trainer.contrastive.TreeBatch;
import dev.twotower.trainer.correction.BatchCorrection;
import dev.twotower.trainer.loss.LossTerms;
import dev.twotower.trainer.tower.TowerInputs;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A batch ready for the engine: everything about it that plain Java can work out. Reused from batch
 * to batch.
 */
public final class PlannedBatch {
  final RowBatch rows;
  final BatchIds ids;
  final BatchIndex index;
  final TowerInputs inputs;
  final BatchCorrection correction;

  /** The masked candidates, and the plan the loss is computed with: the same, or made from it. */
  NegativesPlan counted;

  NegativesPlan plan;
  Map<String, long[]> touchedRows;

  /** What the batch's requests showed, if that is asked for. */
  final ShownItems shown = new ShownItems();

  /**
   * Rows of the batch behind each touched row, of the tables where they count and some row has more
   * than one.
   */
  Map<String, float[]> rowCounts = Map.of();

  /** Whether the user tower sees users, and not their requests. */
  boolean usersOnly;

  /** Columns whose vectors the item tower computes; those of the others are remembered. */
  int computedColumns;

  /** Slots of the remembered columns' vectors, column by column. */
  int[] recalledSlots = new int[0];

  /** Row columns whose vectors are kept after the step, and the slots for them. */
  int[] keptColumns = new int[0];

  int[] keptSlots = new int[0];
  float[] rowWeight = new float[0];
  float[] positiveWeight = new float[0];

  /** Items of the tree's loss; the item tower computes them after the columns. */
  Optional<TreeBatch> tree = Optional.empty();

  Optional<PairTargets.Counts> treePairs = Optional.empty();

  /** What the learning rates are multiplied by in the step that this batch makes. */
  double rateFactor = 1;

  /** Where the sampler stood after this batch. */
  SamplerPosition after;

  /** Its number in the epoch, from 0. */
  long number;

  long readNanos;
  long planNanos;

  PlannedBatch(
      RowBatch rows,
      BatchIds ids,
      BatchIndex index,
      TowerInputs inputs,
      BatchCorrection correction) {
    this.rows = rows;
    this.ids = ids;
    this.index = index;
    this.inputs = inputs;
    this.correction = correction;
  }

  /**
   * Finds the columns that only remembered rows carry: numbering goes by candidates, so they come
   * last.
   *
   * @param computed candidates whose vectors the item tower computes; they come first
   */
  void recall(int computed, Optional<RowQueue> queue) {
    computedColumns = 0;
    for (int candidate = 0; candidate < computed; candidate++) {
      computedColumns = Math.max(computedColumns, index.candidateColumn(candidate) + 1);
    }
    recalledSlots = new int[index.columns() - computedColumns];
    Arrays.setAll(recalledSlots, at -> queue.orElseThrow().slot(index.item(computedColumns + at)));
  }

  /** Adds what the requests showed to the plan. */
  void show(ShownDraws draws) {
    plan = shown.plan(plan, draws, correction, computedColumns);
  }

  void takeTree(Optional<TreeBatch> drawn) {
    tree = drawn;
    treePairs = drawn.map(batch -> batch.targets().counts());
  }

  /** Finds where the vectors of the rows' items go, the rows being in the queue already. */
  void remember(RowQueue queue) {
    keptColumns =
        IntStream.range(0, index.rowColumns())
            .filter(column -> queue.slot(index.item(column)) >= 0)
            .toArray();
    keptSlots = Arrays.stream(keptColumns).map(column -> queue.slot(index.item(column))).toArray();
  }

  /** Rows of the batch, B. */
  public int size() {
    return index.size();
  }

  /**
   * The mean over the batch's rows that a loss stands for: a ragged batch weighs less than a full
   * one.
   */
  double perRow(double loss) {
    return size() == rows.capacity() ? loss : loss * rows.capacity() / size();
  }

  /** The masked negatives, weighed as the loss weighs them. */
  public NegativesPlan plan() {
    return plan;
  }

  /** What the loss needs beside the plan. */
  public LossTerms terms(float temperature) {
    LossTerms terms = correction.terms(temperature, positiveWeight);
    return shown.terms().map(terms::withShown).orElse(terms);
  }

  /** The input of the user tower whose output is a query of the plan. */
  int userInput(int query) {
    int request = plan.queryRequest(query);
    return usersOnly ? index.requestUser(request) : request;
  }

  /** Inputs of the user tower. */
  public int userInputs() {
    return usersOnly ? index.users() : index.requests();
  }

  /** Rows of each table that the batch touches, by table. */
  public Map<String, long[]> touchedRows() {
    return touchedRows;
  }

  /** Time spent drawing rows and reading their ids. */
  public long readNanos() {
    return readNanos;
  }

  /** Time spent on everything else: distinct ids, masks, weights, tower inputs. */
  public long planNanos() {
    return planNanos;
  }
}
