package dev.twotower.data.dataset;

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
      features.put(feature.name(), MappedFeature.of(file, feature, vocabulary));
    }
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
