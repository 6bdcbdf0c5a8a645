package dev.twotower.spark.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.trim;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.DatasetSchema;
import dev.twotower.data.dataset.DatasetWriter;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.MemoryEntityTable;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.imports.FeatureOption;
import dev.twotower.data.imports.ImportRequest;
import dev.twotower.data.message.Amount;
import dev.twotower.data.message.Problems;
import dev.twotower.data.tree.CategoryTreeBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * The items of the log and of the side table, numbered, with names, features and categories. It is
 * held on the driver and written once, as a data set without users, from which every part takes it.
 */
final class Catalogue {
  private final List<String> ids;
  private final Map<String, Integer> numbers = new HashMap<>();

  private Catalogue(List<String> ids) {
    this.ids = ids;
    for (int item = 0; item < ids.size(); item++) {
      numbers.put(ids.get(item), item);
    }
  }

  /** Numbers by id. */
  Map<String, Integer> numbers() {
    return numbers;
  }

  /** Distinct texts of a column in ascending order: by value where all are numbers. */
  static List<String> numbered(Dataset<Row> texts) {
    Dataset<Row> distinct = texts.distinct().persist(StorageLevel.MEMORY_AND_DISK());
    Column text = col(texts.columns()[0]);
    Dataset<Row> sorted =
        areNumbers(distinct) ? distinct.orderBy(text.cast("bigint"), text) : distinct.orderBy(text);
    List<String> numbered = sorted.collectAsList().stream().map(row -> row.getString(0)).toList();
    distinct.unpersist();
    return numbered;
  }

  /** Whether all texts of a column are whole numbers, which are then in the order of values. */
  static boolean areNumbers(Dataset<Row> texts) {
    return texts.filter("NOT " + texts.columns()[0] + " RLIKE '^-?[0-9]{1,18}$'").isEmpty();
  }

  /**
   * Numbers the items and writes the catalogue.
   *
   * @param ofLog a column of item ids
   * @param to the data set to write
   * @param notes receives what a person should know
   */
  static Catalogue write(
      SparkSession spark, PrepareRequest request, Dataset<Row> ofLog, Path to, List<String> notes) {
    ImportRequest log = request.log();
    List<String> files = log.itemFiles();
    if (files.isEmpty()) {
      Catalogue catalogue = new Catalogue(numbered(ofLog));
      catalogue.write(to, List.of(), List.of(), Optional.empty());
      return catalogue;
    }
    Dataset<Row> table = joined(spark, files);
    SourceColumns named = new SourceColumns(table, "--items " + String.join(", ", files));
    Problems problems = new Problems();
    List<Column> selected = new ArrayList<>();
    String key = log.itemKey().orElse(log.columns().get("item"));
    String whose = log.itemKey().isPresent() ? "--item-key" : "--column item";
    problems.parse(() -> selected.add(text(named, whose, key, "i")));
    log.itemName()
        .ifPresent(
            name -> problems.parse(() -> selected.add(text(named, "--item-name", name, "name"))));
    List<FeatureOption> features =
        log.itemFeatures().stream()
            .map(option -> FeatureOption.parse("--item-feature", option))
            .toList();
    for (int f = 0; f < features.size(); f++) {
      String column = features.get(f).column();
      String as = "f" + f;
      problems.parse(() -> selected.add(text(named, "--item-feature", column, as)));
    }
    for (int level = 0; level < request.levels().size(); level++) {
      String column = request.levels().get(level);
      String as = "l" + level;
      // Blanks around a name are none of it, and must not let rows of an item disagree.
      problems.parse(() -> selected.add(trim(text(named, "--tree", column, as)).as(as)));
    }
    problems.check();
    Dataset<Row> described =
        table.select(selected.toArray(Column[]::new)).filter("trim(i) <> ''").distinct();
    Catalogue catalogue = new Catalogue(numbered(ofLog.union(described.select("i"))));
    catalogue.describe(request, features, described.collectAsList(), to, notes);
    return catalogue;
  }

  private static Column text(SourceColumns columns, String flag, String option, String name) {
    columns.type(flag, option);
    return expr("CAST((" + columns.sql(option) + ") AS STRING)").as(name);
  }

  private static Dataset<Row> joined(SparkSession spark, List<String> files) {
    Dataset<Row> all = null;
    for (String file : files) {
      Dataset<Row> next =
          TableReader.read(spark, "--items", List.of(file), Optional.empty(), Map.of());
      if (all == null) {
        all = next;
        continue;
      }
      Set<String> shared = new HashSet<>(Arrays.asList(all.columns()));
      shared.retainAll(Arrays.asList(next.columns()));
      if (shared.isEmpty()) {
        throw new IllegalArgumentException(
            "--items %s shares no column with those before it (%s); it has %s"
                .formatted(file, List.of(all.columns()), List.of(next.columns())));
      }
      all = all.join(next, shared.toArray(String[]::new), "left");
    }
    return all;
  }

  private void describe(
      PrepareRequest request,
      List<FeatureOption> options,
      List<Row> rows,
      Path to,
      List<String> notes) {
    Row[] of = new Row[ids.size()];
    for (Row row : rows) {
      int item = numbers.get(row.getString(0));
      if (of[item] != null) {
        throw new BadDataException(
            "--items %s has rows for item '%s' that differ: %s and %s"
                .formatted(request.log().itemFiles(), ids.get(item), of[item], row));
      }
      of[item] = row;
    }
    long absent = Arrays.stream(of).filter(row -> row == null).count();
    if (absent == of.length) {
      throw new BadDataException(
          "--items %s describes none of the log's %s; --item-key must name the column with the log's ids, as texts"
              .formatted(request.log().itemFiles(), Amount.of(of.length, "item")));
    }
    if (absent > 0) {
      notes.add(
          "--items lacks %s, left without features and category"
              .formatted(Amount.of(absent, "item")));
    }
    List<String> names = request.log().itemName().isPresent() ? column(of, "name") : List.of();
    List<FeatureColumn> features = new ArrayList<>();
    for (int f = 0; f < options.size(); f++) {
      features.add(feature(options.get(f), values(of, "f" + f, request)));
    }
    Optional<CategoryTreeBuilder> tree = Optional.empty();
    if (!request.levels().isEmpty()) {
      CategoryTreeBuilder builder =
          new CategoryTreeBuilder(ids.size(), item -> "'" + ids.get(item) + "'");
      List<List<String>> levels = new ArrayList<>();
      for (int level = 0; level < request.levels().size(); level++) {
        levels.add(values(of, "l" + level, request));
      }
      for (int item = 0; item < of.length; item++) {
        int at = item;
        if (of[item] != null) {
          builder.path(
              item,
              levels.stream().map(level -> level.get(at) == null ? "" : level.get(at)).toList());
        }
      }
      tree = Optional.of(builder);
    }
    write(to, names, features, tree);
  }

  private static List<String> column(Row[] of, String name) {
    List<String> texts = new ArrayList<>(of.length);
    for (Row row : of) {
      String text = row == null ? null : row.getAs(name);
      texts.add(text == null || text.isBlank() ? null : text);
    }
    return texts;
  }

  /** A column without the words that mean null. */
  private static List<String> values(Row[] of, String name, PrepareRequest request) {
    List<String> texts = column(of, name);
    texts.replaceAll(
        text -> text != null && request.log().nullWords().contains(text.strip()) ? null : text);
    return texts;
  }

  private FeatureColumn feature(FeatureOption option, List<String> texts) {
    return switch (option.kind()) {
      case CATEGORICAL -> MemoryFeature.categorical(option.name(), texts);
      case MULTI ->
          MemoryFeature.multi(
              option.name(),
              texts.stream()
                  .map(
                      text ->
                          text == null
                              ? List.<String>of()
                              : Arrays.stream(text.split("\\|"))
                                  .map(String::strip)
                                  .filter(part -> !part.isEmpty())
                                  .distinct()
                                  .toList())
                  .toList());
      case NUMERIC -> {
        float[] numbers = new float[texts.size()];
        for (int item = 0; item < numbers.length; item++) {
          numbers[item] =
              texts.get(item) == null ? Float.NaN : number(option, item, texts.get(item));
        }
        yield MemoryFeature.numeric(option.name(), numbers);
      }
      case VECTOR -> {
        float[][] vectors = new float[texts.size()][];
        int dimension = 0;
        for (int item = 0; item < vectors.length; item++) {
          if (texts.get(item) != null) {
            String[] parts = texts.get(item).strip().replaceAll("[\\[\\]]", "").split("[,;\\s]+");
            vectors[item] = new float[parts.length];
            for (int i = 0; i < parts.length; i++) {
              vectors[item][i] = number(option, item, parts[i]);
            }
            dimension = parts.length;
          }
        }
        for (int item = 0; item < vectors.length; item++) {
          vectors[item] = vectors[item] == null ? new float[dimension] : vectors[item];
        }
        yield MemoryFeature.vector(option.name(), vectors);
      }
    };
  }

  private float number(FeatureOption option, int item, String text) {
    float number;
    try {
      number = Float.parseFloat(text.strip());
    } catch (NumberFormatException e) {
      number = Float.NaN;
    }
    if (!Float.isFinite(number)) {
      throw new BadDataException(
          "--items: item '%s', feature '%s': '%s' is not a finite number"
              .formatted(ids.get(item), option.name(), text));
    }
    return number;
  }

  private void write(
      Path to,
      List<String> names,
      List<FeatureColumn> features,
      Optional<CategoryTreeBuilder> tree) {
    DatasetSchema schema =
        new DatasetSchema(Manifest.TimeUnit.ORDINAL, false, "one per user", List.of());
    try (DatasetWriter writer = DatasetWriter.create(to, schema)) {
      writer.users(new MemoryEntityTable(List.of(), List.of(), List.of()));
      tree.ifPresent(builder -> writer.tree(builder.build()));
      writer.items(new MemoryEntityTable(ids, names, features));
      writer.commit("none", Manifest.Provenance.of("catalogue", Map.of()));
    }
  }
}
