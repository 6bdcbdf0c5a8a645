package dev.twotower.data.imports;

import dev.twotower.data.dataset.BadDataException;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.MemoryEntityTable;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.data.tree.CategoryTreeBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Users or items with all their attributes, read onto the heap. */
final class EntityReader {
  private final ImportPlan.Entities plan;
  private final List<String> ids = new ArrayList<>();
  private final Map<String, List<String>> values = new HashMap<>();
  private final List<String> notes;
  private long undescribed;

  private EntityReader(ImportPlan.Entities plan, List<String> notes) {
    this.plan = plan;
    this.notes = notes;
  }

  static EntityReader read(
      QuerySession session,
      ImportPlan.Entities plan,
      Attributes attributes,
      String table,
      String logColumn,
      List<String> notes) {
    EntityReader reader = new EntityReader(plan, notes);
    List<String> names = attributes.names();
    names.forEach(name -> reader.values.put(name, new ArrayList<>()));
    session.forEach(
        attributes.query(table, logColumn),
        row -> {
          reader.ids.add(row.getString(1));
          reader.undescribed += row.getBoolean(2) ? 0 : 1;
          for (int a = 0; a < names.size(); a++) {
            String value = row.getString(a + 3);
            reader.values.get(names.get(a)).add(value == null || value.isBlank() ? null : value);
          }
        });
    if (reader.undescribed > 0) {
      notes.add(
          "%d of %d %ss are not in %s; they have no features and no category"
              .formatted(reader.undescribed, reader.ids.size(), plan.role(), plan.side().label()));
    }
    return reader;
  }

  int size() {
    return ids.size();
  }

  /**
   * The entities with their features.
   *
   * @param tokens buckets of the name's words, 0 for none
   */
  MemoryEntityTable table(int tokens) {
    List<FeatureColumn> features = new ArrayList<>();
    for (FeatureOption option : plan.features()) {
      List<String> texts = values.get(Attributes.feature(option.name()));
      features.add(
          switch (option.kind()) {
            case CATEGORICAL -> MemoryFeature.categorical(option.name(), texts);
            case MULTI ->
                MemoryFeature.multi(
                    option.name(), texts.stream().map(EntityReader::parts).toList());
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

  private static List<String> parts(String text) {
    return text == null
        ? List.of()
        : Arrays.stream(text.split(String.valueOf(Attributes.SEPARATOR)))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .distinct()
            .toList();
  }

  private float[] numbers(String feature, List<String> texts) {
    float[] numbers = new float[texts.size()];
    int unreadable = 0;
    String example = null;
    for (int entity = 0; entity < numbers.length; entity++) {
      String text = texts.get(entity);
      try {
        numbers[entity] = text == null ? Float.NaN : Float.parseFloat(text);
      } catch (NumberFormatException e) {
        numbers[entity] = Float.NaN;
        unreadable++;
        example = example == null ? text : example;
      }
    }
    if (unreadable > 0) {
      notes.add(
          "%s feature '%s': %d values are no numbers and count as missing, such as '%s'"
              .formatted(plan.role(), feature, unreadable, example));
    }
    return numbers;
  }

  private float[][] vectors(String feature, List<String> texts) {
    float[][] vectors = new float[texts.size()][];
    int dimension = -1;
    for (int entity = 0; entity < vectors.length; entity++) {
      if (texts.get(entity) == null) {
        continue;
      }
      String[] parts =
          texts.get(entity).replaceAll("[\\[\\](){}]", " ").strip().split("[\\s,;|]+", -1);
      float[] vector = new float[parts.length];
      for (int i = 0; i < parts.length; i++) {
        try {
          vector[i] = Float.parseFloat(parts[i]);
        } catch (NumberFormatException e) {
          throw new BadDataException(
              "%s '%s': '%s' in the vector feature '%s' is no number"
                  .formatted(plan.role(), ids.get(entity), parts[i], feature),
              e);
        }
      }
      if (dimension >= 0 && vector.length != dimension) {
        throw new BadDataException(
            "%s '%s': its vector of feature '%s' has %d numbers, those before have %d"
                .formatted(plan.role(), ids.get(entity), feature, vector.length, dimension));
      }
      dimension = vector.length;
      vectors[entity] = vector;
    }
    if (dimension < 0) {
      throw new BadDataException(
          "%s feature '%s': there is no vector at all".formatted(plan.role(), feature));
    }
    for (int entity = 0; entity < vectors.length; entity++) {
      vectors[entity] = vectors[entity] == null ? new float[dimension] : vectors[entity];
    }
    return vectors;
  }

  /** The items' category tree. */
  CategoryTree tree(
      QuerySession session, TreeOption option, SourceTable parents, Resolver resolver) {
    CategoryTreeBuilder builder = new CategoryTreeBuilder(ids.size());
    List<String> categories = values.get(Attributes.CATEGORY);
    if (option instanceof TreeOption.ParentTable) {
      String id = resolver.value(parents, "--tree", "id").text();
      String parent = resolver.value(parents, "--tree", "parent").text();
      String name = resolver.value(parents, "--tree", "name").text();
      resolver.check();
      session.forEach(
          "SELECT %s, %s, %s FROM %s".formatted(id, parent, name, parents.from()),
          row -> builder.category(row.getString(1), row.getString(2), row.getString(3)));
    }
    for (int item = 0; item < ids.size(); item++) {
      String category = categories.get(item);
      if (option instanceof TreeOption.ParentTable) {
        builder.item(item, category);
      } else if (category != null) {
        builder.path(item, Arrays.asList(category.split(String.valueOf(Attributes.SEPARATOR), -1)));
      }
    }
    return builder.build();
  }
}
