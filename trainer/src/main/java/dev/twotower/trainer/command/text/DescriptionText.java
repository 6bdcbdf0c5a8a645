package dev.twotower.trainer.command.text;

import static dev.twotower.trainer.command.text.TextTable.decimal;
import static dev.twotower.trainer.command.text.TextTable.percent;

import dev.twotower.data.describe.Description;
import dev.twotower.data.describe.ExpectedRate;
import dev.twotower.data.describe.Spread;
import dev.twotower.data.describe.TreeShape;
import dev.twotower.data.message.Amount;

/** A description of a data set for a person to read. */
public final class DescriptionText {
  private DescriptionText() {}

  /** Counts, spreads, the tree, and expected rates. */
  public static String of(Description it) {
    String header =
        "%s, %s, %s; %s of all user-item pairs never occur in training"
            .formatted(
                Amount.of(it.users(), "user"),
                Amount.of(it.items(), "item"),
                Amount.of(it.requests(), "request"),
                percent(it.sparsity()));
    TextTable splits = new TextTable("split", "rows", "users", "items", "requests");
    it.splits()
        .forEach(
            (name, split) ->
                splits.add(name, split.rows(), split.users(), split.items(), split.requests()));
    TextTable spreads =
        new TextTable("training", "mean", "min", "p10", "median", "p90", "p99", "max");
    spread(spreads, "rows per user", it.rowsPerUser());
    spread(spreads, "requests per user", it.requestsPerUser());
    spread(spreads, "rows per request", it.rowsPerRequest());
    spread(spreads, "rows per item", it.rowsPerItem());
    String popularity =
        "Popularity: Gini %s, the top 1 %% of items have %s of the rows, %s none."
            .formatted(
                decimal(it.popularity().gini()),
                percent(it.popularity().topPercentShare()),
                Amount.of(it.popularity().itemsWithoutRows(), "item has", "items have"));
    TextTable rates =
        new TextTable(
            "expected", "batch", "masks", "false", "same user", "collisions", "effective users");
    for (ExpectedRate rate : it.expected()) {
      rates.add(
          rate.layout(),
          rate.batchSize(),
          rate.masks(),
          percent(rate.falseNegativeRate()),
          percent(rate.sameUserRate()),
          percent(rate.collisionRate()),
          rate.effectiveUsers());
    }
    return String.join(
        System.lineSeparator().repeat(2),
        header,
        splits.toString(),
        spreads.toString(),
        popularity,
        tree(it.tree()),
        rates.toString());
  }

  private static void spread(TextTable table, String name, Spread it) {
    table.add(name, it.mean(), it.min(), it.p10(), it.median(), it.p90(), it.p99(), it.max());
  }

  private static String tree(TreeShape tree) {
    if (tree == null) {
      return "No category tree.";
    }
    StringBuilder text =
        new StringBuilder(
            "Category tree: %s, %s, per level %s; %s items per leaf on average, %s without a category."
                .formatted(
                    Amount.of(tree.nodes(), "category", "categories"),
                    Amount.of(tree.leaves(), "leaf", "of them leaves"),
                    tree.nodesPerLevel(),
                    decimal(tree.itemsPerLeaf().mean()),
                    Amount.of(tree.itemsWithoutCategory(), "item")));
    tree.findings()
        .forEach(finding -> text.append(System.lineSeparator()).append("  ").append(finding));
    return text.toString();
  }
}
