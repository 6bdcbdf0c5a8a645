package dev.twotower.trainer.rounds;

import ai.djl.ndarray.NDArray;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.tower.Feature;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A model's arrays, by whether they stay with the part or are shared; sorted by name. */
final class ModelArrays {
  private static final String TABLE = "table.";

  private ModelArrays() {}

  /** Names of the tables that hold a row for each user. */
  static Set<String> userTables(TwoTowerModel model) {
    return model.users().features().stream()
        .filter(feature -> feature.source() == Feature.Source.ID)
        .map(Feature::table)
        .collect(Collectors.toSet());
  }

  /** Whether an array is of a table of users; a feature's table may begin with its name. */
  private static boolean own(TwoTowerModel model, String array) {
    return userTables(model).contains(table(model.tables().keySet(), array));
  }

  /** Weights and optimiser state. */
  private static Map<String, NDArray> all(TwoTowerModel model) {
    Map<String, NDArray> arrays = new TreeMap<>(model.weights());
    arrays.putAll(model.optimizerState());
    return arrays;
  }

  static Map<String, NDArray> shared(TwoTowerModel model) {
    Map<String, NDArray> arrays = all(model);
    arrays.keySet().removeIf(name -> own(model, name));
    return arrays;
  }

  static Map<String, NDArray> own(TwoTowerModel model) {
    Map<String, NDArray> arrays = all(model);
    arrays.keySet().removeIf(name -> !own(model, name));
    return arrays;
  }

  /** The table that an array belongs to; empty for dense parameters. */
  static String table(Set<String> tables, String array) {
    return tables.stream()
        .filter(table -> array.equals(TABLE + table) || array.startsWith(TABLE + table + "."))
        .max(Comparator.comparingInt(String::length))
        .orElse("");
  }
}
