package dev.twotower.trainer.warm;

import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.trainer.tower.Feature;
import dev.twotower.trainer.tower.Feature.Source;
import dev.twotower.trainer.tower.TowerInputs.Sources;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * Which row of an earlier model's table stands for the same thing as a row of a new one's: the user
 * or item of the same external id, or the code of the same text. Rows that the earlier training did
 * not read mean nothing, and stand for nothing.
 *
 * @param table the table's name
 * @param from for each id of the new table the row there, or -1
 * @param dropped trained rows there that stand for nothing in the new table
 */
record MatchedRows(String table, int[] from, int dropped) {
  /** Ids of the new table with a row there. */
  int taken() {
    return (int) Arrays.stream(from).filter(row -> row >= 0).count();
  }

  /** The tables of two models with the same features. */
  static List<MatchedRows> of(Sources then, Sources now) {
    Map<String, Builder> tables = new LinkedHashMap<>();
    match("user", then, now, tables);
    match("item", then, now, tables);
    List<MatchedRows> matched = new ArrayList<>();
    tables.forEach((name, table) -> matched.add(table.build(name)));
    return matched;
  }

  private static void match(String side, Sources then, Sources now, Map<String, Builder> tables) {
    boolean users = side.equals("user");
    EntityTable entitiesThen = users ? then.users() : then.items();
    EntityTable entitiesNow = users ? now.users() : now.items();
    List<Feature> featuresNow = users ? now.userFeatures() : now.itemFeatures();
    List<Feature> featuresThen = users ? then.userFeatures() : then.itemFeatures();
    for (int i = 0; i < featuresNow.size(); i++) {
      Feature feature = featuresNow.get(i);
      if (!feature.embedded()) {
        continue;
      }
      Builder table =
          tables.computeIfAbsent(feature.table(), name -> new Builder((int) feature.ids()));
      IntPredicate known = then.known().rows(side, featuresThen.get(i));
      table.trained(known, (int) featuresThen.get(i).ids());
      switch (feature.source()) {
        case ID -> table.entities(entitiesThen, entitiesNow, known);
        case HISTORY_MEAN, HISTORY_ATTENTION, HISTORY_TRANSFORMER ->
            table.entities(then.items(), now.items(), known);
        case CODE, CODES ->
            table.codes(
                (feature.ofRequest() ? then.requests() : entitiesThen).feature(feature.name()),
                (feature.ofRequest() ? now.requests() : entitiesNow).feature(feature.name()),
                known);
        case NUMBER, VECTOR -> throw new AssertionError(feature);
      }
    }
  }

  /** For each item of a data set the item of the same id in another one, or -1. */
  static int[] items(EntityTable then, EntityTable now) {
    Builder items = new Builder(now.size());
    items.entities(then, now, item -> true);
    return items.from;
  }

  /** One table, matched by one feature after another. */
  private static final class Builder {
    private final int[] from;
    private final BitSet trained = new BitSet();

    Builder(int ids) {
      from = new int[ids];
      Arrays.fill(from, -1);
    }

    void trained(IntPredicate known, int ids) {
      for (int row = 0; row < ids; row++) {
        if (known.test(row)) {
          trained.set(row);
        }
      }
    }

    void entities(EntityTable then, EntityTable now, IntPredicate known) {
      for (int entity = 0; entity < now.size(); entity++) {
        OptionalInt same = then.index(now.id(entity));
        if (same.isPresent()) {
          take(entity, same.getAsInt(), known);
        }
      }
    }

    /** Code 0 is that of no value, in every data set. */
    void codes(FeatureColumn then, FeatureColumn now, IntPredicate known) {
      Map<String, Integer> codes = new HashMap<>();
      for (int code = 1; code < then.cardinality(); code++) {
        codes.put(then.text(code), code);
      }
      take(0, 0, known);
      for (int code = 1; code < now.cardinality(); code++) {
        Integer same = codes.get(now.text(code));
        if (same != null) {
          take(code, same, known);
        }
      }
    }

    /** Where features share a table, the first one that knows the row decides. */
    private void take(int row, int there, IntPredicate known) {
      if (from[row] < 0 && known.test(there)) {
        from[row] = there;
      }
    }

    MatchedRows build(String name) {
      BitSet left = (BitSet) trained.clone();
      Arrays.stream(from).filter(row -> row >= 0).forEach(left::clear);
      return new MatchedRows(name, from, left.cardinality());
    }
  }

  /** Whether the features that read a table see items by their ids. */
  static boolean ofItems(String table, Sources sources) {
    return sources.itemFeatures().stream()
            .anyMatch(feature -> feature.table().equals(table) && feature.source() == Source.ID)
        || sources.userFeatures().stream()
            .anyMatch(feature -> feature.table().equals(table) && feature.history());
  }
}
