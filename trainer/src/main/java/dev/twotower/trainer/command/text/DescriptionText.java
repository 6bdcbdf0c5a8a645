package dev.twotower.trainer.command.text;

import static dev.twotower.trainer.command.text.TextTable.decimal;
import static dev.twotower.trainer.command.text.TextTable.percent;

import dev.twotower.data.describe.Description;
import dev.twotower.data.describe.ExpectedRate;
import dev.twotower.data.describe.Spread;
import dev.twotower.data.describe.Times;
import dev.twotower.data.describe.TreeShape;
import dev.twotower.data.message.Amount;
import dev.twotower.data.odd.LogTimes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** A description of a data set for a person to read. */
public final class DescriptionText {
  private static final String BARS = "▁▂▃▄▅▆▇█";

  private DescriptionText() {}

  /** Counts, spreads, the tree, and expected rates. */
  public static String of(Description it) {
    String header =
        "%s, %s, %s.%n%s of all pairs of user and item never occur in training."
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
        "Popularity: Gini %s; the top 1 %% of items have %s of the rows, %s none."
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
    List<String> parts =
        new ArrayList<>(
            List.of(
                header,
                splits.toString(),
                times(it.times()),
                spreads.toString(),
                once(it),
                popularity,
                tree(it.tree()),
                it.expected().isEmpty()
                    ? "No expected rates: every batch size asked for is larger than the training"
                        + " split."
                    : rates.toString()));
    events(it).ifPresent(events -> parts.add(parts.indexOf(splits.toString()) + 1, "" + events));
    FeatureText.table(it.userFeatures(), it.itemFeatures(), it.contextLists(), it.tree() != null)
        .ifPresent(parts::add);
    it.notes().forEach(note -> parts.add("note: " + note));
    return String.join(System.lineSeparator().repeat(2), parts);
  }

  /** Rows by kind of feedback, in the columns of splits. */
  private static Optional<TextTable> events(Description it) {
    if (it.events().isEmpty()) {
      return Optional.empty();
    }
    List<String> heading = new ArrayList<>(List.of("event"));
    heading.addAll(it.splits().keySet());
    TextTable events = new TextTable(heading.toArray(String[]::new));
    it.events()
        .forEach(
            (kind, rows) -> {
              List<Object> cells = new ArrayList<>(List.of(kind));
              cells.addAll(rows.values());
              events.add(cells.toArray());
            });
    return Optional.of(events);
  }

  private static String times(Times times) {
    if (times == null) {
      return "No times: rows have an order alone.";
    }
    Spread perDay = times.rowsPerDay();
    String text =
        "%s to %s (UTC), %s, of them %s with rows.%n%s a day with rows, most on %s: %s."
            .formatted(
                minute(times.first()),
                minute(times.last()),
                Amount.of(times.days(), "day"),
                TextTable.count(perDay.count()),
                Amount.of(Math.round(perDay.mean()), "row"),
                times.fullestDay(),
                TextTable.count(perDay.max()));
    return times.rowsOverTime().size() < 3
        ? text
        : text + "%nrows over time: |%s|".formatted(bars(times.rowsOverTime()));
  }

  private static String minute(String instant) {
    return LogTimes.minute(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(instant)));
  }

  /** A bar for each number, the largest the highest; a space for none. */
  private static String bars(List<Long> numbers) {
    long most = Collections.max(numbers);
    StringBuilder bars = new StringBuilder();
    for (long number : numbers) {
      bars.append(
          number == 0
              ? ' '
              : BARS.charAt((int) ((number * BARS.length() - 1) / Math.max(1, most))));
    }
    return bars.toString();
  }

  private static String once(Description it) {
    return "One row only: %s of the users, %s of the items, %s of the requests.%n%s of the training rows repeat an item that the user had before."
        .formatted(
            share(it.once().users(), it.users()),
            share(it.once().items(), it.items()),
            share(it.once().requests(), it.requests()),
            percent(it.repeats()));
  }

  private static String share(long part, long all) {
    return percent(part / (double) Math.max(1, all));
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
