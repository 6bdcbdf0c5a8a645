package dev.twotower.data.imports;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.FeatureKind;
import dev.twotower.data.dataset.MemoryEntityTable;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.columns.ListText;
import dev.twotower.data.imports.columns.Resolver;
import dev.twotower.data.imports.source.BadRow;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.message.Amount;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.data.tree.CategoryTreeBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Users or items with all their attributes, read onto the heap. */
final class EntityReader {
  /** From so many of ten values that are no numbers, a feature is not one of numbers. */
  private static final int TEXTS_OF_TEN = 9;

  private final QuerySession session;
  private final ImportPlan.Entities plan;
  private final Attributes attributes;
  private final String logColumn;
  private final Set<String> nullWords;
  private final List<String> notes;
  private final List<String> ids = new ArrayList<>();
  private final Map<String, List<String>> values = new HashMap<>();

  private EntityReader(
      QuerySession session,
      ImportPlan.Entities plan,
      Attributes attributes,
      String logColumn,
      List<String> nullWords,
      List<String> notes) {
    this.session = session;
    this.plan = plan;
    this.attributes = attributes;
    this.logColumn = logColumn;
    this.nullWords = Set.copyOf(nullWords);
    this.notes = notes;
  }

  static EntityReader read(
      QuerySession session,
      ImportPlan.Entities plan,
      Attributes attributes,
      String table,
      String logColumn,
      List<String> nullWords,
      List<String> notes) {
    EntityReader reader = new EntityReader(session, plan, attributes, logColumn, nullWords, notes);
    List<String> names = attributes.names();
    names.forEach(name -> reader.values.put(name, new ArrayList<>()));
    List<Disagreements> disagreements = attributes.disagreements();
    long[] undescribed = {0};
    session.forEach(
        attributes.query(session, table, logColumn),
        row -> {
          reader.ids.add(row.getString(1));
          undescribed[0] += row.getBoolean(2) ? 0 : 1;
          int column = 3;
          for (int a = 0; a < names.size(); a++) {
            String value = row.getString(column++);
            reader.values.get(names.get(a)).add(value == null || value.isBlank() ? null : value);
            if (disagreements.get(a) != null) {
              disagreements
                  .get(a)
                  .add(
                      row.getString(1),
                      value,
                      row.getString(column),
                      row.getLong(column + 1),
                      row.getLong(column + 2));
              column += 3;
            }
          }
        });
    disagreements.stream()
        .filter(Objects::nonNull)
        .map(Disagreements::note)
        .flatMap(Optional::stream)
        .forEach(notes::add);
    reader.checkCoverage(undescribed[0]);
    reader.noteStrangers(table);
    return reader;
  }

  /**
   * Says which entities the side files do not describe, and which rows of them describe none.
   *
   * @throws BadDataException when they describe no entity of the log
   */
  private void checkCoverage(long undescribed) {
    if (undescribed > 0) {
      long inLog =
          session.number("SELECT count(DISTINCT " + logColumn + ") FROM log WHERE reason IS NULL");
      if (undescribed == inLog) {
        throw new BadDataException(
            "%s describes none of the log's %s, such as '%s'; ids are matched by their text, so --%s-key must name the column with the log's ids"
                .formatted(
                    plan.side().label(),
                    Amount.of(inLog, plan.role()),
                    BadRow.shortened(
                        session
                            .texts("SELECT min(" + logColumn + ") FROM log WHERE reason IS NULL")
                            .get(0)),
                    plan.role()));
      }
      notes.add(
          "%s lacks %s of %s, left without features and category"
              .formatted(
                  plan.side().label(),
                  Amount.number(undescribed),
                  Amount.of(ids.size(), plan.role())));
    }
    long nameless = attributes.namelessRows(session, List.copyOf(nullWords));
    if (nameless > 0) {
      notes.add(
          "%s: left out %s no %s"
              .formatted(
                  plan.side().label(),
                  Amount.of(nameless, "row that has", "rows that have"),
                  plan.role()));
    }
  }

  /** Says how many entities the side files name beyond those of the log. */
  private void noteStrangers(String table) {
    long leftOut = attributes.strangers(session, table, List.copyOf(nullWords));
    if (leftOut > 0) {
      notes.add(
          "%s: %s no row in the data set, left out"
              .formatted(
                  plan.side().label(),
                  Amount.of(leftOut, plan.role() + " has", plan.role() + "s have")));
    }
    long rowless =
        plan.side() == null
            ? 0
            : session.number(
                "SELECT count(*) FROM %s WHERE id NOT IN (SELECT %s FROM log WHERE reason IS NULL)"
                    .formatted(table, logColumn));
    if (rowless > 0) {
      notes.add(
          "%s: %s no row in the data set, kept for the catalogue"
              .formatted(
                  plan.side().label(),
                  Amount.of(rowless, plan.role() + " has", plan.role() + "s have")));
    }
  }

  /**
   * The entities with their features.
   *
   * @param tokens buckets of the name's words, 0 for none
   * @throws BadDataException when a number of a feature is not finite, naming its file and line
   */
  MemoryEntityTable table(int tokens) {
    List<FeatureColumn> features = new ArrayList<>();
    for (FeatureOption option : plan.features()) {
      List<String> texts = withoutNullWords(option);
      noteMissing(option, texts);
      features.add(
          switch (option.kind()) {
            case CATEGORICAL -> MemoryFeature.categorical(option.name(), texts);
            case MULTI ->
                MemoryFeature.multi(option.name(), texts.stream().map(ListText::parts).toList());
            case NUMERIC -> MemoryFeature.numeric(option.name(), numbers(option.name(), texts));
            case VECTOR -> MemoryFeature.vector(option.name(), vectors(option.name(), texts));
          });
    }
    List<String> names = values.getOrDefault(Attributes.NAME, List.of());
    if (tokens > 0) {
      features.add(NameTokens.feature(names.isEmpty() ? ids : names, tokens));
    }
    return new MemoryEntityTable(ids, names, features);
  }

  /** How many have no name; empty where names are not asked for. */
  Optional<Integer> unnamed() {
    return Optional.ofNullable(values.get(Attributes.NAME))
        .map(names -> (int) names.stream().filter(Objects::isNull).count());
  }

  /** A feature's texts, null for words that mean null. */
  private List<String> withoutNullWords(FeatureOption option) {
    List<String> texts = values.get(Attributes.feature(option.name()));
    Map<String, Integer> words = new TreeMap<>();
    List<String> result = new ArrayList<>(texts.size());
    for (String text : texts) {
      boolean word = text != null && nullWords.contains(text.strip());
      result.add(word ? null : text);
      if (word) {
        words.merge(text.strip(), 1, Integer::sum);
      }
    }
    if (!words.isEmpty()) {
      notes.add(
          "%s feature '%s': %s for null, counted as missing: %s (--null-words)"
              .formatted(
                  plan.role(),
                  option.name(),
                  Amount.of(
                      words.values().stream().mapToInt(Integer::intValue).sum(),
                      "value is a word",
                      "values are words"),
                  words));
    }
    return result;
  }

  /** Says where a feature tells nothing, or where zeros stand for vectors that are not there. */
  private void noteMissing(FeatureOption option, List<String> texts) {
    long missing = texts.stream().filter(Objects::isNull).count();
    NumberedCategories.note(plan.role(), option, texts).ifPresent(notes::add);
    if (missing > 0 && missing == texts.size()) {
      notes.add("%s feature '%s': no %1$s has a value".formatted(plan.role(), option.name()));
    } else if (missing > 0 && option.kind() == FeatureKind.VECTOR) {
      notes.add(
          "%s feature '%s': %s no vector, and zeros in its place"
              .formatted(
                  plan.role(),
                  option.name(),
                  Amount.of(missing, plan.role() + " has", plan.role() + "s have")));
    }
  }

  private float[] numbers(String feature, List<String> texts) {
    float[] numbers = new float[texts.size()];
    int unreadable = 0;
    String example = null;
    for (int entity = 0; entity < numbers.length; entity++) {
      String text = texts.get(entity);
      numbers[entity] = text == null ? Float.NaN : FeatureNumbers.parse(text);
      if (text == null || Float.isFinite(numbers[entity])) {
        continue;
      }
      String problem = FeatureNumbers.problem(text, attributes.commas(feature));
      if (problem != null) {
        throw unusable(entity, feature, text, problem);
      }
      numbers[entity] = Float.NaN;
      unreadable++;
      example = example == null ? text : example;
    }
    long present = texts.stream().filter(Objects::nonNull).count();
    if (unreadable > 0 && 10L * unreadable >= TEXTS_OF_TEN * present) {
      throw new IllegalArgumentException(
          "--%1$s-feature numeric: %2$s of %3$s of '%4$s' are not numbers, such as '%5$s'; allowed: a column of which more than one value in ten is a number, or --%1$s-feature categorical:COLUMN"
              .formatted(
                  plan.role(),
                  Amount.number(unreadable),
                  Amount.of(present, "value"),
                  feature,
                  BadRow.shortened(example)));
    }
    if (unreadable > 0) {
      notes.add(
          "%s feature '%s': %s, counted as missing, such as '%s'"
              .formatted(
                  plan.role(),
                  feature,
                  Amount.of(unreadable, "value is not a number", "values are not numbers"),
                  BadRow.shortened(example)));
    }
    return numbers;
  }

  private BadDataException unusable(int entity, String feature, String text, String problem) {
    return new BadDataException(
        "%s: %s '%s', feature '%s': '%s' %s"
            .formatted(
                attributes.place(session, Attributes.feature(feature), logColumn, ids.get(entity)),
                plan.role(),
                BadRow.shortened(ids.get(entity)),
                feature,
                BadRow.shortened(text),
                problem));
  }

  private float[][] vectors(String feature, List<String> texts) {
    float[][] vectors = new float[texts.size()][];
    int dimension = -1;
    for (int entity = 0; entity < vectors.length; entity++) {
      if (texts.get(entity) == null) {
        continue;
      }
      List<String> parts = FeatureNumbers.parts(texts.get(entity));
      float[] vector = new float[parts.size()];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = FeatureNumbers.parse(parts.get(i));
        if (!Float.isFinite(vector[i])) {
          String problem = FeatureNumbers.problem(parts.get(i), attributes.commas(feature));
          throw unusable(
              entity, feature, parts.get(i), problem == null ? "is not a number" : problem);
        }
      }
      if (dimension >= 0 && vector.length != dimension) {
        throw unusable(
            entity,
            feature,
            texts.get(entity),
            "has %s, earlier vectors have %d"
                .formatted(Amount.of(vector.length, "number"), dimension));
      }
      dimension = vector.length;
      vectors[entity] = vector;
    }
    if (dimension < 0) {
      throw new BadDataException(
          "%s feature '%s': no row has a vector".formatted(plan.role(), feature));
    }
    for (int entity = 0; entity < vectors.length; entity++) {
      vectors[entity] = vectors[entity] == null ? new float[dimension] : vectors[entity];
    }
    return vectors;
  }

  /**
   * The items' category tree.
   *
   * @throws BadDataException when an item's category is not in the tree, or the tree is none; items
   *     go by their id
   */
  CategoryTree tree(TreeOption option, SourceTable parents, Resolver resolver) {
    CategoryTreeBuilder builder =
        new CategoryTreeBuilder(
            ids.size(), item -> "'" + BadRow.shortened(ids.get(item)) + "'" + treePlace(item));
    List<String> categories = values.get(Attributes.CATEGORY);
    if (!(option instanceof TreeOption.ParentTable)) {
      for (int item = 0; item < ids.size(); item++) {
        if (categories.get(item) != null) {
          builder.path(item, path(categories.get(item)));
        }
      }
      return builder.build();
    }
    String id = resolver.value(parents, "--tree", "id").text();
    String parent = resolver.value(parents, "--tree", "parent").text();
    String name = resolver.value(parents, "--tree", "name").text();
    resolver.check();
    Set<String> known = new HashSet<>();
    try {
      session.forEach(
          "SELECT %s, %s, %s FROM %s".formatted(id, parent, name, parents.from()),
          row -> {
            String above = row.getString(2);
            known.add(row.getString(1));
            builder.category(
                row.getString(1),
                above != null && nullWords.contains(above.strip()) ? null : above,
                row.getString(3));
          });
      for (int item = 0; item < ids.size(); item++) {
        String category = categories.get(item);
        boolean none =
            category != null && nullWords.contains(category.strip()) && !known.contains(category);
        builder.item(item, none ? null : category);
      }
      return builder.build();
    } catch (BadDataException e) {
      throw new BadDataException(parents.label() + ": " + e.getMessage(), e);
    }
  }

  private String treePlace(int item) {
    String place = attributes.place(session, Attributes.CATEGORY, logColumn, ids.get(item));
    return place.isEmpty() ? "" : " (" + place + ")";
  }

  private List<String> path(String category) {
    return Arrays.stream(category.split(String.valueOf(ListText.SEPARATOR), -1))
        .map(level -> nullWords.contains(level.strip()) ? "" : level)
        .toList();
  }
}
