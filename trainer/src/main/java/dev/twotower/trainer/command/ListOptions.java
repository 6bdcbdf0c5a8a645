package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.message.Amount;
import dev.twotower.eval.topk.GroupLimit;
import dev.twotower.trainer.command.text.TextTable;
import dev.twotower.trainer.serving.lists.CategoryLimit;
import dev.twotower.trainer.serving.lists.ItemChoice;
import dev.twotower.trainer.serving.lists.ItemNames;
import dev.twotower.trainer.serving.lists.ListRequest;
import dev.twotower.trainer.serving.lists.ListSummary;
import dev.twotower.trainer.serving.lists.NamedIds;
import dev.twotower.trainer.serving.lists.UserSources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What lists hold, how long they are, and where they go. */
final class ListOptions {
  static final String AFTER_WRITE_FAILURE =
      "the lists made so far are kept; free some space, and run the same command again to go on";

  @Mixin private ListLength length;

  @Option(
      names = {"--to", "--out"},
      order = 11,
      paramLabel = "FILE",
      description =
          "The file to write, ending in .parquet, .csv or .jsonl; must not exist. Its SHA-256 goes"
              + " to FILE.sha256. An interrupted command goes on where it was when it is run"
              + " again.")
  private Optional<Path> to = Optional.empty();

  @Option(
      names = "--among",
      order = 12,
      paramLabel = "FILE|CONDITION",
      description =
          "The items that may be listed: a file of ids, one a line, or a condition of SQL over the"
              + " columns of the items: id, name, their features, \"category.1\" and so on, also by"
              + " the names that they had in the log's files.")
  private Optional<String> among = Optional.empty();

  @Option(
      names = "--without",
      order = 13,
      paramLabel = "FILE|CONDITION",
      description = "Items that may not be listed, likewise.")
  private Optional<String> without = Optional.empty();

  @Option(
      names = "--max-per",
      order = 14,
      paramLabel = "COLUMN=N",
      description =
          "At most N items of a list with the same value, such as category.1=3, or by the name that"
              + " the column had in the log's files.")
  private Optional<String> maxPer = Optional.empty();

  @Option(
      names = "--names",
      order = 16,
      description = "With --to: write the items' names, too, as a column name.")
  private boolean named;

  int k() {
    return length.k();
  }

  void tellOfAll(Dataset data, Console console) {
    length.tellOfAll(data.items(), console);
  }

  /**
   * Refuses what does not fit together.
   *
   * @param many whether many lists are asked for
   * @param single the option that asks for one
   */
  void requireFile(boolean many, String single) {
    length.check();
    if (!many && named) {
      throw new IllegalArgumentException(
          "--names: received together with %s, whose list shows names anyway; allowed: --names with --to"
              .formatted(single));
    }
    if (many && to.isEmpty()) {
      throw new IllegalArgumentException(
          "--to is missing; allowed: a file ending in .parquet, .csv or .jsonl, or " + single);
    }
    if (!many && to.isPresent()) {
      throw new IllegalArgumentException(
          "--to: received '%s' together with %s, which shows one list; allowed: --to with many lists"
              .formatted(to.get(), single));
    }
    to.ifPresent(ListRequest::requireFree);
  }

  /** Whether items may be missing from lists because of what was asked for. */
  boolean choosesItems() {
    return among.isPresent() || without.isPresent();
  }

  ItemChoice choice(Dataset data) throws IOException {
    return ItemChoice.of(data, among, without);
  }

  Optional<GroupLimit> limit(Dataset data) {
    return maxPer.map(text -> CategoryLimit.parse(data, text));
  }

  ListRequest request(Dataset data, NamedIds asked, Progress progress, Console console)
      throws IOException {
    if (named) {
      ItemNames.require("--names", data);
    }
    return new ListRequest(
        to.orElseThrow(),
        length.k(),
        choice(data).withUnknown(asked.unknown()),
        named,
        limit(data),
        done -> progress.at(done, ""),
        console.interruption().stopSignal());
  }

  private static String words(String source) {
    return switch (source) {
      case UserSources.EARLIER -> "from the earlier run";
      case "popularity" -> "by popularity";
      default -> "from " + source;
    };
  }

  static Answer answer(ListSummary written, String what) {
    if (!written.complete()) {
      throw new Interrupted(
          "interrupted; the lists of %s are kept; run the same command again to go on"
              .formatted(Amount.of(written.lists(), what)));
    }
    String text =
        "%s: %s, lists of %s, up to %d of %s each"
            .formatted(
                written.file(),
                Amount.of(written.rows(), "row"),
                Amount.of(written.lists(), what),
                written.k(),
                Amount.of(written.items(), "item"));
    if (!written.sources().isEmpty()) {
      text +=
          System.lineSeparator()
              + written.sources().entrySet().stream()
                  .map(source -> TextTable.count(source.getValue()) + " " + words(source.getKey()))
                  .collect(Collectors.joining(", ", "lists: ", ""));
    }
    if (written.unknownIds() > 0) {
      text +=
          System.lineSeparator()
              + Amount.of(written.unknownIds(), "id")
              + " of the files given "
              + (written.unknownIds() == 1 ? "is" : "are")
              + " not in the data set";
    }
    return new Answer(
        written,
        text
            + String.format(
                Locale.ROOT,
                "%n%.1f s, %s a second",
                written.seconds(),
                Amount.of(Math.round(written.listsPerSecond()), "list")));
  }
}
