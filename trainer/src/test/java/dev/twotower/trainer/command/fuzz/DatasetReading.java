package dev.twotower.trainer.command.fuzz;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads all that a data set says of its rows, users and items. */
final class DatasetReading {
  /** More than the scene has: a manifest that promises more is read up to here. */
  private static final int MOST = 10_000;

  private DatasetReading() {}

  static void read(Path file) {
    Path folder = file.getParent();
    while (!Files.exists(folder.resolve("dataset.json"))) {
      folder = folder.getParent();
    }
    try (Dataset data = Dataset.open(folder)) {
      for (Split split : Split.values()) {
        rows(data, data.interactions(split));
      }
      entities(data.userTable());
      entities(data.itemTable());
      data.tree().ifPresent(tree -> tree.name(0));
    }
  }

  private static void rows(Dataset data, Interactions rows) {
    for (long row = 0; row < Math.min(MOST, rows.rows()); row++) {
      rows.user(row);
      rows.item(row);
      rows.request(row);
      rows.time(row);
      rows.weight(row);
      for (String context : rows.contextColumns()) {
        rows.context(context).value(row);
      }
    }
    for (int user = 0; user < Math.min(MOST, data.users()); user++) {
      rows.userStart(user);
      rows.userEnd(user);
    }
    for (int request = 0; request < Math.min(MOST, data.requests()); request++) {
      rows.requestStart(request);
      rows.requestEnd(request);
    }
  }

  private static void entities(EntityTable table) {
    for (int entity = 0; entity < Math.min(MOST, table.size()); entity++) {
      table.id(entity);
      table.name(entity);
      for (FeatureColumn feature : table.features()) {
        switch (feature.kind()) {
          case CATEGORICAL -> feature.text(feature.code(entity));
          case MULTI -> {
            for (int code : feature.codes(entity)) {
              feature.text(code);
            }
          }
          case NUMERIC -> feature.value(entity);
          case VECTOR -> feature.vector(entity, new float[Math.min(MOST, feature.dimension())]);
        }
      }
    }
  }
}
