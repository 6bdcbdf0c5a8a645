package dev.twotower.trainer.command;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.describe.FeatureShape;
import dev.twotower.data.describe.TreeShape;
import dev.twotower.data.imports.FromPaths;
import dev.twotower.data.imports.ImportFormat;
import dev.twotower.data.imports.ImportRequest;
import dev.twotower.data.imports.ImportSummary;
import dev.twotower.data.imports.Importers;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.message.ProgramName;
import dev.twotower.data.odd.LogTimes;
import dev.twotower.trainer.command.text.FeatureText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      "  twotower import movielens --from ml-100k --to logs/ml-100k",
      "  twotower import lightgcn --from gowalla --to logs/gowalla --split given:0.1",
      "  twotower import baskets --from instacart --to logs/instacart",
      "  twotower import table --from ml-100k/u.data --header user,item,rating,time --to"
          + " logs/ratings --column user=user --column item=item --column time=time",
      "  twotower import table --from log.parquet --to logs/mine --column user=customer --column"
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
      description =
          "The log: a file, or a folder whose files belong together; may be repeated."
              + " 'glob:PATTERN' takes all that fit, as 'glob:logs/2026-11-*/*.csv'; files are read"
              + " by name.")
  private List<String> from;

  @Option(
      names = {"--to", "--out"},
      required = true,
      order = 2,
      paramLabel = "DIR",
      description = "The data set to make; must not exist.")
  private Path to;

  @Mixin private LogOptions options;

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
      description = "Its column with the user's id. By default named as in the log.")
  private Optional<String> userKey = Optional.empty();

  @Option(
      names = "--user-feature",
      order = 9,
      paramLabel = "[NAME=]KIND:COLUMN",
      description = "A feature; kinds: categorical, multi (split at |), numeric, vector.")
  private List<String> userFeatures = List.of();

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
      names = "--time-format",
      order = 22,
      paramLabel = "FORMAT",
      description =
          "A strptime format for text in the time column. Without it, dates and ISO times are read,"
              + " with fractions, AM or PM, an offset (+02:00) or a zone (UTC, Europe/Berlin).")
  private Optional<String> timeFormat = Optional.empty();

  @Option(
      names = "--delimiter",
      order = 23,
      paramLabel = "TEXT",
      description = "Delimiter of csv files, \\t for a tab; detected from the header by default.")
  private Optional<String> delimiter = Optional.empty();

  @Option(
      names = "--encoding",
      order = 24,
      paramLabel = "[FILE=]NAME",
      description =
          "Encoding of csv files, such as latin-1; of one of them: products.csv=latin-1. May be"
              + " repeated. By default utf-8; a mark in a file's first bytes goes before.")
  private List<String> encodings = List.of();

  @Option(
      names = "--decimal",
      order = 25,
      paramLabel = "MARK",
      defaultValue = ".",
      description =
          "What decimals follow in csv files and names of folders: . or , (then 1.234,50 is a"
              + " number: points, spaces and apostrophes part thousands in columns that have a"
              + " decimal comma).")
  private String decimal;

  @Option(
      names = "--no-header",
      order = 26,
      description = "The csv files have no header line; columns are named column0, column1, ...")
  private boolean noHeader;

  @Option(
      names = "--header",
      order = 27,
      split = ",",
      paramLabel = "NAME",
      description = "Column names for a csv log that has no header line; other files keep theirs.")
  private List<String> header = List.of();

  @Option(
      names = "--partitions",
      order = 28,
      description =
          "Folders named KEY=VALUE add a column KEY to the rows of the files in them: a number"
              + " where all are whole numbers without leading zeros (year=2024), else text"
              + " (month=01).")
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
              + FeatureText.use(
                      summary.userFeatures(), summary.itemFeatures(), summary.tree().isPresent())
                  .map(use -> use + System.lineSeparator())
                  .orElse("")
              // Which the commands to come read alike until they are told.
              + KindsNote.of(List.copyOf(summary.events().keySet()), Feedback.NONE)
                  .map(note -> note + System.lineSeparator())
                  .orElse("")
              + summary.warnings().stream()
                  .map(warning -> "warning: " + warning + System.lineSeparator())
                  .collect(Collectors.joining())
              + "next: "
              + ProgramName.command("diagnose --data %s", to);
      return new Answer(Document.of(summary), text);
    }
  }

  /**
   * The document: the manifest's fields, and what the summary says beside them.
   *
   * @param events rows kept by kind of feedback
   * @param times when the rows kept are; null where the log has no times
   * @param usersWithoutName null where names were not asked for, as for items
   * @param tree null where there is none
   * @param leftOut a few rows of each reason, with file and line
   */
  record Document(
      @JsonUnwrapped Manifest manifest,
      Map<String, Long> events,
      Times times,
      List<FeatureShape> userFeatures,
      List<FeatureShape> itemFeatures,
      Integer usersWithoutName,
      Integer itemsWithoutName,
      TreeShape tree,
      List<BadRow> leftOut,
      List<String> notes,
      List<String> warnings) {
    static Document of(ImportSummary summary) {
      return new Document(
          summary.manifest(),
          summary.events(),
          summary.times().map(Times::of).orElse(null),
          summary.userFeatures(),
          summary.itemFeatures(),
          summary.usersWithoutName().orElse(null),
          summary.itemsWithoutName().orElse(null),
          summary.tree().orElse(null),
          summary.examples(),
          summary.notes(),
          summary.warnings());
    }
  }

  /** The first and the last time, as {@code 2024-01-31T09:30:00Z}. */
  record Times(String first, String last) {
    static Times of(LogTimes log) {
      return new Times(LogTimes.instant(log.first()), LogTimes.instant(log.last()));
    }
  }

  private ImportRequest request() {
    List<Path> log = FromPaths.of(from);
    ImportRequest.Builder request =
        ImportRequest.builder(format, log.get(0), to)
            .itemTokens(itemTokens)
            .decimal(decimal)
            .header(!noHeader)
            .names(header.toArray(String[]::new))
            .partitions(partitions);
    log.stream().skip(1).forEach(request::alsoFrom);
    options.addTo(request);
    joins.forEach(request::join);
    userFiles.forEach(request::users);
    userKey.ifPresent(request::userKey);
    userFeatures.forEach(request::userFeature);
    tree.ifPresent(request::tree);
    timeFormat.ifPresent(request::timeFormat);
    delimiter.ifPresent(request::delimiter);
    encodings.forEach(request::encoding);
    return request.build();
  }
}
