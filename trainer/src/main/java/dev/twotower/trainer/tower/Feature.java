package dev.twotower.trainer.tower;

import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.FeatureKind;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.RequestFeatures;
import dev.twotower.trainer.config.FeatureConfig;
import dev.twotower.trainer.config.HistoryConfig;
import dev.twotower.trainer.config.TowerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One input of a tower, resolved against a data set.
 *
 * @param name the column, {@code id} or {@code history}
 * @param source where its values come from
 * @param table the embedding table behind it, empty for numbers
 * @param ids number of ids of that table, 0 for numbers
 * @param width length of the array a head sees
 * @param length places for items of a history, 0 otherwise
 * @param ofRequest whether its values are the request's, a context column's, and not the user's
 * @param transformer how a transformer pools it, empty for all else
 * @param kinds of feedback that the transformer tells apart, by {@link HistoryKinds}; empty where
 *     it reads none
 */
public record Feature(
    String name,
    Source source,
    String table,
    long ids,
    int width,
    int length,
    boolean ofRequest,
    Optional<HistoryConfig> transformer,
    List<String> kinds) {
  /** What a feature's values are. */
  public enum Source {
    /** The entity itself. */
    ID,
    /** One code of a categorical column. */
    CODE,
    /** Several codes of a multi-valued column, pooled by their mean. */
    CODES,
    /** A numeric column, standardised, followed by 1 where it is missing. */
    NUMBER,
    /** A vector column as it is. */
    VECTOR,
    /** The user's items before the request, pooled by their mean. */
    HISTORY_MEAN,
    /** The user's items before the request, pooled by learned attention. */
    HISTORY_ATTENTION,
    /** The user's items before the request, pooled by a causal transformer. */
    HISTORY_TRANSFORMER
  }

  /** Any feature but a history that a transformer pools. */
  public Feature(
      String name,
      Source source,
      String table,
      long ids,
      int width,
      int length,
      boolean ofRequest) {
    this(name, source, table, ids, width, length, ofRequest, Optional.empty(), List.of());
  }

  /** Whether its values are rows of a table. */
  public boolean embedded() {
    return !table.isEmpty();
  }

  /** Whether its values are the user's past items. */
  public boolean history() {
    return switch (source) {
      case HISTORY_MEAN, HISTORY_ATTENTION, HISTORY_TRANSFORMER -> true;
      case ID, CODE, CODES, NUMBER, VECTOR -> false;
    };
  }

  /**
   * What a transformer reads of the places of a history beside their items, each the parameter with
   * a vector for each code, in the order in which the pooling takes the codes.
   */
  public List<String> codesOfPlaces() {
    List<String> read = new ArrayList<>();
    if (transformer.map(HistoryConfig::gaps).orElse(false)) {
      read.add(TransformerPooling.GAPS);
    }
    if (!kinds.isEmpty()) {
      read.add(TransformerPooling.EVENTS);
    }
    return read;
  }

  /** Whether two requests of a user can differ in it. */
  public boolean changesByRequest() {
    return ofRequest || history();
  }

  /**
   * The features of one tower.
   *
   * @param side "user" or "item"
   * @param config the tower's configuration
   * @param entities the users or items
   * @param requests the requests, whose features the user tower reads as well; empty for items
   * @param items number of items in the catalogue
   * @param historyWidth width of the table that a history reads
   * @param events what the kinds of feedback in a history stand for
   * @throws IllegalArgumentException naming a feature that the data set does not have
   */
  public static List<Feature> resolve(
      String side,
      TowerConfig config,
      EntityTable entities,
      Optional<RequestFeatures> requests,
      long items,
      int historyWidth,
      Feedback events) {
    List<Feature> features = new ArrayList<>();
    for (FeatureConfig feature : config.features()) {
      features.add(resolve(side, config, feature, entities, requests));
    }
    if (config.historyLength() > 0) {
      HistoryConfig history = config.history().orElseThrow();
      Source source =
          switch (history.pooling()) {
            case MEAN -> Source.HISTORY_MEAN;
            case ATTENTION -> Source.HISTORY_ATTENTION;
            case TRANSFORMER -> Source.HISTORY_TRANSFORMER;
          };
      features.add(
          new Feature(
              "history",
              source,
              history.table(),
              items,
              historyWidth,
              history.length(),
              false,
              Optional.of(history).filter(of -> source == Source.HISTORY_TRANSFORMER),
              history.events() ? HistoryKinds.of(events) : List.of()));
    }
    return List.copyOf(features);
  }

  private static Feature resolve(
      String side,
      TowerConfig config,
      FeatureConfig feature,
      EntityTable entities,
      Optional<RequestFeatures> requests) {
    String table = feature.table(side);
    int width = config.embedding(feature);
    String name = feature.name();
    if (name.equals(FeatureConfig.ID)) {
      return new Feature(name, Source.ID, table, entities.size(), width, 0, false);
    }
    boolean ofRequest = requests.isPresent() && RequestFeatures.names(name, entities);
    FeatureColumn column = (ofRequest ? requests.get() : entities).feature(name);
    FeatureKind kind = column.kind();
    return switch (kind) {
      case CATEGORICAL ->
          new Feature(name, Source.CODE, table, column.cardinality(), width, 0, ofRequest);
      case MULTI ->
          new Feature(name, Source.CODES, table, column.cardinality(), width, 0, ofRequest);
      case NUMERIC -> new Feature(name, Source.NUMBER, "", 0, 2, 0, ofRequest);
      case VECTOR -> new Feature(name, Source.VECTOR, "", 0, column.dimension(), 0, ofRequest);
    };
  }
}
