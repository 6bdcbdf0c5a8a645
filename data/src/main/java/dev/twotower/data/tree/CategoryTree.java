package dev.twotower.data.tree;

import dev.twotower.data.BadDataException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/**
 * Categories as a rooted tree, and the node each item hangs on (design 7). Nodes are 0..nodes-1 and
 * items 0..items-1. Immutable; every lookup is constant time unless it says otherwise.
 */
public final class CategoryTree {
  /** The distance of two nodes or items that share only the root. */
  public static final int UNRELATED = -1;

  private final String[] names;
  private final int[] parent;
  private final int[] depth;
  private final int[] jump;
  private final int root;

  /** Children of node n: {@code children[childStart[n]..childStart[n + 1])}. */
  private final int[] childStart;

  private final int[] children;

  /** Place of a node in preorder; its subtree is {@code [enter, exit)}. */
  private final int[] enter;

  private final int[] exit;

  private final int[] itemNode;

  /** Items by the preorder of their nodes; those under n are {@code [itemStart[n], itemEnd[n])}. */
  private final int[] itemOrder;

  private final int[] itemStart;
  private final int[] itemEnd;

  private CategoryTree(String[] names, int[] parent, int[] itemNode, int root) {
    int nodes = parent.length;
    this.names = names;
    this.parent = parent;
    this.root = root;
    this.depth = new int[nodes];
    this.jump = new int[nodes];
    this.enter = new int[nodes];
    this.exit = new int[nodes];
    this.childStart = new int[nodes + 1];
    this.children = new int[nodes - 1];
    linkChildren();
    int[] preorder = walk();
    this.itemNode = itemNode;
    this.itemOrder = new int[itemNode.length];
    this.itemStart = new int[nodes];
    this.itemEnd = new int[nodes];
    orderItems(preorder);
  }

  /**
   * Builds a tree.
   *
   * @param parent each node's parent, -1 for a top; where there are several tops, an unnamed root
   *     with the next free number is put above them
   * @param names each node's name
   * @param itemNode each item's node, -1 for an item without a category, which then hangs on the
   *     root
   * @throws BadDataException naming the node whose parent does not exist, or the nodes of a cycle
   */
  public static CategoryTree of(int[] parent, String[] names, int[] itemNode) {
    int given = parent.length;
    if (names.length != given || given == 0) {
      throw new IllegalArgumentException(
          "a tree needs one name and one parent for each of at least one node; got "
              + names.length
              + " names and "
              + given
              + " parents");
    }
    ParentCheck.refuseUnknown(parent, names);
    int tops = 0;
    int top = -1;
    for (int node = 0; node < given; node++) {
      if (parent[node] == -1) {
        tops++;
        top = node;
      }
    }
    int nodes = tops == 1 ? given : given + 1;
    int root = tops == 1 ? top : given;
    int[] parents = Arrays.copyOf(parent, nodes);
    String[] allNames = Arrays.copyOf(names, nodes);
    if (tops != 1) {
      Arrays.setAll(parents, node -> parents[node] == -1 ? root : parents[node]);
      allNames[root] = "";
    }
    parents[root] = -1;
    ParentCheck.refuseCycles(parents, allNames);
    int[] items = itemNode.clone();
    for (int item = 0; item < items.length; item++) {
      if (items[item] < -1 || items[item] >= nodes) {
        throw new BadDataException(
            "item "
                + item
                + " hangs on category node "
                + items[item]
                + "; allowed: 0.."
                + (given - 1)
                + ", or -1 for none");
      }
      items[item] = items[item] == -1 ? root : items[item];
    }
    return new CategoryTree(allNames, parents, items, root);
  }

  private void linkChildren() {
    for (int node = 0; node < parent.length; node++) {
      if (node != root) {
        childStart[parent[node] + 1]++;
      }
    }
    for (int node = 0; node < parent.length; node++) {
      childStart[node + 1] += childStart[node];
    }
    int[] next = childStart.clone();
    for (int node = 0; node < parent.length; node++) {
      if (node != root) {
        children[next[parent[node]]++] = node;
      }
    }
  }

  /** Numbers the nodes in preorder and sets depths and jump pointers; returns the order. */
  private int[] walk() {
    int[] preorder = new int[parent.length];
    int[] stack = new int[parent.length];
    int size = 1;
    stack[0] = root;
    int visited = 0;
    while (size > 0) {
      int node = stack[--size];
      enter[node] = visited;
      preorder[visited++] = node;
      if (node == root) {
        jump[node] = node;
      } else {
        int up = parent[node];
        int far = jump[up];
        depth[node] = depth[up] + 1;
        // Two equal jumps in a row merge into one of twice the length.
        jump[node] = depth[up] - depth[far] == depth[far] - depth[jump[far]] ? jump[far] : up;
      }
      for (int c = childStart[node + 1] - 1; c >= childStart[node]; c--) {
        stack[size++] = children[c];
      }
    }
    for (int place = visited - 1; place >= 0; place--) {
      int node = preorder[place];
      exit[node] = Math.max(exit[node], place + 1);
      if (node != root) {
        exit[parent[node]] = Math.max(exit[parent[node]], exit[node]);
      }
    }
    return preorder;
  }

  private void orderItems(int[] preorder) {
    int[] startAt = new int[parent.length + 1];
    for (int node : itemNode) {
      startAt[enter[node] + 1]++;
    }
    for (int place = 0; place < parent.length; place++) {
      startAt[place + 1] += startAt[place];
    }
    for (int place = 0; place < parent.length; place++) {
      int node = preorder[place];
      itemStart[node] = startAt[place];
      itemEnd[node] = startAt[exit[node]];
    }
    int[] next = startAt.clone();
    for (int item = 0; item < itemNode.length; item++) {
      itemOrder[next[enter[itemNode[item]]]++] = item;
    }
  }

  /**
   * The same categories, with the same numbers and other items on them.
   *
   * @param node the node of each new item, -1 for none
   * @throws BadDataException naming an item whose node does not exist
   */
  public CategoryTree withItems(int[] node) {
    return of(parent, names, node);
  }

  /** Number of nodes, an unnamed root included. */
  public int nodes() {
    return parent.length;
  }

  public int items() {
    return itemNode.length;
  }

  public int root() {
    return root;
  }

  /** Whether the root was put above several tops rather than given; its name is then empty. */
  public boolean unnamedRoot() {
    return names[root].isEmpty();
  }

  /** The node's parent, -1 for the root. */
  public int parent(int node) {
    return parent[node];
  }

  /** Edges from the root. */
  public int depth(int node) {
    return depth[node];
  }

  public String name(int node) {
    return names[node];
  }

  /**
   * Names from the top category down to the node, an unnamed root left out; linear in the depth.
   */
  public List<String> path(int node) {
    var path = new ArrayDeque<String>();
    for (int at = node; at != -1; at = parent[at]) {
      if (!names[at].isEmpty() || at != root) {
        path.addFirst(names[at]);
      }
    }
    return List.copyOf(path);
  }

  public int childCount(int node) {
    return childStart[node + 1] - childStart[node];
  }

  /** The node's child number {@code index}, 0..childCount-1, by ascending node number. */
  public int child(int node, int index) {
    assert index >= 0 && index < childCount(node);
    return children[childStart[node] + index];
  }

  /** A copy of the node's children, by ascending node number. */
  public int[] children(int node) {
    return Arrays.copyOfRange(children, childStart[node], childStart[node + 1]);
  }

  public boolean leaf(int node) {
    return childCount(node) == 0;
  }

  /** The node the item hangs on; the root for an item without a category. */
  public int nodeOf(int item) {
    return itemNode[item];
  }

  /** Number of items on the node and everywhere below it. */
  public int itemCount(int node) {
    return itemEnd[node] - itemStart[node];
  }

  /** The item number {@code index}, 0..itemCount-1, of those on the node and below it. */
  public int item(int node, int index) {
    assert index >= 0 && index < itemCount(node);
    return itemOrder[itemStart[node] + index];
  }

  /** Place of the node's first item in the order of the root's: items of a subtree are adjacent. */
  public int itemOffset(int node) {
    return itemStart[node];
  }

  /** A copy of the items on the node and below it. */
  public int[] itemsUnder(int node) {
    return Arrays.copyOfRange(itemOrder, itemStart[node], itemEnd[node]);
  }

  /** Number of items on the node itself; in {@link #item} they come before those below it. */
  public int ownItemCount(int node) {
    int firstChild = childStart[node];
    return firstChild == childStart[node + 1]
        ? itemCount(node)
        : itemStart[children[firstChild]] - itemStart[node];
  }

  /** Whether {@code node} lies in the subtree of {@code ancestor}, itself included. */
  public boolean under(int node, int ancestor) {
    return enter[ancestor] <= enter[node] && enter[node] < exit[ancestor];
  }

  /** The node's ancestor, or the node itself, at the given depth; logarithmic in the depth. */
  public int ancestorAt(int node, int level) {
    if (level < 0 || level > depth[node]) {
      throw new IllegalArgumentException(
          "category '"
              + names[node]
              + "' lies at depth "
              + depth[node]
              + "; it has no ancestor at depth "
              + level);
    }
    int at = node;
    while (depth[at] > level) {
      at = depth[jump[at]] >= level ? jump[at] : parent[at];
    }
    return at;
  }

  /** The lowest node above or equal to both; logarithmic in the depth. */
  public int lca(int a, int b) {
    int level = Math.min(depth[a], depth[b]);
    int x = depth[a] == level ? a : ancestorAt(a, level);
    int y = depth[b] == level ? b : ancestorAt(b, level);
    while (x != y) {
      if (jump[x] == jump[y]) {
        x = parent[x];
        y = parent[y];
      } else {
        x = jump[x];
        y = jump[y];
      }
    }
    return x;
  }

  /**
   * Edges from the deeper of two nodes up to their lowest common ancestor, or {@link #UNRELATED}
   * when that is the root (design 7); logarithmic in the depth.
   */
  public int distance(int a, int b) {
    int meet = lca(a, b);
    return meet == root ? UNRELATED : Math.max(depth[a], depth[b]) - depth[meet];
  }

  /** The {@link #distance} of the nodes that two items hang on. */
  public int itemDistance(int a, int b) {
    return distance(itemNode[a], itemNode[b]);
  }

  /** The largest depth of a node. */
  public int height() {
    return Arrays.stream(depth).max().orElse(0);
  }

  /**
   * What is sound but worth a look: several tops, categories without an item, items without a
   * category. Empty when there is nothing to say.
   */
  public List<TreeFinding> findings() {
    return TreeFinding.of(this);
  }
}
