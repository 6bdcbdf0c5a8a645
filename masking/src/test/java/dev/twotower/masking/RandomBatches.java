package dev.twotower.masking;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * Random small batches with masks: skewed users and items, one-user batches, all-distinct batches,
 * one item everywhere.
 */
public final class RandomBatches {
  public static final int CATALOGUE = 12;

  public record Case(BatchIds batch, MaskSet masks, EngagedItems engaged, String description) {
    @Override
    public String toString() {
      return description;
    }
  }

  private RandomBatches() {}

  /** Batches whose candidates are their rows. */
  public static Arbitrary<Case> cases() {
    return cases(Arbitraries.just(0));
  }

  /** Batches with further candidates: rows remembered from elsewhere and items of nobody. */
  public static Arbitrary<Case> casesWithCandidates() {
    return cases(Arbitraries.integers().between(0, 12));
  }

  private static Arbitrary<Case> cases(Arbitrary<Integer> further) {
    Arbitrary<String> masks =
        Arbitraries.of(
            "none",
            "identity",
            "user",
            "no-identity+user",
            "engaged",
            "no-identity+engaged",
            "user+engaged",
            "context:a",
            "no-identity+context:a",
            "context:a+context:b/2",
            "user+context:a+context:b/2+engaged",
            "no-identity+context:b/3");
    return Combinators.combine(
            masks,
            Arbitraries.integers().between(1, 25),
            Arbitraries.integers().between(1, 8),
            Arbitraries.integers().between(1, CATALOGUE),
            further,
            Arbitraries.longs())
        .as(RandomBatches::make);
  }

  private static Case make(String masks, int size, int users, int items, int further, long seed) {
    Random random = new Random(seed);
    MaskSet maskSet = MaskSet.parse(masks);
    BatchIds batch = new BatchIds(maskSet.contexts().size());
    int[][] engaged = new int[users][];
    for (int user = 0; user < users; user++) {
      Set<Integer> set = new HashSet<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        set.add(random.nextInt(CATALOGUE));
      }
      engaged[user] = set.stream().mapToInt(i -> i).toArray();
    }
    StringBuilder text = new StringBuilder(masks).append(" seed ").append(seed).append(':');
    for (int row = 0; row < size; row++) {
      int user = random.nextInt(users);
      int request = user * 3 + random.nextInt(3);
      int item = random.nextInt(items);
      double[] context = new double[maskSet.contexts().size()];
      for (int c = 0; c < context.length; c++) {
        context[c] = random.nextInt(8) == 0 ? Double.NaN : random.nextInt(6);
      }
      batch.add(user, request, item, context);
      text.append(" (u%d r%d i%d %s)".formatted(user, request, item, Arrays.toString(context)));
    }
    for (int extra = 0; extra < further; extra++) {
      boolean nobody = random.nextBoolean();
      // Users beyond those of the rows: remembered rows may be of users who are not here now.
      int user = nobody ? BatchIds.NOBODY : random.nextInt(users + 2);
      int item = random.nextInt(CATALOGUE);
      int at = batch.appendCandidate(user, nobody ? BatchIds.NOBODY : 100 + extra, item);
      for (int c = 0; c < maskSet.contexts().size(); c++) {
        batch.setContext(c, at, random.nextInt(8) == 0 ? Double.NaN : random.nextInt(6));
      }
      text.append(" +(u%d i%d)".formatted(user, item));
    }
    EngagedItems engagedItems =
        (user, visit) -> {
          for (int item : engaged[user % engaged.length]) {
            visit.accept(item);
          }
        };
    return new Case(
        batch, maskSet, engagedItems, text + " engaged " + List.of(Arrays.deepToString(engaged)));
  }
}
