package dev.twotower.trainer.tower;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.trainer.tower.Feature.Source;
import java.util.List;

/**
 * Refuses values that a tower cannot compute with: a vector so long that float32 cannot hold the
 * square of what a tower makes of it would come out as a vector of zeros, without a word.
 */
final class FeatureValues {
  /** Its square leaves float32 eight orders of magnitude for weights and sums. */
  private static final double LONGEST = 1e15;

  private FeatureValues() {}

  /**
   * Passes over the numbers and vectors that a tower reads.
   *
   * @param what {@code user}, {@code request} or {@code item}
   * @throws BadDataException naming the first entity whose value cannot be used
   */
  static void check(String what, EntityTable entities, List<Feature> features) {
    for (Feature feature : features) {
      if (feature.source() == Source.NUMBER) {
        FeatureColumn column = entities.feature(feature.name());
        for (int entity = 0; entity < entities.size(); entity++) {
          if (Float.isInfinite(column.value(entity))) {
            throw refused(what, entities, entity, feature, Float.toString(column.value(entity)));
          }
        }
      } else if (feature.source() == Source.VECTOR) {
        checkVectors(what, entities, feature);
      }
    }
  }

  private static void checkVectors(String what, EntityTable entities, Feature feature) {
    FeatureColumn column = entities.feature(feature.name());
    float[] vector = new float[feature.width()];
    for (int entity = 0; entity < entities.size(); entity++) {
      column.vector(entity, vector);
      double squares = 0;
      for (float value : vector) {
        squares += (double) value * value;
      }
      if (!(squares <= LONGEST * LONGEST)) {
        throw refused(
            what, entities, entity, feature, "a vector of length " + (float) Math.sqrt(squares));
      }
    }
  }

  private static BadDataException refused(
      String what, EntityTable entities, int entity, Feature feature, String received) {
    return new BadDataException(
        "%s '%s' has %s in feature '%s'; allowed: finite numbers, and vectors of length %s at most; import other values, or leave the feature out of %s.features"
            .formatted(
                what,
                entities.id(entity),
                received,
                feature.name(),
                LONGEST,
                what.equals("item") ? "item" : "user"));
  }
}
