package dev.twotower.data.dataset;

import java.util.Map;

/** What all feature tables have in common. */
final class Features {
  private Features() {}

  static FeatureColumn find(Map<String, FeatureColumn> features, String what, String name) {
    FeatureColumn feature = features.get(name);
    if (feature == null) {
      throw new IllegalArgumentException(
          "%s have no feature '%s'; they have %s"
              .formatted(what, name, features.isEmpty() ? "none" : features.keySet()));
    }
    return feature;
  }

  static IllegalStateException wrongKind(FeatureColumn feature, String asked) {
    return new IllegalStateException(
        "feature '%s' is %s and has no %s".formatted(feature.name(), feature.kind(), asked));
  }
}
