package dev.twotower.data.tree;

import dev.twotower.data.BadDataException;
import java.util.ArrayList;

/** Whether an array of parents makes a forest, with messages that name the node. */
final class ParentCheck {
  private ParentCheck() {}

  /** Refuses parents that do not exist; -1 is none. */
  static void refuseUnknown(int[] parent, String[] names) {
    for (int node = 0; node < parent.length; node++) {
      if (parent[node] < -1 || parent[node] >= parent.length) {
        throw new BadDataException(
            "category '"
                + names[node]
                + "' (node "
                + node
                + ") names parent "
                + parent[node]
                + "; allowed: 0.."
                + (parent.length - 1)
                + ", or -1 for a top category");
      }
    }
  }

  /** Refuses categories that are their own ancestors. */
  static void refuseCycles(int[] parent, String[] names) {
    // 0 = not seen, otherwise the number of the climb that saw the node first.
    int[] climb = new int[parent.length];
    for (int start = 0; start < parent.length; start++) {
      int node = start;
      while (node != -1 && climb[node] == 0) {
        climb[node] = start + 1;
        node = parent[node];
      }
      if (node != -1 && climb[node] == start + 1) {
        var cycle = new ArrayList<String>();
        int at = node;
        do {
          cycle.add(names[at]);
          at = parent[at];
        } while (at != node && cycle.size() < 10);
        cycle.add(at == node ? names[node] : "...");
        throw new BadDataException(
            "category '"
                + names[node]
                + "' (node "
                + node
                + ") is its own ancestor: "
                + String.join(" < ", cycle)
                + "; give one of these another parent, or none");
      }
    }
  }
}
