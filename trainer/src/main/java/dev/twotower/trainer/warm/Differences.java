package dev.twotower.trainer.warm;

import dev.twotower.trainer.config.FeatureConfig;
import dev.twotower.trainer.config.HistoryConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.TowerConfig;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.tower.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What must agree between a model and the one that it starts from; all else may differ. */
final class Differences {
  private final List<String> found = new ArrayList<>();

  private Differences() {}

  /**
   * Every difference that matters, with both values.
   *
   * @param keepOptimizer whether the optimisers' state is to come along
   */
  static List<String> between(TwoTowerModel then, TwoTowerModel now, boolean keepOptimizer) {
    Differences differences = new Differences();
    RunConfig there = then.config();
    RunConfig here = now.config();
    differences.compare("dim", there.dim(), here.dim());
    differences.compare("user", there.user(), here.user());
    differences.compare("item", there.item(), here.item());
    if (differences.found.isEmpty()) {
      differences.resolved("user", then.users().features(), now.users().features());
      differences.resolved("item", then.items().features(), now.items().features());
      differences.compare(
          "number of dense parameters", then.denseSizeWithoutKinds(), now.denseSizeWithoutKinds());
    }
    if (keepOptimizer && there.optimizer().tables() != here.optimizer().tables()) {
      differences.found.add(
          "optimizer.tables: %s there, %s now; either is right with --from-optimizer fresh"
              .formatted(there.optimizer().tables(), here.optimizer().tables()));
    }
    return differences.found;
  }

  private void compare(String key, Object there, Object now) {
    if (!there.equals(now)) {
      found.add("%s: %s there, %s now".formatted(key, there, now));
    }
  }

  private void compare(String side, TowerConfig there, TowerConfig now) {
    compare(side + ".features", features(side, there), features(side, now));
    compare(side + ".hidden", there.hidden(), now.hidden());
    compare(side + ".history", history(there), history(now));
  }

  private static List<String> features(String side, TowerConfig tower) {
    return tower.features().stream().map(feature -> feature(side, tower, feature)).toList();
  }

  private static String feature(String side, TowerConfig tower, FeatureConfig feature) {
    return "%s (table %s, embedding %d)"
        .formatted(feature.name(), feature.table(side), tower.embedding(feature));
  }

  private static String history(TowerConfig tower) {
    return tower.historyLength() == 0
        ? "none"
        : tower.history().map(Differences::history).orElse("none");
  }

  /** The length may differ where nothing that is learned depends on it. */
  private static String history(HistoryConfig history) {
    String words = history.pooling() + " of table " + history.table();
    return history.pooling() == HistoryConfig.Pooling.TRANSFORMER
        ? words
            + " (length %d, layers %d, heads %d, gaps %s, events %s)"
                .formatted(
                    history.length(),
                    history.layers(),
                    history.heads(),
                    history.gaps(),
                    history.events())
        : words;
  }

  /** Columns of the same name may be of another kind, or of another length, in another log. */
  private void resolved(String side, List<Feature> there, List<Feature> now) {
    for (int i = 0; i < now.size(); i++) {
      compare(side + "." + now.get(i).name(), words(there.get(i)), words(now.get(i)));
    }
  }

  private static String words(Feature feature) {
    return feature.source().name().toLowerCase(Locale.ROOT) + " of width " + feature.width();
  }
}
