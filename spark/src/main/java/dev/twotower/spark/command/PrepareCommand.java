package dev.twotower.spark.command;

import dev.twotower.data.dataset.DatasetWriter;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.imports.Duplicates;
import dev.twotower.data.imports.ImportRequest;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.data.message.Amount;
import dev.twotower.data.message.Received;
import dev.twotower.spark.job.Jobs;
import dev.twotower.spark.prepare.Preparation;
import dev.twotower.spark.prepare.PrepareRequest;
import dev.twotower.trainer.command.Action;
import dev.twotower.trainer.command.Answer;
import dev.twotower.trainer.command.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a data set of parts from a table that Spark reads. */
@Command(
    name = "prepare",
    description = {
      "Makes a data set of parts from any table that Spark reads: users go to parts by the hash of"
          + " their id; numbers, requests, duplicates and splits are those of 'twotower import'.",
      "Any COLUMN may also be a Spark SQL expression over the columns. An id is its text; columns"
          + " of csv are texts.",
      "All commands of twotower read the result like a data set of one piece."
    },
    footer = {
      "  twotower-spark prepare --from log/*.parquet --to data/parts --parts 8 --column"
          + " user=customer --column item=sku --column time=at",
      "  twotower-spark prepare --from log.csv --to data/parts --column user=u --column item=i"
          + " --column request=basket --column time=t --duplicates merge --split time:0.1",
      "  twotower-spark prepare --format table --from shop.events --to data/parts --column"
          + " user=customer --column item=sku --column time=at --session-gap 1800"
    })
public final class PrepareCommand extends Action {
  @Option(
      names = "--from",
      required = true,
      order = 1,
      paramLabel = "PATH",
      description =
          "The log: a file, folder or glob; several are read together. With --format table, a"
              + " table's name.")
  private List<String> from;

  @Option(
      names = "--format",
      order = 2,
      paramLabel = "NAME",
      description =
          "Spark's name of the format: parquet, csv, json, orc, iceberg, delta, jdbc, ..., or"
              + " table; by default by the name's end, and parquet for folders.")
  private Optional<String> format = Optional.empty();

  @Option(
      names = "--option",
      order = 3,
      paramLabel = "KEY=VALUE",
      description = "An option of Spark's reader, such as delimiter=; may be repeated.")
  private Map<String, String> options = new LinkedHashMap<>();

  @Option(
      names = "--to",
      required = true,
      order = 4,
      paramLabel = "DIR",
      description = "The data set to make; must not exist. On storage that all executors see.")
  private Path to;

  @Option(
      names = "--parts",
      order = 5,
      paramLabel = "P",
      defaultValue = "8",
      description = "Parts to make; training runs one task a part.")
  private int parts;

  @Option(
      names = "--column",
      order = 6,
      paramLabel = "ROLE=COLUMN",
      description =
          "Which column is what; roles: user, item, request, time (seconds since 1970, or a date),"
              + " position (whole numbers that order rows), weight, split.")
  private List<String> columns = List.of();

  @Option(
      names = "--context",
      order = 7,
      paramLabel = "NAME[=COLUMN][:KIND]",
      description = "A column for context:NAME masks; kinds: categorical, numeric.")
  private List<String> contexts = List.of();

  @Option(
      names = "--where",
      order = 8,
      paramLabel = "CONDITION",
      description = "Keep only rows for which an SQL condition holds; the others are counted.")
  private List<String> where = List.of();

  @Option(
      names = "--null-words",
      order = 9,
      split = ",",
      paramLabel = "WORD",
      description =
          "Texts that mean null in users, items, requests and contexts; \"\": no such texts;"
              + " default: NULL, NaN, None, NA, nil, \\N and the like.")
  private List<String> nullWords = ImportRequest.USUAL_NULL_WORDS;

  @Option(
      names = "--items",
      order = 10,
      paramLabel = "PATH",
      description =
          "A table about items, which fits the driver; further ones are joined to it on the columns"
              + " they share. Items that occur only in it are kept.")
  private List<String> itemFiles = List.of();

  @Option(
      names = "--item-key",
      order = 11,
      paramLabel = "COLUMN",
      description = "Its column with the item's id; by default named as in the log.")
  private Optional<String> itemKey = Optional.empty();

  @Option(
      names = "--item-name",
      order = 12,
      paramLabel = "COLUMN",
      description = "The item's name, for people to read.")
  private Optional<String> itemName = Optional.empty();

  @Option(
      names = "--item-feature",
      order = 13,
      paramLabel = "[NAME=]KIND:COLUMN",
      description = "A feature; kinds: categorical, multi (split at |), numeric, vector.")
  private List<String> itemFeatures = List.of();

  @Option(
      names = "--tree",
      order = 14,
      paramLabel = "TOP>...>BOTTOM",
      description = "Category tree, as columns of the table about items.")
  private Optional<String> tree = Optional.empty();

  @Option(
      names = "--split",
      order = 15,
      paramLabel = "RULE",
      defaultValue = "leave-last-out",
      description =
          "time:FRACTION, given[:VALIDATION], leave-last-out, or leave-last-request-out;"
              + " +cold-items:FRACTION holds out whole items as well.")
  private SplitRule split;

  @Option(
      names = "--seed",
      order = 16,
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the validation part of a given split, and of the items held out.")
  private long seed;

  @Option(
      names = "--duplicates",
      order = 17,
      paramLabel = "POLICY",
      defaultValue = "keep",
      description =
          "keep, drop (rows that repeat all columns) or merge (rows of a request with the same"
              + " item: the earliest stays, with the sum of the weights).")
  private Duplicates duplicates;

  @Option(
      names = "--session-gap",
      order = 18,
      paramLabel = "SECONDS",
      description =
          "Start a new session after a pause of more than this many seconds; default: one request"
              + " per user.")
  private Optional<Long> sessionGap = Optional.empty();

  @Option(
      names = "--max-bad-rows",
      order = 19,
      paramLabel = "N",
      defaultValue = "0",
      description = "Bad rows to leave out and count; with more, the log is refused.")
  private long maxBadRows;

  @Option(
      names = "--time-unit",
      order = 20,
      paramLabel = "UNIT",
      defaultValue = "seconds",
      description =
          "The unit of numbers in the time column: seconds, milliseconds, microseconds,"
              + " nanoseconds.")
  private String timeUnit;

  @Option(
      names = "--time-format",
      order = 21,
      paramLabel = "PATTERN",
      description =
          "Spark's datetime pattern for text in the time column, such as yyyyMMdd; without it,"
              + " dates and ISO times are read. No zone is UTC.")
  private Optional<String> timeFormat = Optional.empty();

  @Override
  protected Answer answer(Console console) throws IOException {
    PrepareRequest request =
        new PrepareRequest(
            from,
            format,
            options,
            to.toAbsolutePath().normalize(),
            parts,
            columns(),
            contexts,
            where,
            nullWords,
            new PrepareRequest.ItemSide(
                itemFiles,
                itemKey,
                itemName,
                itemFeatures,
                tree.map(text -> List.of(text.split(">"))).orElse(List.of())),
            split,
            seed,
            duplicates,
            sessionGap.map(OptionalLong::of).orElse(OptionalLong.empty()),
            maxBadRows,
            timeUnit,
            timeFormat);
    DatasetWriter.requireFree(request.to());
    try (Jobs jobs = Jobs.start(console, "prepare")) {
      Preparation.Prepared prepared = Preparation.run(jobs, request);
      return new Answer(prepared.manifest(), text(prepared));
    }
  }

  /** The columns by role; a role given twice would lose one. */
  private Map<String, String> columns() {
    Map<String, String> roles = new LinkedHashMap<>();
    for (String text : columns) {
      int at = text.indexOf('=');
      if (at < 1 || roles.put(text.substring(0, at), text.substring(at + 1)) != null) {
        throw new IllegalArgumentException(
            "--column: received %s%s; allowed: ROLE=COLUMN, each role once, such as user=customer"
                .formatted(Received.quoted(text), at < 1 ? "" : " after another of that role"));
      }
    }
    return roles;
  }

  private String text(Preparation.Prepared prepared) {
    Manifest.Counts counts = prepared.manifest().counts();
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: %s, %s, %s, %s in %s (train %s, validation %s, test %s)"
            .formatted(
                to,
                Amount.of(parts, "part"),
                Amount.of(counts.users(), "user"),
                Amount.of(counts.items(), "item"),
                Amount.of(counts.allRows(), "row"),
                Amount.of(counts.requests(), "request"),
                Amount.number(counts.rows(Split.TRAIN)),
                Amount.number(counts.rows(Split.VALIDATION)),
                Amount.number(counts.rows(Split.TEST))));
    prepared
        .manifest()
        .provenance()
        .dropped()
        .forEach(
            (reason, rows) ->
                lines.add("left out: %s, %s".formatted(Amount.of(rows, "row"), reason)));
    prepared.notes().forEach(note -> lines.add("note: " + note));
    lines.add("next: twotower-spark describe --data " + to);
    return String.join(System.lineSeparator(), lines);
  }
}
