package dev.twotower.data.sampling.tree;

import java.util.ArrayList;

/**
 * How hierarchical batches are made up (design 7).
 *
 * @param batchSize items per batch, at least 6
 * @param rho share of the batch that comes from the chosen parents' children, in (0, 1)
 * @param itemsPerSlot items drawn from a category at a time, 2..1000
 * @param choice how parents, and the categories outside them, are drawn
 * @param categoryCap most items of one category in a batch, at least 2; {@link #UNCAPPED} for no
 *     limit
 * @param nearShare share of the rest that is near rather than far, in [0, 1): near items share an
 *     ancestor below the root with the first parent without lying under it, far ones share none
 *     with any parent
 */
public record HierarchicalOptions(
    int batchSize,
    double rho,
    int itemsPerSlot,
    ParentChoice choice,
    int categoryCap,
    double nearShare) {
  /** A {@code categoryCap} that limits nothing. */
  public static final int UNCAPPED = Integer.MAX_VALUE;

  public HierarchicalOptions {
    var errors = new ArrayList<String>();
    if (batchSize < 6) {
      errors.add("batchSize is " + batchSize + "; allowed: 6 and up");
    }
    // Written so that NaN is refused.
    if (!(rho > 0 && rho < 1)) {
      errors.add("rho is " + rho + "; allowed: above 0 and below 1");
    }
    if (itemsPerSlot < 2 || itemsPerSlot > 1000) {
      errors.add("itemsPerSlot is " + itemsPerSlot + "; allowed: 2..1000");
    }
    if (categoryCap < 2) {
      errors.add("categoryCap is " + categoryCap + "; allowed: 2 and up");
    }
    if (!(nearShare >= 0 && nearShare < 1)) {
      errors.add("nearShare is " + nearShare + "; allowed: 0 up to below 1");
    }
    if (errors.isEmpty() && related(batchSize, rho) < 2 * itemsPerSlot) {
      errors.add(
          "%d items with rho %s leave %d places under the parent, fewer than two slots of %d; raise"
                  .formatted(batchSize, rho, related(batchSize, rho), itemsPerSlot)
              + " batchSize or rho, or lower itemsPerSlot");
    }
    if (errors.isEmpty() && far(batchSize, rho, nearShare) < 2) {
      errors.add(
          "%d items with rho %s and nearShare %s leave %d places for unrelated items; at least 2 are"
                  .formatted(batchSize, rho, nearShare, far(batchSize, rho, nearShare))
              + " needed: raise batchSize, or lower rho or nearShare");
    }
    if (!errors.isEmpty()) {
      throw new IllegalArgumentException("hierarchical batches: " + String.join("; ", errors));
    }
  }

  /** Half the batch under the parents, four items per slot, far negatives, no cap. */
  public static HierarchicalOptions of(int batchSize) {
    return new HierarchicalOptions(batchSize, 0.5, 4, ParentChoice.UNIFORM, UNCAPPED, 0);
  }

  /** Places under the chosen parents. */
  int related() {
    return related(batchSize, rho);
  }

  /** Places for near items. */
  int near() {
    return batchSize - related() - far();
  }

  /** Places for unrelated items. */
  int far() {
    return far(batchSize, rho, nearShare);
  }

  private static int related(int batchSize, double rho) {
    return (int) Math.round(rho * batchSize);
  }

  private static int far(int batchSize, double rho, double nearShare) {
    int rest = batchSize - related(batchSize, rho);
    return rest - (int) Math.round(nearShare * rest);
  }
}
