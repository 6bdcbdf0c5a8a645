package dev.twotower.data.tree;

import dev.twotower.data.message.Amount;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One kind of flaw found in a tree.
 *
 * @param flaw the kind
 * @param count how many nodes (tops, empty branches) or items have it
 * @param message what was found and what follows from it, naming the first few
 */
public record TreeFinding(TreeFlaw flaw, int count, String message) {
  private static final int SHOWN = 5;

  static List<TreeFinding> of(CategoryTree tree) {
    var findings = new ArrayList<TreeFinding>();
    int root = tree.root();
    if (tree.unnamedRoot()) {
      List<String> tops = new ArrayList<>();
      for (int i = 0; i < Math.min(SHOWN, tree.childCount(root)); i++) {
        tops.add(tree.name(tree.child(root, i)));
      }
      int count = tree.childCount(root);
      findings.add(
          new TreeFinding(
              TreeFlaw.SEVERAL_ROOTS,
              count,
              count
                  + " top categories: "
                  + some(tops, count)
                  + "; items of different tops count as unrelated"));
    }
    List<String> empty = new ArrayList<>();
    int emptyBranches = 0;
    for (int node = 0; node < tree.nodes(); node++) {
      // Only the top of an empty branch is named.
      if (tree.itemCount(node) == 0 && (node == root || tree.itemCount(tree.parent(node)) > 0)) {
        emptyBranches++;
        if (empty.size() < SHOWN) {
          empty.add(String.join(" > ", tree.path(node)));
        }
      }
    }
    if (emptyBranches > 0) {
      findings.add(
          new TreeFinding(
              TreeFlaw.EMPTY_BRANCH,
              emptyBranches,
              Amount.of(emptyBranches, "category holds", "categories hold")
                  + " no item: "
                  + some(empty, emptyBranches)
                  + "; batches skip them"));
    }
    int loose = tree.ownItemCount(root);
    if (loose > 0) {
      List<String> items = new ArrayList<>();
      for (int i = 0; i < Math.min(SHOWN, loose); i++) {
        items.add("item " + tree.item(root, i));
      }
      findings.add(
          new TreeFinding(
              TreeFlaw.UNCATEGORISED_ITEM,
              loose,
              Amount.of(loose, "item has", "items have")
                  + " no category below the root: "
                  + some(items, loose)
                  + "; such items count as unrelated to every other item"));
    }
    return List.copyOf(findings);
  }

  private static String some(List<String> names, int count) {
    return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "))
        + (count > names.size() ? " and " + (count - names.size()) + " more" : "");
  }
}
