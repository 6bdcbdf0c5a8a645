package dev.twotower.data.dataset;

import java.util.List;
import java.util.OptionalInt;

/** Users or items: dense index 0..size-1, external id, name, features. */
public interface EntityTable {
  int size();

  /** The id the log used. */
  String id(int index);

  /** The index of an external id, empty where unknown. */
  OptionalInt index(String externalId);

  /** A name for people, the external id where there is none. */
  String name(int index);

  List<FeatureColumn> features();

  /**
   * A feature by name.
   *
   * @throws IllegalArgumentException naming the features there are
   */
  FeatureColumn feature(String name);
}
