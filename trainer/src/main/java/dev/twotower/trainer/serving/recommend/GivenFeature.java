package dev.twotower.trainer.serving.recommend;

import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.FeatureKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A feature's value as somebody typed it, in the place of a column of the log: the same codes,
 * texts and widths as the column has.
 */
final class GivenFeature implements FeatureColumn {
  private static final int SHOWN = 8;

  private final FeatureColumn column;
  private final int[] codes;
  private final float[] numbers;
  private final List<String> unknown;

  private GivenFeature(FeatureColumn column, int[] codes, float[] numbers, List<String> unknown) {
    this.column = column;
    this.codes = codes;
    this.numbers = numbers;
    this.unknown = List.copyOf(unknown);
  }

  /**
   * Reads what was given.
   *
   * @param column of the log's users
   * @param texts what was given, one for each time the option stood; none for a missing value
   * @throws IllegalArgumentException where a text is no value of this kind, or there are several
   */
  static GivenFeature of(FeatureColumn column, List<String> texts) {
    if (texts.size() > 1 && column.kind() != FeatureKind.MULTI) {
      throw refused(column, String.join("', '", texts), "one value");
    }
    return switch (column.kind()) {
      case CATEGORICAL, MULTI -> coded(column, texts);
      case NUMERIC ->
          new GivenFeature(
              column,
              new int[0],
              new float[] {texts.isEmpty() ? Float.NaN : number(column, texts.get(0))},
              List.of());
      case VECTOR -> vector(column, texts);
    };
  }

  private static GivenFeature coded(FeatureColumn column, List<String> texts) {
    Map<String, Integer> codes = new LinkedHashMap<>();
    for (int code = 1; code < column.cardinality(); code++) {
      codes.put(column.text(code), code);
    }
    List<String> values =
        texts.stream()
            .flatMap(text -> codes.containsKey(text) ? Stream.of(text) : in(column, text))
            .toList();
    List<String> unknown = values.stream().filter(text -> !codes.containsKey(text)).toList();
    int[] found =
        values.stream().filter(codes::containsKey).mapToInt(codes::get).distinct().toArray();
    return new GivenFeature(column, found, new float[0], unknown);
  }

  private static Stream<String> in(FeatureColumn column, String text) {
    return column.values(text).stream();
  }

  private static GivenFeature vector(FeatureColumn column, List<String> texts) {
    float[] numbers = new float[column.dimension()];
    if (!texts.isEmpty()) {
      String[] parts = texts.get(0).split(",", -1);
      if (parts.length != numbers.length) {
        throw refused(
            column, texts.get(0), numbers.length + " numbers with commas between, as in the log");
      }
      IntStream.range(0, parts.length).forEach(i -> numbers[i] = number(column, parts[i]));
    }
    return new GivenFeature(column, new int[0], numbers, List.of());
  }

  private static float number(FeatureColumn column, String text) {
    try {
      float number = Float.parseFloat(text.strip());
      if (Float.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException noNumber) {
      // Refused below, as what is not finite.
    }
    throw refused(column, text, "a number");
  }

  private static IllegalArgumentException refused(
      FeatureColumn column, String text, String allowed) {
    return new IllegalArgumentException(
        "--feature: received '%s' for '%s'; allowed: %s".formatted(text, column.name(), allowed));
  }

  /** What to know of texts that the log does not have; none where it has all. */
  List<String> notes() {
    if (unknown.isEmpty()) {
      return List.of();
    }
    List<String> some =
        IntStream.range(1, Math.min(1 + SHOWN, column.cardinality()))
            .mapToObj(column::text)
            .toList();
    String values =
        "values are %s%s"
            .formatted(String.join(", ", some), column.cardinality() > 1 + SHOWN ? ", .." : "");
    if (column.kind() == FeatureKind.MULTI) {
      return List.of(
          "note: '%s' %s of '%s' in this log, and %s; %s"
              .formatted(
                  String.join("', '", unknown),
                  unknown.size() == 1 ? "is no value" : "are no values",
                  name(),
                  codes.length == 0
                      ? "nothing else was given, so it counts as missing"
                      : (unknown.size() == 1 ? "is" : "are") + " left out",
                  values));
    }
    return unknown.stream()
        .map(
            text ->
                "note: '%s' is no value of '%s' in this log, so it counts as missing; %s"
                    .formatted(text, name(), values))
        .toList();
  }

  @Override
  public String name() {
    return column.name();
  }

  @Override
  public FeatureKind kind() {
    return column.kind();
  }

  @Override
  public int cardinality() {
    return column.cardinality();
  }

  @Override
  public int code(int entity) {
    return codes.length == 0 ? 0 : codes[0];
  }

  @Override
  public int[] codes(int entity) {
    return codes.clone();
  }

  @Override
  public float value(int entity) {
    return numbers[0];
  }

  @Override
  public int dimension() {
    return column.dimension();
  }

  @Override
  public void vector(int entity, float[] out) {
    System.arraycopy(numbers, 0, out, 0, numbers.length);
  }

  @Override
  public String text(int code) {
    return column.text(code);
  }
}
