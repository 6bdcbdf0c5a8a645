package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** users.arrow or items.arrow over mapped memory. */
final class MappedEntityTable implements EntityTable {
  private final String what;
  private final int size;
  private final TextColumn ids;
  private final Blocks.Ints order;
  private final TextColumn names;
  private final Map<String, FeatureColumn> features = new LinkedHashMap<>();

  MappedEntityTable(
      String what, ArrowFile file, List<Manifest.Feature> declared, TextColumn vocabulary) {
    this.what = what;
    this.size = Math.toIntExact(file.rows());
    this.ids = new TextColumn(file, EntityOutput.ID);
    this.order = Blocks.ints(file, EntityOutput.ID_ORDER);
    this.names = file.has(EntityOutput.NAME) ? new TextColumn(file, EntityOutput.NAME) : ids;
    for (Manifest.Feature feature : declared) {
      FeatureColumn column = MappedFeature.of(file, feature, vocabulary);
      if (feature.kind().coded()) {
        requireCodes(file, column, size);
      }
      features.put(feature.name(), column);
    }
    for (int place = 0; place < size; place++) {
      int index = order.get(place);
      if (index < 0 || index >= size) {
        throw wrong(
            file, "'%s' is %d in row %d".formatted(EntityOutput.ID_ORDER, index, place), size - 1);
      }
    }
  }

  /** Checksums vouch for what was written, not for what it means. */
  static void requireCodes(ArrowFile file, FeatureColumn feature, int size) {
    boolean single = feature.kind() == FeatureKind.CATEGORICAL;
    int codes = feature.cardinality();
    for (int entity = 0; entity < size; entity++) {
      if (single) {
        requireCode(file, feature, entity, feature.code(entity), codes);
      } else {
        for (int code : feature.codes(entity)) {
          requireCode(file, feature, entity, code, codes);
        }
      }
    }
  }

  private static void requireCode(
      ArrowFile file, FeatureColumn feature, int entity, int code, int codes) {
    if (code < 0 || code >= codes) {
      throw wrong(
          file,
          "feature '%s' has code %d in row %d".formatted(feature.name(), code, entity),
          codes - 1);
    }
  }

  private static BadDataException wrong(ArrowFile file, String what, int largest) {
    return new BadDataException(
        "%s: %s; allowed: 0 to %d; import the data again".formatted(file.path(), what, largest));
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String id(int index) {
    return ids.get(index);
  }

  @Override
  public OptionalInt index(String externalId) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int index = order.get(middle);
      int comparison = ids.get(index).compareTo(externalId);
      if (comparison == 0) {
        return OptionalInt.of(index);
      }
      if (comparison < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return OptionalInt.empty();
  }

  @Override
  public String name(int index) {
    return names.get(index);
  }

  @Override
  public List<FeatureColumn> features() {
    return List.copyOf(features.values());
  }

  @Override
  public FeatureColumn feature(String name) {
    return Features.find(features, what, name);
  }
}
