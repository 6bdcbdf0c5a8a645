package dev.twotower.masking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.masking.RandomBatches.Case;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Both plans leave each anchor exactly the candidates that the definition leaves it, item by item.
 */
class PlanPropertyTest {
  @Provide
  Arbitrary<Case> cases() {
    return RandomBatches.cases();
  }

  @Property(tries = 2000)
  void dedupPlanLeavesWhatTheDefinitionLeaves(@ForAll("cases") Case given) {
    BatchIndex index = index(given);
    check(given, new DedupPlan(given.masks()).plan(index));
  }

  @Property(tries = 2000)
  void densePlanLeavesWhatTheDefinitionLeaves(@ForAll("cases") Case given) {
    BatchIndex index = index(given);
    check(given, new DensePlan(given.masks()).plan(index));
  }

  @Property(tries = 300)
  void aPlanReusedForAnotherBatchForgetsTheFirst(
      @ForAll("cases") Case first, @ForAll("cases") Case second) {
    Case both = new Case(second.batch(), first.masks(), second.engaged(), "");
    if (first.masks().contexts().size() != second.masks().contexts().size()) {
      return;
    }
    BatchIndex index = new BatchIndex(RandomBatches.CATALOGUE, second.engaged(), true);
    DedupPlan plan = new DedupPlan(first.masks());
    index.index(first.batch());
    plan.plan(index);
    index.index(second.batch());
    check(both, plan.plan(index));
  }

  private static BatchIndex index(Case given) {
    BatchIndex index = new BatchIndex(RandomBatches.CATALOGUE, given.engaged(), true);
    index.index(given.batch());
    return index;
  }

  /**
   * Rebuilds each anchor's negatives per item from the plan and compares them with a brute-force
   * count.
   */
  private static void check(Case given, NegativesPlan plan) {
    BatchIds batch = given.batch();
    int[] queryOfPositive = new int[plan.positives()];
    for (int query = 0; query < plan.queries(); query++) {
      for (int p = plan.positiveStart(query); p < plan.positiveEnd(query); p++) {
        queryOfPositive[p] = query;
      }
    }
    int withoutNegatives = 0;
    for (int i = 0; i < batch.size(); i++) {
      double[] expected = new double[RandomBatches.CATALOGUE];
      int valid = 0;
      for (int k = 0; k < batch.size(); k++) {
        if (k != i && !given.masks().removes(batch, given.engaged(), i, k)) {
          expected[batch.item(k)]++;
          valid++;
        }
      }
      withoutNegatives += valid == 0 ? 1 : 0;
      int positive = plan.rowPositive(i);
      int query = queryOfPositive[positive];
      assertThat(plan.index().request(plan.queryRequest(query))).isEqualTo(batch.request(i));
      assertThat(negatives(plan, query, positive)).as("anchor %d", i).isEqualTo(expected);
      assertThat(plan.negatives(positive)).as("valid negatives of anchor %d", i).isEqualTo(valid);
    }
    assertThat(plan.anchorsWithoutNegatives()).isEqualTo(withoutNegatives);
  }

  private static double[] negatives(NegativesPlan plan, int query, int positive) {
    double[] columns = new double[plan.columns()];
    for (int column = 0; column < columns.length; column++) {
      columns[column] = plan.multiplicity(column);
    }
    plan.overrides(query, (column, weight) -> columns[column] = weight);
    for (int p = plan.positiveStart(query); p < plan.positiveEnd(query); p++) {
      columns[plan.positiveColumn(p)] = p == positive ? plan.ownWeight(p) : plan.othersWeight(p);
    }
    double[] items = new double[RandomBatches.CATALOGUE];
    for (int column = 0; column < columns.length; column++) {
      items[plan.index().item(plan.columnItem(column))] += columns[column];
    }
    return items;
  }
}
