package dev.twotower.trainer.tower;

import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.trainer.tower.Feature.Source;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Which rows of the tables training reads. All others hold what initialisation drew, as long as a
 * trained row and meaning nothing, unless another run has trained them ({@link Carried}), so ids
 * and codes of theirs take the shared unknown row instead (design 8): users and items without
 * training rows, codes that none but such entities and requests carry, and items that no history in
 * training can hold, if histories have a separate table.
 */
public final class KnownRows {
  private final IntPredicate users;
  private final IntPredicate items;
  private IntPredicate pastItems;
  private final Map<String, BitSet> codes = new HashMap<>();
  private Carried carried = Carried.NOTHING;

  /**
   * Passes over the entities once for each feature of codes, and over the training rows where
   * histories have a table of their own.
   *
   * @param train the training split
   * @param everyItem whether training meets items without training rows as well, so that it learns
   *     their codes: as uniform negatives, or in batches of the category tree
   */
  static KnownRows of(
      EntityTable users,
      EntityTable requests,
      EntityTable items,
      List<Feature> userFeatures,
      List<Feature> itemFeatures,
      TrainCounts train,
      boolean everyItem) {
    KnownRows known = new KnownRows(train);
    userFeatures.stream()
        .filter(Feature::history)
        .filter(history -> itemFeatures.stream().noneMatch(item -> sharesIds(item, history)))
        .forEach(history -> known.keepPast(train.train()));
    known.addCodes(users, userFeatures.stream().filter(f -> !f.ofRequest()).toList(), known.users);
    known.addCodes(
        requests, userFeatures.stream().filter(Feature::ofRequest).toList(), train::hasRequest);
    known.addCodes(items, itemFeatures, item -> everyItem || known.items.test(item));
    return known;
  }

  /**
   * Rows of the tables of requests' features that are known, by table.
   *
   * @param requests of the whole log
   */
  static Map<String, BitSet> ofRequests(
      EntityTable requests, List<Feature> features, TrainCounts train) {
    KnownRows known = new KnownRows(train);
    known.addCodes(requests, features, train::hasRequest);
    return known.codes;
  }

  /** These rows, and those that a model has from the run that it started from. */
  KnownRows with(Carried more) {
    KnownRows known = new KnownRows(this);
    known.carried = more;
    return known;
  }

  private KnownRows(KnownRows trained) {
    users = trained.users;
    items = trained.items;
    pastItems = trained.pastItems;
    codes.putAll(trained.codes);
  }

  private KnownRows(TrainCounts train) {
    users = user -> train.rowsOfUser(user) > 0;
    items = item -> train.rows(item) > 0;
    pastItems = items;
  }

  private static boolean sharesIds(Feature item, Feature history) {
    return item.source() == Source.ID && item.table().equals(history.table());
  }

  /** Leaves the items of rows that a later request of their user can look back on. */
  private void keepPast(Interactions train) {
    BitSet past = new BitSet();
    long row = 0;
    while (row < train.rows()) {
      long end = train.userEnd(train.user(row));
      long latest = Long.MIN_VALUE;
      for (long at = row; at < end; at = train.requestEnd(train.request(at))) {
        latest = Math.max(latest, train.time(at));
      }
      for (; row < end; row++) {
        if (train.time(row) < latest) {
          past.set(train.item(row));
        }
      }
    }
    pastItems = past::get;
  }

  private void addCodes(EntityTable entities, List<Feature> features, IntPredicate met) {
    for (Feature feature : features) {
      if (feature.source() != Source.CODE && feature.source() != Source.CODES) {
        continue;
      }
      FeatureColumn column = entities.feature(feature.name());
      BitSet known = codes.computeIfAbsent(feature.table(), table -> new BitSet());
      for (int entity = 0; entity < entities.size(); entity++) {
        if (!met.test(entity)) {
          continue;
        }
        if (feature.source() == Source.CODE) {
          known.set(column.code(entity));
        } else {
          for (int code : column.codes(entity)) {
            known.set(code);
          }
        }
      }
    }
  }

  /** Whether the user has training rows. */
  public boolean user(int user) {
    return users.test(user);
  }

  /** Whether the item has training rows. */
  public boolean item(int item) {
    return items.test(item);
  }

  /** The rows that a feature reads from its table, in either tower. */
  public IntPredicate rows(String side, Feature feature) {
    IntPredicate trained = trained(side, feature);
    return carried.rows().containsKey(feature.table())
        ? row -> !carried.alone() && trained.test(row) || carried.row(feature.table(), row)
        : trained;
  }

  /**
   * The users or items whose row of the tower's id table another run has trained, and training here
   * does not read.
   */
  public BitSet fromEarlier(String side, List<Feature> features) {
    BitSet earlier = new BitSet();
    for (Feature feature : features) {
      if (feature.source() == Source.ID && carried.rows().containsKey(feature.table())) {
        earlier.or(carried.rows().get(feature.table()));
      }
    }
    IntPredicate trained = side.equals("user") ? users : items;
    earlier.stream().filter(trained).forEach(earlier::clear);
    return earlier;
  }

  private IntPredicate trained(String side, Feature feature) {
    return switch (feature.source()) {
      case ID -> side.equals("user") ? this::user : this::item;
      case CODE, CODES -> codes.get(feature.table())::get;
      case HISTORY_MEAN, HISTORY_ATTENTION, HISTORY_TRANSFORMER -> pastItems;
      case NUMBER, VECTOR -> row -> true;
    };
  }
}
