package dev.twotower.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.twotower.masking.DedupPlan.Queries;
import dev.twotower.masking.RandomBatches.Case;
import java.util.function.IntConsumer;
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
    return RandomBatches.casesWithCandidates();
  }

  @Property
  void dedupPlanLeavesWhatTheDefinitionLeaves(@ForAll("cases") Case given) {
    BatchIndex index = index(given);
    check(given, new DedupPlan(given.masks()).plan(index));
  }

  @Property
  void requestsOfAUserMayShareAQuery(@ForAll("cases") Case given) {
    BatchIndex index = index(given);
    DedupPlan plan = new DedupPlan(given.masks(), Queries.USERS).plan(index);
    check(given, plan, false, Queries.USERS);
    if (given.masks().contexts().isEmpty()) {
      assertThat(plan.queries()).isEqualTo(index.users());
    }
  }

  @Property
  void requestsOfAUserMayShareAQueryWhereItemsCountOnce(@ForAll("cases") Case given) {
    DedupPlan plan = new DedupPlan(given.masks(), Queries.USERS).plan(index(given));
    check(given, new DistinctPlan().plan(plan), true, Queries.USERS);
  }

  @Property
  void densePlanLeavesWhatTheDefinitionLeaves(@ForAll("cases") Case given) {
    BatchIndex index = index(given);
    check(given, new DensePlan(given.masks()).plan(index));
  }

  @Property
  void distinctPlansCountAnItemOnce(@ForAll("cases") Case given) {
    BatchIndex index = index(given);
    checkDistinct(given, new DistinctPlan().plan(new DedupPlan(given.masks()).plan(index)));
    checkDistinct(given, new DistinctPlan().plan(new DensePlan(given.masks()).plan(index)));
  }

  @Property
  void sharedListsHoldTheOverridesOfEachQuery(@ForAll("cases") Case given) {
    BatchIndex index = index(given);
    checkLists(new DedupPlan(given.masks()).plan(index));
    checkLists(new DedupPlan(given.masks(), Queries.USERS).plan(index));
    checkLists(new DensePlan(given.masks()).plan(index));
    checkLists(new DistinctPlan().plan(new DensePlan(given.masks()).plan(index)));
  }

  private static void checkLists(NegativesPlan plan) {
    for (int query = 0; query < plan.queries(); query++) {
      float[] expected = left(plan);
      plan.overrides(query, (column, weight) -> expected[column] = weight);
      float[] actual = left(plan);
      boolean[] seen = new boolean[plan.columns()];
      plan.overrideListsOf(
          query,
          list -> {
            assertThat(list).isBetween(0, plan.overrideLists() - 1);
            plan.overrideList(
                list,
                (column, weight) -> {
                  assertThat(!seen[column] || weight == 0 && actual[column] == 0).isTrue();
                  seen[column] = true;
                  actual[column] = weight;
                });
          });
      for (int p = plan.positiveStart(query); p < plan.positiveEnd(query); p++) {
        actual[plan.positiveColumn(p)] = expected[plan.positiveColumn(p)];
      }
      assertThat(actual).isEqualTo(expected);
    }
  }

  private static float[] left(NegativesPlan plan) {
    float[] left = new float[plan.columns()];
    for (int column = 0; column < left.length; column++) {
      left[column] = plan.columnWeight(column);
    }
    return left;
  }

  @Property
  void engagementsAreCounted(@ForAll("cases") Case given) {
    EngagedItems twice =
        (user, visitor) -> {
          given.engaged().forEach(user, visitor);
          given.engaged().forEach(user, item -> visit(visitor, item, item % 3));
        };
    BatchIndex index = new BatchIndex(RandomBatches.CATALOGUE, twice, true);
    index.index(given.batch());
    for (int user = 0; user < index.users(); user++) {
      for (int at = 0; at < index.engagedCount(user); at++) {
        int item = index.item(index.engagedColumn(user, at));
        assertThat(index.engagedTimes(user, at)).isEqualTo(1 + item % 3);
      }
    }
  }

  private static void visit(IntConsumer visitor, int item, int times) {
    for (int time = 0; time < times; time++) {
      visitor.accept(item);
    }
  }

  @Property
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
    check(given, plan, false, Queries.REQUESTS);
  }

  private static void checkDistinct(Case given, NegativesPlan plan) {
    check(given, plan, true, Queries.REQUESTS);
  }

  /** A query's vector must be the anchor's: its request's, or at least its user's. */
  private static void checkOwner(
      BatchIndex index, int request, BatchIds batch, int anchor, Queries whose) {
    assertThat(index.user(index.requestUser(request))).isEqualTo(batch.user(anchor));
    if (whose == Queries.REQUESTS) {
      assertThat(index.request(request)).isEqualTo(batch.request(anchor));
    }
  }

  private static void check(Case given, NegativesPlan plan, boolean once, Queries whose) {
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
      for (int k = 0; k < batch.candidates(); k++) {
        boolean again = once && expected[batch.item(k)] > 0;
        if (k != i && !again && !given.masks().removes(batch, given.engaged(), i, k)) {
          expected[batch.item(k)]++;
          valid++;
        }
      }
      withoutNegatives += valid == 0 ? 1 : 0;
      int positive = plan.rowPositive(i);
      int query = queryOfPositive[positive];
      checkOwner(plan.index(), plan.queryRequest(query), batch, i, whose);
      assertThat(negatives(plan, query, positive))
          .as("anchor %d", i)
          .containsExactly(expected, offset(1e-6));
      assertThat(plan.negatives(positive)).as("valid negatives of anchor %d", i).isEqualTo(valid);
    }
    assertThat(plan.anchorsWithoutNegatives()).isEqualTo(withoutNegatives);
  }

  private static double[] negatives(NegativesPlan plan, int query, int positive) {
    double[] columns = new double[plan.columns()];
    for (int column = 0; column < columns.length; column++) {
      columns[column] = plan.columnWeight(column);
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
