package dev.twotower.trainer.serving.onnx;

import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.json.Json;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.tower.Feature;
import dev.twotower.trainer.tower.Feature.Source;
import dev.twotower.trainer.tower.TowerInputs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Writes both towers of a model with built-in heads. */
public final class OnnxTowers {
  private OnnxTowers() {}

  /**
   * Writes {@code user-tower.onnx}, {@code item-tower.onnx}, their tables, and {@code
   * vocabularies.json}: for each tower and each feature of codes, the texts behind them.
   *
   * @param directory where they go
   * @param metadata goes into the models' properties
   */
  public static void write(TwoTowerModel model, Path directory, Map<String, String> metadata)
      throws IOException {
    TowerGraph.ofUsers(model).write(directory.resolve("user-tower.onnx"), metadata);
    TowerGraph.ofItems(model).write(directory.resolve("item-tower.onnx"), metadata);
    Map<String, Map<String, List<String>>> texts = new LinkedHashMap<>();
    TowerInputs.Sources from = model.sources();
    texts.put("user", texts(model.users().features(), from.users(), from.requests()));
    texts.put("item", texts(model.items().features(), from.items(), from.items()));
    Json.PLAIN.writeValue(directory.resolve("vocabularies.json").toFile(), texts);
  }

  private static Map<String, List<String>> texts(
      List<Feature> features, EntityTable entities, EntityTable requests) {
    Map<String, List<String>> texts = new LinkedHashMap<>();
    for (Feature feature : features) {
      if (feature.source() == Source.CODE || feature.source() == Source.CODES) {
        FeatureColumn column = (feature.ofRequest() ? requests : entities).feature(feature.name());
        texts.put(
            feature.name(),
            IntStream.range(0, column.cardinality()).mapToObj(column::text).toList());
      }
      if (!feature.kinds().isEmpty()) {
        List<String> kinds = new ArrayList<>(List.of(""));
        kinds.addAll(feature.kinds());
        texts.put(feature.name() + "_events", kinds);
      }
    }
    return texts;
  }
}
