package dev.twotower.trainer.loss;

import dev.twotower.masking.NegativesPlan;
import dev.twotower.trainer.cuda.Arguments;
import dev.twotower.trainer.cuda.Upload;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Optional;

/**
 * Columns and positives of a batch as {@link FusedLoss}'s kernel reads them, sent in one transfer.
 * Its fields stand in the order of the kernel's.
 */
final class FusedPlan {
  /** Stands for an array that there is not. */
  private static final long NONE = -1;

  private static final int FIELDS = 10;

  private final Upload upload;
  private final IntArrayList ints = new IntArrayList();
  private final long[] fields = new long[FIELDS];
  private int[] column = new int[0];
  private final float[][] ofPositive = new float[5][0];
  private int count;
  private long address;

  FusedPlan(Upload upload) {
    this.upload = upload;
  }

  /** Sends those of a batch. */
  void send(NegativesPlan plan, LossTerms terms, ColumnBiases biases) {
    upload.begin();
    count = 0;
    add(upload.add(biases.bias(), plan.columns()));
    positives(plan, terms, biases);
    address = upload.send();
  }

  private void add(long field) {
    fields[count++] = field;
  }

  private void positives(NegativesPlan plan, LossTerms terms, ColumnBiases biases) {
    ints.clear();
    for (int query = 0; query <= plan.queries(); query++) {
      ints.add(plan.positiveStart(query));
    }
    addInts(ints);
    int positives = plan.positives();
    if (column.length < positives) {
      column = new int[positives];
      for (int i = 0; i < ofPositive.length; i++) {
        ofPositive[i] = new float[positives];
      }
    }
    PositiveTerms of = new PositiveTerms(plan, terms, biases);
    boolean ownGradient = terms.ownGradient().isPresent();
    for (int positive = 0; positive < positives; positive++) {
      column[positive] = plan.positiveColumn(positive);
      ofPositive[0][positive] = of.ownShift(positive);
      ofPositive[1][positive] = of.othersFactor(positive);
      ofPositive[2][positive] = of.ownFactor(positive);
      ofPositive[3][positive] = of.weight(positive);
      if (ownGradient) {
        ofPositive[4][positive] = of.ownGradient(positive);
      }
    }
    add(upload.add(column, positives));
    for (int i = 0; i < 4; i++) {
      add(upload.add(ofPositive[i], positives));
    }
    Optional<LossTerms.LeftOut> leftOut = terms.leftOut();
    add(leftOut.isPresent() ? upload.add(leftOut.get().share(), positives) : NONE);
    add(leftOut.isPresent() ? upload.add(leftOut.get().draws(), positives) : NONE);
    add(ownGradient ? upload.add(ofPositive[4], positives) : NONE);
  }

  private void addInts(IntArrayList list) {
    add(upload.add(list.elements(), list.size()));
  }

  /** Tells the kernel where everything lies. */
  void describe(Arguments arguments) {
    for (int field = 0; field < count; field++) {
      arguments.add(fields[field] == NONE ? 0 : address + fields[field]);
    }
  }
}
