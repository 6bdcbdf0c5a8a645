package dev.twotower.data.imports;

import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.imports.columns.ContextOption;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.splits.SplitRule;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a format makes of a request: files opened, roles given to columns.
 *
 * @param log the log's files
 * @param roles column or expression by role
 * @param contexts context columns
 * @param where conditions that rows must meet
 * @param nullWords texts that mean null in users, items, requests, contexts and features
 * @param users what is known about users
 * @param items what is known about items
 * @param tree where the category tree is, null for none
 * @param treeTable the parent table of the tree, null where it has none
 */
record ImportPlan(
    SourceTable log,
    Map<String, String> roles,
    List<ContextOption> contexts,
    List<String> where,
    List<String> nullWords,
    Entities users,
    Entities items,
    TreeOption tree,
    SourceTable treeTable,
    SplitRule split,
    Duplicates duplicates,
    OptionalLong sessionGap) {
  /**
   * What is known about users or items.
   *
   * @param role {@code user} or {@code item}
   * @param side files that describe them, null where the log alone does
   * @param key the column of the side files that holds the id
   * @param name the column that holds the name, null for none
   * @param keepUnseen whether entities of the side files that the log never names are kept
   */
  record Entities(
      String role,
      SourceTable side,
      String key,
      String name,
      List<FeatureOption> features,
      boolean keepUnseen) {}

  /** Where requests come from, for the manifest. */
  String requests() {
    if (roles.containsKey("request")) {
      return Manifest.Schema.FROM_LOG;
    }
    return sessionGap.isPresent()
        ? "sessions of " + sessionGap.getAsLong() + " s"
        : Manifest.Schema.ONE_REQUEST_PER_USER;
  }
}
