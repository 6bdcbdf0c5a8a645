package dev.twotower.trainer.serving.lists;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.trainer.model.ModelScorer;
import java.util.Arrays;

/**
 * What a user's list comes from: {@code rows} of its own in training; the {@code earlier run} that
 * this one started from, which trained the user's vector; {@code features}; or {@code popularity}
 * where nothing is known of it.
 */
public final class UserSources {
  /** Of a user whose vector comes from the run that this one started from alone. */
  public static final String EARLIER = "earlier run";

  private static final int AT_ONCE = 1024;

  private final ModelScorer scorer;
  private final TrainCounts counts;

  public UserSources(ModelScorer scorer, Dataset data) {
    this.scorer = scorer;
    this.counts = data.trainCounts();
  }

  /** The words for each of a run of users. */
  public String[] of(int[] users, int from, int count) {
    String[] sources = new String[count];
    Arrays.fill(sources, "rows");
    int[] places = new int[count];
    int without = 0;
    for (int i = 0; i < count; i++) {
      if (counts.rowsOfUser(users[from + i]) == 0) {
        places[without++] = i;
      }
    }
    for (int first = 0; first < without; first += AT_ONCE) {
      int[] some = Arrays.copyOfRange(places, first, Math.min(without, first + AT_ONCE));
      int[] asked = Arrays.stream(some).map(place -> users[from + place]).toArray();
      float[] vectors = scorer.userVectors(asked, 0, asked.length);
      int dimension = vectors.length / asked.length;
      for (int i = 0; i < some.length; i++) {
        boolean vector = false;
        for (int at = i * dimension; at < (i + 1) * dimension; at++) {
          vector |= vectors[at] != 0;
        }
        sources[some[i]] = of(asked[i], !vector);
      }
    }
    return sources;
  }

  /**
   * The word for a user whose list is known.
   *
   * @param byPopularity whether it is that of somebody of whom nothing is known
   */
  public String of(int user, boolean byPopularity) {
    if (counts.rowsOfUser(user) > 0) {
      return "rows";
    }
    if (byPopularity) {
      return "popularity";
    }
    return scorer.earlier(user) ? EARLIER : "features";
  }
}
