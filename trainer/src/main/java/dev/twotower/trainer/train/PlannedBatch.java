package dev.twotower.trainer.train;

import dev.twotower.data.sampling.RowBatch;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.masking.BatchIds;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.tower.TowerInputs;
import java.util.Map;

/**
 * A batch ready for the engine: everything about it that plain Java can work out. Reused from batch
 * to batch.
 */
final class PlannedBatch {
  final RowBatch rows;
  final BatchIds ids;
  final BatchIndex index;
  final TowerInputs inputs;
  NegativesPlan plan;
  Map<String, long[]> touchedRows;
  float[] columnLogQ = new float[0];
  float[] rowWeight = new float[0];
  float[] positiveWeight = new float[0];

  /** Where the sampler stood after this batch. */
  SamplerPosition after;

  /** Whether this batch is the last of its epoch. */
  boolean lastOfEpoch;

  long planNanos;

  PlannedBatch(RowBatch rows, BatchIds ids, BatchIndex index, TowerInputs inputs) {
    this.rows = rows;
    this.ids = ids;
    this.index = index;
    this.inputs = inputs;
  }

  /** Rows of the batch, B. */
  int size() {
    return index.size();
  }
}
