package dev.twotower.data.imports;

import dev.twotower.data.imports.columns.ContextOption;
import dev.twotower.data.imports.columns.WallClock;
import dev.twotower.data.imports.source.NullWords;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.data.message.Problems;
import dev.twotower.data.message.Suggestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What to import, from where, to where. Texts have the forms that {@linkplain
 * dev.twotower.data.imports the package} lists.
 *
 * @param from a file, or a folder whose files belong together
 * @param alsoFrom further ones of the same log; files are read in the order of their paths
 * @param to the data set directory, which must not exist
 * @param columns column or expression by role; see {@link #ROLES}
 * @param contexts {@code --context} texts
 * @param where {@code --where} conditions, applied in this order
 * @param nullWords texts that mean null in ids, contexts and features, such as NULL
 * @param joins files joined to the log on the columns they share
 * @param userFiles files that describe users: the first, and those joined to it
 * @param userKey the column of the first file that holds the user's id; by default the log's
 * @param userFeatures {@code --user-feature} texts
 * @param itemFiles files that describe items; items listed there and never in the log are kept
 * @param itemKey the column of the first file that holds the item's id; by default the log's
 * @param itemName the column that holds the item's name
 * @param itemFeatures {@code --item-feature} texts
 * @param itemTokens buckets of a feature {@code tokens}, hashed from the words of the item's name;
 *     0 for none
 * @param tree {@code --tree} text
 * @param split the rule; by default leave-last-out, for lightgcn the given split
 * @param seed of the random draws: the validation part of a given split, and items held out
 * @param duplicates by default keep, for baskets merge
 * @param sessionGap a pause of more than so many seconds ends a session, for logs without requests
 * @param maxBadRows bad rows that are left out and counted rather than refused
 * @param timeUnit what numbers in the time column count: {@code seconds}, {@code milliseconds},
 *     {@code microseconds}, {@code nanoseconds}
 * @param timeFormat a strptime format for the time column's text; without one, dates and times in
 *     the usual forms are read
 * @param timeZone the zone of times that say none, such as Europe/Berlin; UTC by default
 * @param delimiter the csv delimiter; found from the header line by default
 * @param encodings {@code --encoding} texts: the encoding of csv files, {@code utf-8} by default,
 *     and those of single files
 * @param decimal what decimals follow in csv files, {@code .} or {@code ,}; with a comma, a point,
 *     a space or an apostrophe may part thousands
 * @param header whether csv files start with a header line; without it columns are column0, ...
 * @param names the columns of a csv log that has no header line, while other files have one; empty
 *     to go by {@code header}
 * @param partitions whether folder names of the form {@code KEY=VALUE} add columns to the log
 */
public record ImportRequest(
    ImportFormat format,
    Path from,
    List<Path> alsoFrom,
    Path to,
    Map<String, String> columns,
    List<String> contexts,
    List<String> where,
    List<String> nullWords,
    List<String> joins,
    List<String> userFiles,
    Optional<String> userKey,
    List<String> userFeatures,
    List<String> itemFiles,
    Optional<String> itemKey,
    Optional<String> itemName,
    List<String> itemFeatures,
    int itemTokens,
    Optional<String> tree,
    Optional<SplitRule> split,
    long seed,
    Optional<Duplicates> duplicates,
    OptionalLong sessionGap,
    long maxBadRows,
    String timeUnit,
    Optional<String> timeFormat,
    Optional<String> timeZone,
    Optional<String> delimiter,
    List<String> encodings,
    String decimal,
    boolean header,
    List<String> names,
    boolean partitions) {
  /** The roles a column of the log may play. */
  public static final List<String> ROLES =
      List.of("user", "item", "request", "time", "position", "weight", "split", "event");

  /** Texts that mean null unless a request names others. */
  public static final List<String> USUAL_NULL_WORDS = NullWords.USUAL;

  static final List<String> TIME_UNITS =
      List.of("seconds", "milliseconds", "microseconds", "nanoseconds");

  /**
   * Checks what can be checked without the files.
   *
   * @throws IllegalArgumentException naming every option that cannot be, what was received and what
   *     is allowed
   */
  public ImportRequest {
    alsoFrom = List.copyOf(alsoFrom);
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    contexts = List.copyOf(contexts);
    where = List.copyOf(where);
    nullWords = nullWords.stream().map(String::strip).filter(word -> !word.isEmpty()).toList();
    joins = List.copyOf(joins);
    userFiles = List.copyOf(userFiles);
    userFeatures = List.copyOf(userFeatures);
    itemFiles = List.copyOf(itemFiles);
    itemFeatures = List.copyOf(itemFeatures);
    names = names.stream().map(String::strip).toList();
    encodings = List.copyOf(encodings);
    Problems problems = new Problems();
    problems.require(
        alsoFrom.isEmpty() || format == ImportFormat.TABLE || format == ImportFormat.BASKETS,
        "--from names %d files and folders; a %s log is one, so name its folder",
        alsoFrom.size() + 1,
        format);
    Roles.check(problems, columns, sessionGap.isPresent());
    long gap = sessionGap.orElse(1);
    problems.require(gap > 0, "--session-gap is %d; allowed: 1 and up, in seconds", gap);
    problems.require(maxBadRows >= 0, "--max-bad-rows is %d; allowed: 0 and up", maxBadRows);
    problems.require(itemTokens >= 0, "--item-tokens is %d; allowed: 0 and up", itemTokens);
    problems.require(
        TIME_UNITS.contains(timeUnit),
        "--time-unit is '%s'; allowed: %s",
        timeUnit,
        TIME_UNITS + Suggestion.hint(timeUnit, TIME_UNITS));
    timeZone.ifPresent(zone -> problems.parse(() -> WallClock.parse(zone)));
    problems.require(
        !partitions || format == ImportFormat.TABLE || format == ImportFormat.BASKETS,
        "--partitions: the folders of a %s log are known; leave it out",
        format);
    boolean otherFiles =
        !(joins.isEmpty() && userFiles.isEmpty() && itemFiles.isEmpty() && tree.isEmpty());
    boolean numbersAlone = format == ImportFormat.LIGHTGCN && !otherFiles;
    problems.require(
        !numbersAlone || sessionGap.isEmpty(),
        "--session-gap counts seconds between times, and a lightgcn log has none; leave it out");
    problems.require(
        !numbersAlone || nullWords.equals(NullWords.USUAL),
        "--null-words: a lightgcn log has numbers of users and items alone, so this would change"
            + " nothing; leave it out");
    CsvOptions.check(problems, format, otherFiles, delimiter, encodings, decimal, header, names);
    contexts.forEach(text -> problems.parse(() -> ContextOption.parse(text)));
    userFeatures.forEach(text -> problems.parse(() -> FeatureOption.parse("--user-feature", text)));
    itemFeatures.forEach(text -> problems.parse(() -> FeatureOption.parse("--item-feature", text)));
    FeatureOption.requireOnce(problems, "--user-feature", userFeatures);
    FeatureOption.requireOnce(problems, "--item-feature", itemFeatures);
    tree.ifPresent(text -> problems.parse(() -> TreeOption.parse(text)));
    problems.check();
  }

  /** Options that differ from their defaults, for the provenance. Paths go by name. */
  public Map<String, String> texts() {
    return OptionTexts.of(this);
  }

  /** A request without options, to be refined by the builder's methods. */
  public static Builder builder(ImportFormat format, Path from, Path to) {
    return new Builder(format, from, to);
  }

  /** Collects options; each method may be called several times where the option takes a list. */
  public static final class Builder {
    private final ImportFormat format;
    private final Path from;
    private final List<Path> alsoFrom = new ArrayList<>();
    private final Path to;
    private final Map<String, String> columns = new LinkedHashMap<>();
    private final List<String> contexts = new ArrayList<>();
    private final List<String> where = new ArrayList<>();
    private List<String> nullWords = NullWords.USUAL;
    private final List<String> joins = new ArrayList<>();
    private final List<String> userFiles = new ArrayList<>();
    private Optional<String> userKey = Optional.empty();
    private final List<String> userFeatures = new ArrayList<>();
    private final List<String> itemFiles = new ArrayList<>();
    private Optional<String> itemKey = Optional.empty();
    private Optional<String> itemName = Optional.empty();
    private final List<String> itemFeatures = new ArrayList<>();
    private int itemTokens;
    private Optional<String> tree = Optional.empty();
    private Optional<SplitRule> split = Optional.empty();
    private long seed;
    private Optional<Duplicates> duplicates = Optional.empty();
    private OptionalLong sessionGap = OptionalLong.empty();
    private long maxBadRows;
    private String timeUnit = "seconds";
    private Optional<String> timeFormat = Optional.empty();
    private Optional<String> timeZone = Optional.empty();
    private Optional<String> delimiter = Optional.empty();
    private final List<String> encodings = new ArrayList<>();
    private String decimal = ".";
    private boolean header = true;
    private final List<String> names = new ArrayList<>();
    private boolean partitions;

    private Builder(ImportFormat format, Path from, Path to) {
      this.format = format;
      this.from = from;
      this.to = to;
    }

    /** A further file or folder of the log. */
    public Builder alsoFrom(Path path) {
      alsoFrom.add(path);
      return this;
    }

    public Builder column(String role, String column) {
      columns.put(role, column);
      return this;
    }

    public Builder context(String text) {
      contexts.add(text);
      return this;
    }

    public Builder where(String condition) {
      where.add(condition);
      return this;
    }

    /** Replaces the words that mean null; an empty list for none. */
    public Builder nullWords(String... words) {
      nullWords = List.of(words);
      return this;
    }

    public Builder join(String file) {
      joins.add(file);
      return this;
    }

    public Builder users(String file) {
      userFiles.add(file);
      return this;
    }

    public Builder userKey(String column) {
      userKey = Optional.of(column);
      return this;
    }

    public Builder userFeature(String text) {
      userFeatures.add(text);
      return this;
    }

    public Builder items(String file) {
      itemFiles.add(file);
      return this;
    }

    public Builder itemKey(String column) {
      itemKey = Optional.of(column);
      return this;
    }

    public Builder itemName(String column) {
      itemName = Optional.of(column);
      return this;
    }

    public Builder itemFeature(String text) {
      itemFeatures.add(text);
      return this;
    }

    public Builder itemTokens(int buckets) {
      itemTokens = buckets;
      return this;
    }

    public Builder tree(String text) {
      tree = Optional.of(text);
      return this;
    }

    public Builder split(SplitRule rule) {
      split = Optional.of(rule);
      return this;
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }

    public Builder duplicates(Duplicates policy) {
      duplicates = Optional.of(policy);
      return this;
    }

    public Builder sessionGap(long seconds) {
      sessionGap = OptionalLong.of(seconds);
      return this;
    }

    public Builder maxBadRows(long rows) {
      maxBadRows = rows;
      return this;
    }

    public Builder timeUnit(String unit) {
      timeUnit = unit;
      return this;
    }

    public Builder timeFormat(String format) {
      timeFormat = Optional.of(format);
      return this;
    }

    public Builder timeZone(String zone) {
      timeZone = Optional.of(zone);
      return this;
    }

    /** The text between two fields; {@code \t} is a tab, as in other programs. */
    public Builder delimiter(String text) {
      delimiter = Optional.of(text.equals("\\t") ? "\t" : text);
      return this;
    }

    /** The encoding of all csv files, or {@code FILE=NAME} for one of them. */
    public Builder encoding(String text) {
      encodings.add(text);
      return this;
    }

    public Builder decimal(String mark) {
      decimal = mark;
      return this;
    }

    public Builder header(boolean present) {
      header = present;
      return this;
    }

    public Builder partitions(boolean asked) {
      partitions = asked;
      return this;
    }

    public Builder names(String... columns) {
      names.addAll(List.of(columns));
      return this;
    }

    public ImportRequest build() {
      return new ImportRequest(
          format,
          from,
          alsoFrom,
          to,
          columns,
          contexts,
          where,
          nullWords,
          joins,
          userFiles,
          userKey,
          userFeatures,
          itemFiles,
          itemKey,
          itemName,
          itemFeatures,
          itemTokens,
          tree,
          split,
          seed,
          duplicates,
          sessionGap,
          maxBadRows,
          timeUnit,
          timeFormat,
          timeZone,
          delimiter,
          encodings,
          decimal,
          header,
          names,
          partitions);
    }
  }
}
