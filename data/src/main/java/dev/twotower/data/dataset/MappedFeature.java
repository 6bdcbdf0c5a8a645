package dev.twotower.data.dataset;

import java.nio.ByteBuffer;
import java.util.List;

/** A feature column over mapped memory; methods of another kind throw. */
class MappedFeature implements FeatureColumn {
  private static final int[] NONE = {};

  private final Manifest.Feature declared;
  private final TextColumn vocabulary;

  private MappedFeature(Manifest.Feature declared, TextColumn vocabulary) {
    this.declared = declared;
    this.vocabulary = vocabulary;
  }

  static FeatureColumn of(ArrowFile file, Manifest.Feature declared, TextColumn vocabulary) {
    String column = EntityOutput.FEATURE_PREFIX + declared.name();
    return switch (declared.kind()) {
      case CATEGORICAL -> new Categorical(declared, vocabulary, Blocks.ints(file, column));
      case MULTI -> new Multi(declared, vocabulary, file, column);
      case NUMERIC -> new Numeric(declared, Blocks.floats(List.of(file), column, file.shift()));
      case VECTOR -> new Vector(declared, file, column);
    };
  }

  @Override
  public final String name() {
    return declared.name();
  }

  @Override
  public final FeatureKind kind() {
    return declared.kind();
  }

  @Override
  public final int cardinality() {
    if (vocabulary == null) {
      throw Features.wrongKind(this, "codes");
    }
    return declared.cardinality();
  }

  @Override
  public final String text(int code) {
    if (code < 0 || code >= cardinality()) {
      throw new IllegalArgumentException(
          "code %d of feature '%s'; allowed: 0 to %d".formatted(code, name(), cardinality() - 1));
    }
    return vocabulary.get(declared.vocabularyStart() + code);
  }

  @Override
  public int code(int entity) {
    throw Features.wrongKind(this, "single code");
  }

  @Override
  public int[] codes(int entity) {
    throw Features.wrongKind(this, "list of codes");
  }

  @Override
  public float value(int entity) {
    throw Features.wrongKind(this, "number");
  }

  @Override
  public int dimension() {
    throw Features.wrongKind(this, "dimension");
  }

  @Override
  public void vector(int entity, float[] out) {
    throw Features.wrongKind(this, "vector");
  }

  private static final class Categorical extends MappedFeature {
    private final Blocks.Ints codes;

    Categorical(Manifest.Feature declared, TextColumn vocabulary, Blocks.Ints codes) {
      super(declared, vocabulary);
      this.codes = codes;
    }

    @Override
    public int code(int entity) {
      return codes.get(entity);
    }
  }

  private static final class Multi extends MappedFeature {
    private final Slices codes;

    Multi(Manifest.Feature declared, TextColumn vocabulary, ArrowFile file, String column) {
      super(declared, vocabulary);
      // Buffers of a list: validity, offsets; then of its child: validity, values.
      this.codes = new Slices(file, column, 3, Integer.BYTES);
    }

    @Override
    public int[] codes(int entity) {
      int length = codes.length(entity);
      if (length == 0) {
        return NONE;
      }
      int from = codes.from(entity);
      ByteBuffer block = codes.block(entity);
      int[] result = new int[length];
      for (int i = 0; i < length; i++) {
        result[i] = block.getInt((from + i) * Integer.BYTES);
      }
      return result;
    }
  }

  private static final class Numeric extends MappedFeature {
    private final Blocks.Floats values;

    Numeric(Manifest.Feature declared, Blocks.Floats values) {
      super(declared, null);
      this.values = values;
    }

    @Override
    public float value(int entity) {
      return values.get(entity);
    }
  }

  private static final class Vector extends MappedFeature {
    private final ByteBuffer[] values;
    private final int dimension;
    private final int shift;
    private final int mask;

    Vector(Manifest.Feature declared, ArrowFile file, String column) {
      super(declared, null);
      this.dimension = declared.dimension();
      // Buffers of a fixed-size list: validity; then of its child: validity, values.
      this.values = file.values(column, 2, (long) dimension * Float.BYTES);
      this.shift = file.shift();
      this.mask = (1 << shift) - 1;
    }

    @Override
    public int dimension() {
      return dimension;
    }

    @Override
    public void vector(int entity, float[] out) {
      if (out.length != dimension) {
        throw new IllegalArgumentException(
            "an array of %d for feature '%s' of dimension %d"
                .formatted(out.length, name(), dimension));
      }
      ByteBuffer block = values[entity >>> shift];
      // A batch is at most 2^31 - 1 bytes, so its values have places that an int holds.
      int first = (entity & mask) * dimension;
      for (int i = 0; i < dimension; i++) {
        out[i] = block.getFloat((first + i) * Float.BYTES);
      }
    }
  }
}
