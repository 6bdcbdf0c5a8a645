package dev.twotower.data.dataset;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A feature held on the heap. Vocabularies are numbered in order of first occurrence, from 1; code
 * 0 is missing.
 */
public final class MemoryFeature implements FeatureColumn {
  private final String name;
  private final FeatureKind kind;
  private final List<String> vocabulary;
  private final int[][] codes;
  private final float[][] numbers;
  private final int dimension;

  private MemoryFeature(
      String name,
      FeatureKind kind,
      List<String> vocabulary,
      int[][] codes,
      float[][] numbers,
      int dimension) {
    this.name = name;
    this.kind = kind;
    this.vocabulary = vocabulary;
    this.codes = codes;
    this.numbers = numbers;
    this.dimension = dimension;
  }

  /** One text per entity; null is missing. */
  public static MemoryFeature categorical(String name, List<String> values) {
    Vocabulary vocabulary = new Vocabulary();
    int[][] codes = new int[values.size()][];
    for (int entity = 0; entity < codes.length; entity++) {
      codes[entity] = new int[] {vocabulary.code(values.get(entity))};
    }
    return new MemoryFeature(name, FeatureKind.CATEGORICAL, vocabulary.texts, codes, null, 0);
  }

  /**
   * One ready code per entity, for vocabularies that are known beforehand.
   *
   * @param vocabulary the text of each code, code 0 (missing, the empty text) included
   */
  public static MemoryFeature categorical(String name, List<String> vocabulary, int[] code) {
    int[][] codes = new int[code.length][];
    for (int entity = 0; entity < codes.length; entity++) {
      codes[entity] = new int[] {code[entity]};
    }
    return new MemoryFeature(
        name, FeatureKind.CATEGORICAL, List.copyOf(vocabulary), codes, null, 0);
  }

  /** A list of texts per entity, possibly empty. */
  public static MemoryFeature multi(String name, List<List<String>> values) {
    Vocabulary vocabulary = new Vocabulary();
    int[][] codes = new int[values.size()][];
    for (int entity = 0; entity < codes.length; entity++) {
      codes[entity] = values.get(entity).stream().mapToInt(vocabulary::code).toArray();
    }
    return new MemoryFeature(name, FeatureKind.MULTI, vocabulary.texts, codes, null, 0);
  }

  /**
   * Ready codes per entity, for vocabularies that are known beforehand.
   *
   * @param vocabulary the text of each code, code 0 (missing, the empty text) included
   */
  public static MemoryFeature multi(String name, List<String> vocabulary, int[][] codes) {
    return new MemoryFeature(name, FeatureKind.MULTI, List.copyOf(vocabulary), codes, null, 0);
  }

  /** One number per entity; NaN is missing. */
  public static MemoryFeature numeric(String name, float[] values) {
    return new MemoryFeature(name, FeatureKind.NUMERIC, null, null, new float[][] {values}, 0);
  }

  /** One vector per entity, all of one length. */
  public static MemoryFeature vector(String name, float[][] values) {
    int dimension = values.length == 0 ? 1 : values[0].length;
    for (int entity = 0; entity < values.length; entity++) {
      if (values[entity].length != dimension || dimension == 0) {
        throw new IllegalArgumentException(
            "feature '%s': the vector of entity %d has length %d, that of entity 0 has %d"
                .formatted(name, entity, values[entity].length, dimension));
      }
    }
    return new MemoryFeature(name, FeatureKind.VECTOR, null, null, values, dimension);
  }

  private static final class Vocabulary {
    private final List<String> texts = new ArrayList<>(List.of(""));
    private final Map<String, Integer> codes = new LinkedHashMap<>();

    int code(String text) {
      if (text == null) {
        return 0;
      }
      return codes.computeIfAbsent(
          text,
          added -> {
            texts.add(added);
            return texts.size() - 1;
          });
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public FeatureKind kind() {
    return kind;
  }

  @Override
  public int cardinality() {
    if (vocabulary == null) {
      throw Features.wrongKind(this, "codes");
    }
    return vocabulary.size();
  }

  @Override
  public int code(int entity) {
    require(FeatureKind.CATEGORICAL, "single code");
    return codes[entity][0];
  }

  @Override
  public int[] codes(int entity) {
    require(FeatureKind.MULTI, "list of codes");
    return codes[entity].clone();
  }

  @Override
  public float value(int entity) {
    require(FeatureKind.NUMERIC, "number");
    return numbers[0][entity];
  }

  @Override
  public int dimension() {
    require(FeatureKind.VECTOR, "dimension");
    return dimension;
  }

  @Override
  public void vector(int entity, float[] out) {
    require(FeatureKind.VECTOR, "vector");
    System.arraycopy(numbers[entity], 0, out, 0, dimension);
  }

  @Override
  public String text(int code) {
    if (code < 0 || code >= cardinality()) {
      throw new IllegalArgumentException(
          "code %d of feature '%s'; allowed: 0 to %d".formatted(code, name, cardinality() - 1));
    }
    return vocabulary.get(code);
  }

  private void require(FeatureKind asked, String what) {
    if (kind != asked) {
      throw Features.wrongKind(this, what);
    }
  }
}
