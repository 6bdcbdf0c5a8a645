package dev.twotower.data.dataset;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** The columns that each file of a data set has, for those who write and those who read them. */
final class FileColumns {
  private FileColumns() {}

  /** Those of requests.arrow. */
  static List<Field> requests() {
    List<Field> fields = new ArrayList<>(List.of(int32("user")));
    fields.addAll(starts());
    return fields;
  }

  private static List<Field> starts() {
    List<Field> fields = new ArrayList<>();
    for (Split split : Split.values()) {
      fields.add(int64(InteractionOutput.startColumn(split)));
    }
    return fields;
  }

  /**
   * Those of interactions/part-*.
   *
   * @param contexts see {@link #context}
   */
  static List<Field> interactions(boolean weighted, List<Field> contexts) {
    List<Field> fields =
        new ArrayList<>(List.of(int32("user"), int32("item"), int32("request"), int64("time")));
    if (weighted) {
      fields.add(float32("weight"));
    }
    fields.addAll(contexts);
    return fields;
  }

  static Field context(String name, boolean numeric) {
    String column = InteractionOutput.contextColumn(name);
    return numeric ? float64(column) : int32(column);
  }

  /** Those of users.arrow. */
  static List<Field> users(boolean named, List<Manifest.Feature> features) {
    return entities(named, starts(), features);
  }

  /** Those of items.arrow. */
  static List<Field> items(boolean named, List<Manifest.Feature> features) {
    return entities(named, List.of(int32(EntityOutput.NODE)), features);
  }

  private static List<Field> entities(
      boolean named, List<Field> extra, List<Manifest.Feature> features) {
    List<Field> fields =
        new ArrayList<>(List.of(text(EntityOutput.ID), int32(EntityOutput.ID_ORDER)));
    if (named) {
      fields.add(text(EntityOutput.NAME));
    }
    fields.addAll(extra);
    features.forEach(feature -> fields.add(feature(feature)));
    return fields;
  }

  static Field feature(Manifest.Feature feature) {
    String name = EntityOutput.FEATURE_PREFIX + feature.name();
    return switch (feature.kind()) {
      case CATEGORICAL -> int32(name);
      case NUMERIC -> float32(name);
      case MULTI -> list(name, ArrowType.List.INSTANCE, int32("code"));
      case VECTOR -> list(name, new ArrowType.FixedSizeList(feature.dimension()), float32("value"));
    };
  }

  /** Those of taxonomy.arrow. */
  static List<Field> taxonomy() {
    return List.of(int32("node"), int32("parent"), text("name"));
  }

  /** Those of vocabulary.arrow. */
  static List<Field> vocabulary() {
    return List.of(text("column"), int32("code"), text("text"));
  }

  static Field int32(String name) {
    return field(name, new ArrowType.Int(32, true));
  }

  static Field int64(String name) {
    return field(name, new ArrowType.Int(64, true));
  }

  static Field float32(String name) {
    return field(name, new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
  }

  static Field float64(String name) {
    return field(name, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
  }

  private static Field text(String name) {
    return field(name, ArrowType.Utf8.INSTANCE);
  }

  private static Field field(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }

  private static Field list(String name, ArrowType type, Field child) {
    return new Field(name, FieldType.notNullable(type), List.of(child));
  }
}
