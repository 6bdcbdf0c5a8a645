package dev.twotower.data.dataset;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Users or items held on the heap, to be written by a {@link DatasetWriter}. */
public final class MemoryEntityTable implements EntityTable {
  private final List<String> ids;
  private final List<String> names;
  private final Map<String, FeatureColumn> features = new LinkedHashMap<>();
  private final Map<String, Integer> indices = new HashMap<>();

  /**
   * @param ids the id of each entity, distinct
   * @param names the name of each entity, or an empty list where ids serve as names; null for an
   *     entity without a name
   */
  public MemoryEntityTable(
      List<String> ids, List<String> names, List<? extends FeatureColumn> features) {
    if (!names.isEmpty() && names.size() != ids.size()) {
      throw new IllegalArgumentException(ids.size() + " ids and " + names.size() + " names");
    }
    this.ids = ids;
    this.names = names;
    for (FeatureColumn feature : features) {
      if (this.features.put(feature.name(), feature) != null) {
        throw new IllegalArgumentException("feature '" + feature.name() + "' is declared twice");
      }
    }
    for (int index = 0; index < ids.size(); index++) {
      indices.put(ids.get(index), index);
    }
  }

  @Override
  public int size() {
    return ids.size();
  }

  @Override
  public String id(int index) {
    return ids.get(index);
  }

  @Override
  public OptionalInt index(String externalId) {
    Integer index = indices.get(externalId);
    return index == null ? OptionalInt.empty() : OptionalInt.of(index);
  }

  @Override
  public String name(int index) {
    String name = names.isEmpty() ? null : names.get(index);
    return name == null ? ids.get(index) : name;
  }

  @Override
  public List<FeatureColumn> features() {
    return List.copyOf(features.values());
  }

  @Override
  public FeatureColumn feature(String name) {
    return Features.find(features, "entities", name);
  }
}
