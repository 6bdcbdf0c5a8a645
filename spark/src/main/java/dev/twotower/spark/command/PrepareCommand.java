package dev.twotower.spark.command;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.twotower.data.dataset.DatasetWriter;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.imports.ImportFormat;
import dev.twotower.data.imports.ImportRequest;
import dev.twotower.data.message.Amount;
import dev.twotower.spark.job.Jobs;
import dev.twotower.spark.prepare.Preparation;
import dev.twotower.spark.prepare.PrepareRequest;
import dev.twotower.trainer.command.Action;
import dev.twotower.trainer.command.Answer;
import dev.twotower.trainer.command.Console;
import dev.twotower.trainer.command.KindsNote;
import dev.twotower.trainer.command.LogOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      "  twotower-spark prepare --from 'log/*.parquet' --to logs/parts --parts 8 --column"
          + " user=customer --column item=sku --column time=at",
      "  twotower-spark prepare --from log.csv --to logs/parts --column user=u --column item=i"
          + " --column request=basket --column time=t --duplicates merge --split time:0.1",
      "  twotower-spark prepare --format table --from shop.events --to logs/parts --column"
          + " user=customer --column item=sku --column time=at --session-gap 1800"
    })
public final class PrepareCommand extends Action {
  @Option(
      names = "--from",
      required = true,
      order = 1,
      paramLabel = "PATH",
      description =
          "The log: a file, folder or pattern in quotes, such as 'log/*.parquet'; may be repeated,"
              + " and all are read together. With --format table, a table's name.")
  private List<String> from;

  @Option(
      names = "--format",
      order = 1,
      paramLabel = "NAME",
      description =
          "Spark's name of the format: parquet, csv, json, orc, iceberg, delta, jdbc, ..., or"
              + " table. By default by the name's end, and parquet for folders.")
  private Optional<String> format = Optional.empty();

  @Option(
      names = "--option",
      order = 1,
      paramLabel = "KEY=VALUE",
      description = "An option of Spark's reader, such as delimiter=; may be repeated.")
  private Map<String, String> options = new LinkedHashMap<>();

  @Option(
      names = {"--to", "--out"},
      required = true,
      order = 2,
      paramLabel = "DIR",
      description = "The data set to make; must not exist. On storage that all executors see.")
  private Path to;

  @Option(
      names = "--parts",
      order = 2,
      paramLabel = "P",
      defaultValue = "8",
      description = "Parts to make; training runs one task a part.")
  private int parts;

  @Mixin private LogOptions log;

  @Option(
      names = "--tree",
      order = 15,
      paramLabel = "TOP>...>BOTTOM",
      description = "Category tree, as columns of the table about items.")
  private Optional<String> tree = Optional.empty();

  @Option(
      names = "--time-format",
      order = 22,
      paramLabel = "PATTERN",
      description =
          "Spark's datetime pattern for text in the time column, such as yyyyMMdd; without it,"
              + " dates and ISO times are read.")
  private Optional<String> timeFormat = Optional.empty();

  @Override
  protected Answer answer(Console console) throws IOException {
    ImportRequest.Builder builder =
        ImportRequest.builder(
            ImportFormat.TABLE, Path.of(from.get(0)), to.toAbsolutePath().normalize());
    log.addTo(builder);
    tree.ifPresent(builder::tree);
    timeFormat.ifPresent(builder::timeFormat);
    PrepareRequest request = new PrepareRequest(paths(), format, options, parts, builder.build());
    DatasetWriter.requireFree(request.log().to());
    try (Jobs jobs = Jobs.start(console, "prepare")) {
      Preparation.Prepared prepared = Preparation.run(jobs, request);
      return new Answer(new Document(prepared.manifest(), prepared.events()), text(prepared));
    }
  }

  /**
   * The document: the manifest's fields, and rows kept by kind of feedback.
   *
   * @param events empty where rows do not say what they are
   */
  record Document(@JsonUnwrapped Manifest manifest, Map<String, Long> events) {}

  /** Every path of Spark may be a pattern, so that import's mark of one may be left out. */
  private List<String> paths() {
    return from.stream().map(path -> path.replaceFirst("^glob:", "")).toList();
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
    prepared
        .events()
        .forEach((kind, rows) -> lines.add("event %s: %s".formatted(kind, Amount.of(rows, "row"))));
    prepared.notes().forEach(note -> lines.add("note: " + note));
    // Which the commands to come read alike until they are told.
    KindsNote.of(List.copyOf(prepared.events().keySet()), Feedback.NONE).ifPresent(lines::add);
    prepared.warnings().forEach(warning -> lines.add("warning: " + warning));
    lines.add("next: " + Typed.command("describe --data %s", to));
    return String.join(System.lineSeparator(), lines);
  }
}
