package dev.twotower.trainer.tower;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.RequestFeatures;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.trainer.config.TowerConfig;
import dev.twotower.trainer.tower.Feature.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Both towers' inputs for one batch and the table rows they touch between them. One instance serves
 * one batch at a time.
 */
public final class TowerInputs {
  /** In the place of a request: its values are missing. */
  public static final int NO_REQUEST = -1;

  private final Map<String, TouchedRows> touched = new LinkedHashMap<>();
  private final Map<String, Long> fillers = new LinkedHashMap<>();
  private final TowerInput users;
  private final TowerInput items;

  /**
   * What the inputs of a data set are read from; shared by all batches of a run.
   *
   * @param requests whose features the user tower reads beside those of users
   */
  public record Sources(
      EntityTable users,
      EntityTable requests,
      EntityTable items,
      List<Feature> userFeatures,
      List<Feature> itemFeatures,
      Map<String, float[]> standards,
      KnownRows known) {

    /**
     * Prepares reading a data set whose training split says which ids are known. Features of
     * requests cost three passes over their columns.
     *
     * @param train the training split; ids without a row there share the unknown row
     * @param everyItem whether training meets items without training rows as well
     * @throws dev.twotower.data.BadDataException where a feature has a value that no tower can
     *     compute with, or a feature of requests has two values in one request
     */
    public static Sources of(
        EntityTable users,
        RequestFeatures requests,
        EntityTable items,
        List<Feature> userFeatures,
        List<Feature> itemFeatures,
        TrainCounts train,
        boolean everyItem) {
      List<Feature> ofUsers = userFeatures.stream().filter(of -> !of.ofRequest()).toList();
      List<Feature> ofRequests = userFeatures.stream().filter(Feature::ofRequest).toList();
      requireValues(users, requests, items, userFeatures, itemFeatures);
      Map<String, float[]> standards = new LinkedHashMap<>();
      standardise("user", users, ofUsers, user -> true, standards);
      standardise("user", requests, ofRequests, train::hasRequest, standards);
      standardise("item", items, itemFeatures, item -> true, standards);
      return new Sources(
          users,
          requests,
          items,
          userFeatures,
          itemFeatures,
          standards,
          KnownRows.of(users, requests, items, userFeatures, itemFeatures, train, everyItem));
    }

    /**
     * Passes over the values that towers read.
     *
     * @throws dev.twotower.data.BadDataException as {@link #of} does
     */
    public static void requireValues(
        EntityTable users,
        RequestFeatures requests,
        EntityTable items,
        List<Feature> userFeatures,
        List<Feature> itemFeatures) {
      List<Feature> ofRequests = userFeatures.stream().filter(Feature::ofRequest).toList();
      requests.check(ofRequests.stream().map(Feature::name).toList());
      FeatureValues.check(
          "user", users, userFeatures.stream().filter(of -> !of.ofRequest()).toList());
      FeatureValues.check("request", requests, ofRequests);
      FeatureValues.check("item", items, itemFeatures);
    }

    /**
     * What all requests of a log say, for a model of a part of it, whose own requests say less:
     * which codes are known, and how numbers are standardised.
     *
     * @param data the whole log, as the model learns from it
     * @throws dev.twotower.data.BadDataException as for {@link #of}
     */
    public static Carried ofRequests(Dataset data, TowerConfig config) {
      RequestFeatures requests = RequestFeatures.of(data);
      List<Feature> features =
          Feature.resolve(
                  "user",
                  config,
                  data.userTable(),
                  Optional.of(requests),
                  data.items(),
                  0,
                  data.feedback())
              .stream()
              .filter(Feature::ofRequest)
              .toList();
      requests.check(features.stream().map(Feature::name).toList());
      Map<String, float[]> standards = new LinkedHashMap<>();
      TrainCounts train = data.trainCounts();
      standardise("user", requests, features, train::hasRequest, standards);
      return new Carried(KnownRows.ofRequests(requests, features, train), standards, false);
    }

    /** The same, with what a model has from the run that it started from. */
    public Sources with(Carried carried) {
      Map<String, float[]> standards = new LinkedHashMap<>(this.standards);
      standards.putAll(carried.standards());
      return new Sources(
          users, requests, items, userFeatures, itemFeatures, standards, known.with(carried));
    }

    /**
     * The same, read for other users, such as one who is not in the log.
     *
     * @param others have the features of users that the user tower reads
     * @param theirRequests have the features of requests that it reads
     */
    public Sources withUsers(EntityTable others, EntityTable theirRequests) {
      return new Sources(
          others, theirRequests, items, userFeatures, itemFeatures, standards, known);
    }

    /** Whether two requests of a user can have different vectors. */
    public boolean changesByRequest() {
      return userFeatures.stream().anyMatch(Feature::changesByRequest);
    }

    private static void standardise(
        String side,
        EntityTable entities,
        List<Feature> features,
        IntPredicate counts,
        Map<String, float[]> into) {
      for (Feature feature : features) {
        if (feature.source() == Source.NUMBER) {
          into.put(side + "." + feature.name(), standard(entities, feature, counts));
        }
      }
    }

    /** Mean and 1/standard deviation over the entities that count and have a value. */
    private static float[] standard(EntityTable entities, Feature feature, IntPredicate counts) {
      FeatureColumn column = entities.feature(feature.name());
      double sum = 0;
      double squares = 0;
      long count = 0;
      for (int entity = 0; entity < entities.size(); entity++) {
        float value = counts.test(entity) ? column.value(entity) : Float.NaN;
        if (!Float.isNaN(value)) {
          sum += value;
          squares += (double) value * value;
          count++;
        }
      }
      double mean = count == 0 ? 0 : sum / count;
      double variance = count == 0 ? 0 : Math.max(0, squares / count - mean * mean);
      return new float[] {(float) mean, variance == 0 ? 1 : (float) (1 / Math.sqrt(variance))};
    }
  }

  public TowerInputs(Sources sources, Histories histories) {
    for (List<Feature> features : List.of(sources.userFeatures(), sources.itemFeatures())) {
      for (Feature feature : features) {
        if (feature.embedded()) {
          touched.computeIfAbsent(feature.table(), name -> new TouchedRows());
          fillers.put(feature.table(), feature.ids());
        }
      }
    }
    users = input("user", sources.userFeatures(), sources, histories);
    items = input("item", sources.itemFeatures(), sources, histories);
  }

  private TowerInput input(
      String side, List<Feature> features, Sources sources, Histories histories) {
    List<TowerInput.Values> values = new ArrayList<>();
    for (Feature feature : features) {
      float[] standard =
          sources.standards().getOrDefault(side + "." + feature.name(), new float[] {0, 1});
      IntPredicate known = sources.known().rows(side, feature);
      EntityTable entities = side.equals("user") ? sources.users() : sources.items();
      values.add(
          new TowerInput.Values(
              feature, feature.ofRequest() ? sources.requests() : entities, standard, known));
    }
    return new TowerInput(values, touched, histories);
  }

  /** Starts a batch of at most so many users and items. */
  public void clear(int userCapacity, int itemCapacity) {
    touched.values().forEach(TouchedRows::clear);
    users.clear(userCapacity);
    items.clear(itemCapacity);
  }

  /** Appends an item to the item tower's batch. */
  public void addItem(int item) {
    addItem(item, true);
  }

  /**
   * Appends an item to the item tower's batch.
   *
   * @param known false to take the unknown row for its id
   */
  public void addItem(int item, boolean known) {
    items.add(item, NO_REQUEST, 0, known);
  }

  /** Appends a user as of a moment, in no request, to the user tower's batch. */
  public void addUser(int user, long time) {
    addUser(user, NO_REQUEST, time, true);
  }

  /** Appends a user as of a moment, in no request, to the user tower's batch. */
  public void addUser(int user, long time, boolean known) {
    addUser(user, NO_REQUEST, time, known);
  }

  /**
   * Appends a user in a request to the user tower's batch.
   *
   * @param request whose values the tower reads, or {@link #NO_REQUEST}
   * @param time the moment that histories must precede
   * @param known false to take the unknown row for its id
   */
  public void addUser(int user, int request, long time, boolean known) {
    users.add(user, request, time, known);
  }

  public TowerInput users() {
    return users;
  }

  public TowerInput items() {
    return items;
  }

  /**
   * How many rows of the batch are behind each touched row, by table, in the order of {@link
   * #touchedRows}; 1 where none is. A table with no row behind which there are more is left out.
   *
   * @param ofUsers the rows behind each user appended
   * @param ofItems the rows behind each item appended
   */
  public Map<String, float[]> counts(InputCounts ofUsers, InputCounts ofItems) {
    touched.values().forEach(TouchedRows::clearCounts);
    users.count(ofUsers);
    items.count(ofItems);
    Map<String, float[]> counts = new LinkedHashMap<>();
    touched.forEach(
        (table, rows) -> {
          float[] behind = rows.counts();
          for (float count : behind) {
            if (count > 1) {
              counts.put(table, behind);
              return;
            }
          }
        });
    return counts;
  }

  /** Finds where features read their tables, for {@link ClosedTowers}; once all is added. */
  public void findPlaces() {
    users.findPlaces();
    items.findPlaces();
  }

  /** The rows that the batch touches, by table; never none, so that a table always has a leaf. */
  public Map<String, long[]> touchedRows() {
    Map<String, long[]> rows = new LinkedHashMap<>();
    touched.forEach(
        (table, numbers) -> {
          if (numbers.count() == 0) {
            numbers.number(fillers.get(table));
          }
          rows.put(table, numbers.toArray());
        });
    return rows;
  }
}
