package dev.twotower.trainer.command;

import dev.twotower.data.imports.Duplicates;
import dev.twotower.data.imports.ImportRequest;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.data.message.Received;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a log's columns are and what becomes of its rows, whatever reads them. */
public final class LogOptions {
  @Option(
      names = "--column",
      order = 3,
      paramLabel = "ROLE=COLUMN",
      description =
          "Which column is what; roles: user, item, request, time (seconds since 1970, or a date),"
              + " position (whole numbers that order rows without a time), weight (0 and up;"
              + " multiplies the row's loss in training, and changes no metric), split, event (the"
              + " kind of feedback, such as click or purchase; the setting events says what each"
              + " is).")
  private List<String> columns = List.of();

  @Option(
      names = "--context",
      order = 4,
      paramLabel = "NAME[=COLUMN][:KIND]",
      description =
          "A column for context:NAME masks, and where all rows of a request agree in it, for the"
              + " setting user.features, as context.NAME; kinds: categorical, numeric, and for"
              + " import multi (a list, or texts with | between) and words (those of a text, such"
              + " as a query).")
  private List<String> contexts = List.of();

  @Option(
      names = "--where",
      order = 5,
      paramLabel = "CONDITION",
      description =
          "Keep only rows for which an SQL condition holds; the others are counted. Words of SQL"
              + " and names with more than letters, digits, _ are in double quotes (Spark: `):"
              + " --where '\"Kd.-Nr.\" IS NOT NULL'.")
  private List<String> where = List.of();

  @Option(
      names = "--null-words",
      order = 6,
      split = ",",
      paramLabel = "WORD",
      description =
          "Texts that mean null in users, items, requests, contexts and features; \"\": no such"
              + " texts. By default NULL, NaN, None, NA, nil, \\N and the like.")
  private List<String> nullWords = ImportRequest.USUAL_NULL_WORDS;

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
      description = "Its column with the item's id. By default named as in the log.")
  private Optional<String> itemKey = Optional.empty();

  @Option(
      names = "--item-name",
      order = 12,
      paramLabel = "COLUMN",
      description =
          "The item's name, for people to read. Where rows of the log say different things of one"
              + " item or user, the value of most of its rows counts, then the earliest.")
  private Optional<String> itemName = Optional.empty();

  @Option(
      names = "--item-feature",
      order = 13,
      paramLabel = "[NAME=]KIND:COLUMN",
      description = "A feature; kinds: categorical, multi (split at |), numeric, vector.")
  private List<String> itemFeatures = List.of();

  @Option(
      names = "--split",
      order = 16,
      paramLabel = "RULE",
      description =
          "time:FRACTION, given[:VALIDATION], leave-last-out, or leave-last-request-out (a user's"
              + " last request is test, the one before it validation); +cold-items:FRACTION holds"
              + " out whole items as well. By default leave-last-out, for import lightgcn given.")
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
              + " item: the earliest stays, with the sum of the weights). By default keep, for"
              + " import baskets merge.")
  private Optional<Duplicates> duplicates = Optional.empty();

  @Option(
      names = "--session-gap",
      order = 19,
      paramLabel = "SECONDS",
      description =
          "Start a new session after a pause of more than this many seconds. By default one request"
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
      names = "--time-zone",
      order = 22,
      paramLabel = "ZONE",
      description =
          "The zone of dates and texts in the time column that have none of their own, such as"
              + " Europe/Berlin. By default UTC. An hour that the clock repeats is the first of the"
              + " two; one that it leaves out is as much later.")
  private Optional<String> timeZone = Optional.empty();

  /**
   * Adds what was given to a request.
   *
   * @throws IllegalArgumentException when a role is given twice, or a column has none
   */
  public void addTo(ImportRequest.Builder request) {
    request
        .nullWords(nullWords.toArray(String[]::new))
        .seed(seed)
        .maxBadRows(maxBadRows)
        .timeUnit(timeUnit);
    columns().forEach(request::column);
    contexts.forEach(request::context);
    where.forEach(request::where);
    itemFiles.forEach(request::items);
    itemKey.ifPresent(request::itemKey);
    itemName.ifPresent(request::itemName);
    itemFeatures.forEach(request::itemFeature);
    split.ifPresent(request::split);
    duplicates.ifPresent(request::duplicates);
    sessionGap.ifPresent(request::sessionGap);
    timeZone.ifPresent(request::timeZone);
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
