package dev.twotower.trainer.serving.recommend;

import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import java.util.List;
import java.util.OptionalInt;

/** A table of one user, who has no id, and whose features were given. */
record OneUser(List<FeatureColumn> features) implements EntityTable {
  @Override
  public int size() {
    return 1;
  }

  @Override
  public String id(int index) {
    return "";
  }

  @Override
  public OptionalInt index(String externalId) {
    return OptionalInt.empty();
  }

  @Override
  public String name(int index) {
    return "";
  }

  @Override
  public FeatureColumn feature(String name) {
    return features.stream()
        .filter(column -> column.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no feature '" + name + "'"));
  }
}
