package dev.twotower.trainer.command;

import dev.twotower.data.imports.Duplicates;
import dev.twotower.data.imports.ImportFormat;
import dev.twotower.data.imports.ImportRequest;
import dev.twotower.data.imports.ImportSummary;
import dev.twotower.data.imports.Importers;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.data.message.Received;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    description = {
      "Makes a data set directory from a log: numbers users and items, sorts by user and request,"
          + " splits.",
      "FORMAT: movielens (ml-100k, ml-1m, csv), lightgcn (train.txt, test.txt), baskets (Instacart,"
          + " or any log with --column request=...), table (any csv, Parquet, JSON or Arrow with"
          + " --column).",
      "Any COLUMN may also be a DuckDB SQL expression over the columns.",
      "An id is its text, also in expressions, joins and conditions: 007 and 7 differ; 17.0 in a"
          + " Parquet file is 17."
    },
    footer = {
      "  twotower import movielens --from ml-100k --to data/ml-100k",
      "  twotower import lightgcn --from gowalla --to data/gowalla --split given:0.1",
      "  twotower import baskets --from instacart --to data/instacart",
      "  twotower import table --from ml-100k/u.data --header user,item,rating,time --to"
          + " data/ratings --column user=user --column item=item --column time=time",
      "  twotower import table --from log.parquet --to data/mine --column user=customer --column"
          + " item=sku --column time=at --session-gap 1800 --split time:0.1"
    })
final class ImportCommand extends Action {
  @Parameters(
      index = "0",
      paramLabel = "FORMAT",
      description = "movielens, lightgcn, baskets or table.")
  private ImportFormat format;

  @Option(
      names = "--from",
      required = true,
      order = 1,
      paramLabel = "PATH",
      description = "The log: a file, or a folder whose files belong together.")
  private Path from;

  @Option(
      names = "--to",
      required = true,
      order = 2,
      paramLabel = "DIR",
      description = "The data set to make; must not exist.")
  private Path to;

  @Option(
      names = "--column",
      order = 3,
      paramLabel = "ROLE=COLUMN",
      description =
          "Which column is what; roles: user, item, request, time (seconds since 1970, or a date),"
              + " position (order without a time), weight, split.")
  private List<String> columns = List.of();

  @Option(
      names = "--context",
      order = 4,
      paramLabel = "NAME[=COLUMN][:KIND]",
      description = "A column for context:NAME masks; kinds: categorical, numeric.")
  private List<String> contexts = List.of();

  @Option(
      names = "--where",
      order = 5,
      paramLabel = "CONDITION",
      description = "Keep only rows for which an SQL condition holds; the others are counted.")
  private List<String> where = List.of();

  @Option(
      names = "--null-words",
      order = 6,
      split = ",",
      paramLabel = "WORD",
      description =
          "Texts that mean null in users, items, requests, contexts and features; \"\": no such"
              + " texts; default: NULL, NaN, None, NA, nil, \\N and the like.")
  private List<String> nullWords = ImportRequest.USUAL_NULL_WORDS;

  @Option(
      names = "--join",
      order = 6,
      paramLabel = "FILE",
      description = "A file joined to the log on the columns they share.")
  private List<String> joins = List.of();

  @Option(names = "--users", order = 7, paramLabel = "FILE", description = "A file about users.")
  private List<String> userFiles = List.of();

  @Option(
      names = "--user-key",
      order = 8,
      paramLabel = "COLUMN",
      description = "Its column with the user's id; by default named as in the log.")
  private Optional<String> userKey = Optional.empty();

  @Option(
      names = "--user-feature",
      order = 9,
      paramLabel = "[NAME=]KIND:COLUMN",
      description = "A feature; kinds: categorical, multi (split at |), numeric, vector.")
  private List<String> userFeatures = List.of();

  @Option(
      names = "--items",
      order = 10,
      paramLabel = "FILE",
      description = "A file about items; items that occur only in it are kept.")
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
      description = "A feature, as for users.")
  private List<String> itemFeatures = List.of();

  @Option(
      names = "--item-tokens",
      order = 14,
      paramLabel = "N",
      defaultValue = "0",
      description = "Buckets of a feature 'tokens' hashed from the name's words; 0: none.")
  private int itemTokens;

  @Option(
      names = "--tree",
      order = 15,
      paramLabel = "TREE",
      description =
          "Category tree, as columns TOP>...>BOTTOM, or as parents:FILE:COLUMN or"
              + " path:COLUMN:SEPARATOR.")
  private Optional<String> tree = Optional.empty();

  @Option(
      names = "--split",
      order = 16,
      paramLabel = "RULE",
      description =
          "time:FRACTION, given[:VALIDATION], leave-last-out, or leave-last-request-out (a user's"
              + " last request is test, the one before it validation); +cold-items:FRACTION holds"
              + " out whole items as well; default: leave-last-out, for lightgcn given.")
  private Optional<SplitRule> split = Optional.empty();

  @Option(
      names = "--seed",
      order = 17,
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the validation part of a given split, and of the items held out.")
  private long seed;

  @Option(
      names = "--duplicates",
      order = 18,
      paramLabel = "POLICY",
      description =
          "keep, drop (rows that repeat all columns) or merge (rows of a request with the same"
              + " item: the earliest stays, with the sum of the weights); default: keep, for"
              + " baskets merge.")
  private Optional<Duplicates> duplicates = Optional.empty();

  @Option(
      names = "--session-gap",
      order = 19,
      paramLabel = "SECONDS",
      description =
          "Start a new session after a pause of more than this many seconds; default: one request"
              + " per user.")
  private Optional<Long> sessionGap = Optional.empty();

  @Option(
      names = "--max-bad-rows",
      order = 20,
      paramLabel = "N",
      defaultValue = "0",
      description = "Bad rows to leave out and count; with more, the import is refused.")
  private long maxBadRows;

  @Option(
      names = "--time-unit",
      order = 21,
      paramLabel = "UNIT",
      defaultValue = "seconds",
      description =
          "The unit of numbers in the time column: seconds, milliseconds, microseconds,"
              + " nanoseconds.")
  private String timeUnit;

  @Option(
      names = "--time-format",
      order = 22,
      paramLabel = "FORMAT",
      description =
          "A strptime format for text in the time column. Without it, dates and ISO times are read,"
              + " with fractions, AM or PM, an offset (+02:00) or a zone (UTC, Europe/Berlin); no"
              + " zone is UTC.")
  private Optional<String> timeFormat = Optional.empty();

  @Option(
      names = "--delimiter",
      order = 23,
      paramLabel = "TEXT",
      description = "Delimiter of csv files; detected from the header by default.")
  private Optional<String> delimiter = Optional.empty();

  @Option(
      names = "--encoding",
      order = 24,
      paramLabel = "NAME",
      defaultValue = "utf-8",
      description = "Encoding of csv files, such as latin-1.")
  private String encoding;

  @Option(
      names = "--no-header",
      order = 25,
      description = "The csv files have no header line; columns are named column0, column1, ...")
  private boolean noHeader;

  @Option(
      names = "--header",
      order = 26,
      split = ",",
      paramLabel = "NAME",
      description = "Column names for a csv log that has no header line; other files keep theirs.")
  private List<String> header = List.of();

  @Option(
      names = "--partitions",
      order = 27,
      description = "Folders named KEY=VALUE add a column KEY to the rows of the files in them.")
  private boolean partitions;

  @Override
  protected Answer answer(Console console) {
    ImportRequest request = request();
    try (Progress progress = console.progress("import", "rows", -1)) {
      ImportSummary summary =
          Importers.run(request, (stage, done, total) -> progress.at(done, stage));
      String text =
          String.join(System.lineSeparator(), summary.lines())
              + System.lineSeparator()
              + "next: twotower describe --data "
              + to;
      return new Answer(summary.manifest(), text);
    }
  }

  private ImportRequest request() {
    ImportRequest.Builder request =
        ImportRequest.builder(format, from, to)
            .nullWords(nullWords.toArray(String[]::new))
            .itemTokens(itemTokens)
            .seed(seed)
            .maxBadRows(maxBadRows)
            .timeUnit(timeUnit)
            .encoding(encoding)
            .header(!noHeader)
            .names(header.toArray(String[]::new))
            .partitions(partitions);
    columns().forEach(request::column);
    contexts.forEach(request::context);
    where.forEach(request::where);
    joins.forEach(request::join);
    userFiles.forEach(request::users);
    userKey.ifPresent(request::userKey);
    userFeatures.forEach(request::userFeature);
    itemFiles.forEach(request::items);
    itemKey.ifPresent(request::itemKey);
    itemName.ifPresent(request::itemName);
    itemFeatures.forEach(request::itemFeature);
    tree.ifPresent(request::tree);
    split.ifPresent(request::split);
    duplicates.ifPresent(request::duplicates);
    sessionGap.ifPresent(request::sessionGap);
    timeFormat.ifPresent(request::timeFormat);
    delimiter.ifPresent(request::delimiter);
    return request.build();
  }

  /** The columns by role; a role given twice would lose one. */
  private Map<String, String> columns() {
    Map<String, String> roles = new LinkedHashMap<>();
    for (String text : columns) {
      int at = text.indexOf('=');
      if (at < 1) {
        throw new IllegalArgumentException(
            "--column: received %s; allowed: ROLE=COLUMN, such as user=customer"
                .formatted(Received.quoted(text)));
      }
      String role = text.substring(0, at);
      String column = text.substring(at + 1);
      String before = roles.put(role, column);
      if (before != null) {
        throw new IllegalArgumentException(
            "--column %s is given twice, as %s and %s; allowed: once"
                .formatted(role, Received.quoted(before), Received.quoted(column)));
      }
    }
    return roles;
  }
}
