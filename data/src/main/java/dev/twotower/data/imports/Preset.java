package dev.twotower.data.imports;

import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.splits.SplitRule;
import java.util.List;
import java.util.Map;

/**
 * What a format knows by itself; options of the request take precedence, and their features are
 * added.
 *
 * @param roles column or expression by role
 * @param users what it knows of users; {@link Side#NONE} for nothing
 * @param items what it knows of items
 * @param tree where the tree is, null for none
 * @param split the rule by default
 */
record Preset(
    Map<String, String> roles,
    Side users,
    Side items,
    String tree,
    SplitRule split,
    Duplicates duplicates) {
  /**
   * Files that describe users or items.
   *
   * @param table the files, null for none
   * @param key the column of the id in them
   * @param name the column of the name, null for none
   * @param features option texts
   */
  record Side(SourceTable table, String key, String name, List<String> features) {
    static final Side NONE = new Side(null, null, null, List.of());

    /** {@link #NONE} where a format's folder lacks the file. */
    static Side of(SourceTable table, String key, String name, List<String> features) {
      return table == null ? NONE : new Side(table, key, name, features);
    }
  }

  /** Roles alone: nothing is known of users and items, and every row is kept. */
  static Preset of(Map<String, String> roles) {
    return new Preset(
        roles, Side.NONE, Side.NONE, null, new SplitRule.LeaveLastOut(), Duplicates.KEEP);
  }

  Preset withUsers(Side side) {
    return new Preset(roles, side, items, tree, split, duplicates);
  }

  Preset withItems(Side side) {
    return new Preset(roles, users, side, tree, split, duplicates);
  }

  Preset withTree(String text) {
    return new Preset(roles, users, items, text, split, duplicates);
  }

  Preset withSplit(SplitRule rule) {
    return new Preset(roles, users, items, tree, rule, duplicates);
  }

  Preset withDuplicates(Duplicates policy) {
    return new Preset(roles, users, items, tree, split, policy);
  }
}
