package dev.twotower.data.sampling.tree;

import dev.twotower.data.BadDataException;
import dev.twotower.data.message.Amount;
import dev.twotower.data.random.Streams;
import dev.twotower.data.tree.CategoryTree;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Hierarchical batches (design 7): a parent category is chosen, a share rho of the batch comes from
 * several of its children, a slot of several items at a time, the rest from categories that share
 * no ancestor below the root with it. Every batch therefore holds same-leaf, sibling and unrelated
 * pairs, and no item twice.
 *
 * <p>A parent is a node below the root with two or more children that hold items, one of them at
 * least two. Its children give slots in turn until its share is filled or they are exhausted; then
 * another parent follows, from the same branch (child of the root) while that has one, otherwise
 * from a new branch, as long as the branches left over can still fill the unrelated part. Where no
 * further parent is to be had, the rest grows; where the rest runs out of items, the parents'
 * children fill the batch after all.
 *
 * <p>A slot holds {@code itemsPerSlot} items, or as many as its category has left; one more where
 * otherwise a single item or place would remain. Batches depend on (seed, epoch, batch) alone, so
 * resuming is free. An epoch has items / batchSize batches. Memory is a few numbers per item and
 * category; a batch takes time in proportion to its size and to the number of categories.
 */
public final class HierarchicalSampler extends ItemSampler {
  /** Weighted draws that may fall on something used up before a scan takes over. */
  private static final int PATIENCE = 16;

  private static final ItemBatch.Role[] LEFTOVERS = {ItemBatch.Role.NEAR, ItemBatch.Role.RELATED};

  private final CategoryTree tree;
  private final HierarchicalOptions options;
  private final long seed;
  private final Categories categories;
  private final long[] branchCapacity;

  /** The items in tree order; a batch swaps those it takes to the front of their category. */
  private final int[] order;

  private final int[] firstPlace;

  // What the batch in the making has used; reset after each batch.
  private final int[] taken;
  private final boolean[] branchUsed;
  private final int[] parentsLeft;
  private final boolean[] parentUsed;
  private final boolean[] chosen;
  private long freeCapacity;
  private final int[] swapFrom;
  private final int[] swapTo;
  private int swaps;
  private final int[] touched;
  private int touchedCount;
  private final int[] kids;
  private UniformRandomProvider random;
  private ItemBatch batch;

  /**
   * A sampler at the first batch of epoch 0.
   *
   * @throws BadDataException when no parent of the tree can give sibling pairs
   * @throws IllegalArgumentException when the tree has too few items for the batch size, naming the
   *     parent whose batch could not be filled
   */
  public HierarchicalSampler(CategoryTree tree, HierarchicalOptions options, long seed) {
    super(options.batchSize(), Math.max(1, tree.items() / options.batchSize()));
    this.tree = tree;
    this.options = options;
    this.seed = seed;
    this.categories = new Categories(tree, options.choice());
    this.order = tree.itemsUnder(tree.root());
    this.firstPlace = IntStream.of(categories.node).map(tree::itemOffset).toArray();
    this.taken = new int[categories.count()];
    this.touched = new int[categories.count()];
    int branches = categories.branchStart.length - 1;
    this.branchUsed = new boolean[branches];
    this.parentsLeft = new int[branches];
    this.parentUsed = new boolean[categories.parents()];
    this.chosen = new boolean[tree.nodes()];
    this.branchCapacity = new long[branches];
    for (int c = 0; c < categories.count(); c++) {
      branchCapacity[categories.branch[c]] += available(c);
    }
    this.swapFrom = new int[options.batchSize()];
    this.swapTo = new int[options.batchSize()];
    int mostKids = 0;
    for (int p = 0; p < categories.parents(); p++) {
      mostKids = Math.max(mostKids, categories.childStart[p + 1] - categories.childStart[p]);
    }
    this.kids = new int[mostKids];
    requireFeasible();
  }

  private void requireFeasible() {
    if (categories.parents() == 0) {
      throw new BadDataException(
          "the tree has no category below the root with two children that have items, one of them"
              + " at least two, so no batch can hold sibling pairs"
              + (categories.count() == 0
                  ? ""
                  : "; the first category with items is '" + path(categories.node[0]) + "'"));
    }
    long total = Arrays.stream(branchCapacity).sum();
    if (total < options.batchSize()) {
      throw new IllegalArgumentException(
          "batches of "
              + options.batchSize()
              + " items: the tree has "
              + Amount.of(total, "item")
              + " with a category, at most "
              + options.categoryCap()
              + " counted of each; lower the batch size or raise the cap");
    }
    for (int p = 0; p < categories.parents(); p++) {
      long outside = total - branchCapacity[categories.parentBranch[p]];
      if (outside < options.far()) {
        throw new IllegalArgumentException(
            "parent '"
                + path(categories.parentNode[p])
                + "' has only "
                + Amount.of(outside, "item that shares", "items that share")
                + " no ancestor with it below the root; a batch of "
                + options.batchSize()
                + " needs "
                + options.far()
                + ": lower the batch size, raise rho, or raise the cap per category");
      }
    }
  }

  private String path(int node) {
    return String.join(" > ", tree.path(node));
  }

  @Override
  protected void fill(long epoch, long number, ItemBatch into) {
    random = Streams.stream(seed, "sampler.hierarchical", epoch, number);
    batch = into;
    freeCapacity = Arrays.stream(branchCapacity).sum();
    for (int b = 0; b < parentsLeft.length; b++) {
      parentsLeft[b] = categories.parentStart[b + 1] - categories.parentStart[b];
    }
    int first =
        Categories.draw(
            categories.parentWeightBefore, 0, categories.parents(), random.nextDouble());
    for (int parent = first; parent >= 0; parent = nextParent(parent)) {
      takeChildren(parent);
      if (into.size() >= options.related()) {
        break;
      }
    }
    takeNear(categories.parentNode[first]);
    takeFar();
    takeAnything();
    undo();
  }

  /** Another parent of the same branch, else of a new one; -1 where there is none to be had. */
  private int nextParent(int previous) {
    int branch = categories.parentBranch[previous];
    int from = categories.parentStart[branch];
    int to = categories.parentStart[branch + 1];
    if (parentsLeft[branch] == 0) {
      from = 0;
      to = categories.parents();
    }
    for (int attempt = 0; attempt < PATIENCE; attempt++) {
      int parent = Categories.draw(categories.parentWeightBefore, from, to, random.nextDouble());
      if (usable(parent)) {
        return parent;
      }
    }
    int start = from + random.nextInt(to - from);
    for (int step = 0; step < to - from; step++) {
      int parent = start + step < to ? start + step : start + step - (to - from);
      if (usable(parent)) {
        return parent;
      }
    }
    return -1;
  }

  /** Unused, and opening its branch, if need be, leaves enough for the unrelated part. */
  private boolean usable(int parent) {
    int branch = categories.parentBranch[parent];
    return !parentUsed[parent]
        && (branchUsed[branch] || freeCapacity - branchCapacity[branch] >= options.far());
  }

  private void takeChildren(int parent) {
    int branch = categories.parentBranch[parent];
    parentUsed[parent] = true;
    parentsLeft[branch]--;
    chosen[categories.parentNode[parent]] = true;
    batch.addParent(categories.parentNode[parent]);
    if (!branchUsed[branch]) {
      branchUsed[branch] = true;
      freeCapacity -= branchCapacity[branch];
    }
    int count = shuffleChildren(parent);
    while (count > 0) {
      int left = 0;
      for (int k = 0; k < count; k++) {
        int room = options.related() - batch.size();
        if (room <= 0) {
          return;
        }
        takeSlot(kids[k], room, ItemBatch.Role.RELATED);
        if (available(kids[k]) > 0) {
          kids[left++] = kids[k];
        }
      }
      count = left;
    }
  }

  /** Puts the parent's children in random order, one with several items first. */
  private int shuffleChildren(int parent) {
    int from = categories.childStart[parent];
    int count = 0;
    int several = -1;
    for (int i = from; i < categories.childStart[parent + 1]; i++) {
      int at = random.nextInt(++count);
      kids[count - 1] = kids[at];
      kids[at] = categories.child[i];
    }
    for (int k = 0; k < count && several < 0; k++) {
      several = available(kids[k]) > 1 ? k : -1;
    }
    if (several > 0) {
      int kid = kids[several];
      kids[several] = kids[0];
      kids[0] = kid;
    }
    return count;
  }

  /** Categories that share the closest ancestor with the parent, as long as there are any. */
  private void takeNear(int parentNode) {
    int goal = batch.size() + options.near();
    int level = tree.parent(parentNode);
    while (batch.size() < goal && level != tree.root()) {
      int category = near(level, parentNode);
      if (category < 0) {
        level = tree.parent(level);
      } else {
        takeSlot(category, goal - batch.size(), ItemBatch.Role.NEAR);
      }
    }
  }

  private int near(int ancestor, int parentNode) {
    int from = categories.from(ancestor);
    int to = categories.to(ancestor);
    int skipFrom = categories.from(parentNode);
    int skipTo = categories.to(parentNode);
    for (int attempt = 0; attempt < PATIENCE; attempt++) {
      int category = Categories.draw(categories.weightBefore, from, to, random.nextDouble());
      if ((category < skipFrom || category >= skipTo) && nearUsable(category)) {
        return category;
      }
    }
    int start = from + random.nextInt(to - from);
    for (int step = 0; step < to - from; step++) {
      int category = start + step < to ? start + step : start + step - (to - from);
      if ((category < skipFrom || category >= skipTo) && nearUsable(category)) {
        return category;
      }
    }
    return -1;
  }

  private boolean nearUsable(int category) {
    return available(category) > 0 && !chosen[tree.parent(categories.node[category])];
  }

  /** Categories of the branches without a chosen parent, until the batch or they are full. */
  private void takeFar() {
    while (batch.size() < options.batchSize() && freeCapacity > 0) {
      int room = (int) Math.min(options.batchSize() - batch.size(), freeCapacity);
      freeCapacity -= takeSlot(far(), room, ItemBatch.Role.FAR);
    }
  }

  private int far() {
    for (int attempt = 0; attempt < PATIENCE; attempt++) {
      int category =
          Categories.draw(categories.weightBefore, 0, categories.count(), random.nextDouble());
      if (!branchUsed[categories.branch[category]] && available(category) > 0) {
        return category;
      }
    }
    int category = random.nextInt(categories.count());
    while (true) {
      if (category == categories.count()) {
        category = 0;
      } else if (branchUsed[categories.branch[category]]) {
        category = categories.branchStart[categories.branch[category] + 1];
      } else if (available(category) > 0) {
        return category;
      } else {
        category++;
      }
    }
  }

  /** What the parents' branches have left, children of the parents last. */
  private void takeAnything() {
    for (ItemBatch.Role role : LEFTOVERS) {
      int start = random.nextInt(categories.count());
      for (int step = 0; step < categories.count() && batch.size() < options.batchSize(); step++) {
        int category = (start + step) % categories.count();
        while ((role == ItemBatch.Role.RELATED || nearUsable(category))
            && available(category) > 0
            && batch.size() < options.batchSize()) {
          takeSlot(category, options.batchSize() - batch.size(), role);
        }
      }
    }
  }

  private int available(int category) {
    return Math.min(options.categoryCap(), categories.size[category]) - taken[category];
  }

  /** Takes a slot of random items of the category; returns how many. */
  private int takeSlot(int category, int room, ItemBatch.Role role) {
    int available = available(category);
    int count = Math.min(Math.min(options.itemsPerSlot(), available), room);
    if (count < Math.min(available, room) && (available - count == 1 || room - count == 1)) {
      count++;
    }
    if (taken[category] == 0) {
      touched[touchedCount++] = category;
    }
    for (int i = 0; i < count; i++) {
      int front = firstPlace[category] + taken[category];
      int place = front + random.nextInt(categories.size[category] - taken[category]);
      swap(front, place);
      swapFrom[swaps] = front;
      swapTo[swaps++] = place;
      taken[category]++;
      batch.add(order[front]);
    }
    batch.endSlot(categories.node[category], role);
    return count;
  }

  private void swap(int a, int b) {
    int item = order[a];
    order[a] = order[b];
    order[b] = item;
  }

  /** Restores what the batch changed, so that the next depends on its number alone. */
  private void undo() {
    while (swaps > 0) {
      swaps--;
      swap(swapFrom[swaps], swapTo[swaps]);
    }
    while (touchedCount > 0) {
      taken[touched[--touchedCount]] = 0;
    }
    for (int p = 0; p < batch.parents(); p++) {
      chosen[batch.parent(p)] = false;
    }
    Arrays.fill(parentUsed, false);
    Arrays.fill(branchUsed, false);
    batch = null;
  }
}
