package dev.twotower.trainer.serving.recommend;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.message.Suggestion;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.tower.Feature;
import dev.twotower.trainer.tower.TowerInputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A value of the request that a list is for.
 *
 * @param name of the feature, {@code context.NAME}
 * @param value as text, of a list with spaces between; null where it is missing
 * @param given whether it was given, or is that of the user's last request
 * @param column the value in the place of the log's requests; not serialised
 */
public record RequestValue(
    String name, String value, boolean given, @JsonIgnore FeatureColumn column) {
  /**
   * The values that a user is listed for with: those given, and of its last request the others.
   *
   * @param given texts by the names of features of requests
   * @param notes receives what to know of values that the log does not have
   * @throws IllegalArgumentException naming a feature that the user tower does not read, or that is
   *     one of users
   */
  static List<RequestValue> of(
      TrainedRun run,
      ModelScorer scorer,
      int user,
      Map<String, List<String>> given,
      List<String> notes) {
    List<FeatureColumn> columns = columns(run);
    List<String> names = columns.stream().map(FeatureColumn::name).toList();
    for (String name : given.keySet()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "--feature: received '%s' for a user of the log; allowed: %s"
                .formatted(
                    name,
                    names.isEmpty()
                        ? "none, since the user tower of "
                            + run.directory().path()
                            + " reads no values of requests (user.features with context.NAME), and"
                            + " what it reads of users is in the log"
                        : Suggestion.among(name, names)));
      }
    }
    int last = scorer.request(user);
    List<RequestValue> values = new ArrayList<>();
    for (FeatureColumn column : columns) {
      List<String> texts = given.get(column.name());
      boolean own = texts != null;
      List<String> all = own ? texts : texts(column, last);
      GivenFeature read = GivenFeature.of(column, all);
      notes.addAll(read.notes());
      String value = all.isEmpty() ? null : String.join(" ", all);
      values.add(new RequestValue(column.name(), value, own, read));
    }
    return List.copyOf(values);
  }

  /** The features of requests that the user tower reads. */
  private static List<FeatureColumn> columns(TrainedRun run) {
    return run.model().users().features().stream()
        .filter(Feature::ofRequest)
        .map(feature -> run.model().sources().requests().feature(feature.name()))
        .toList();
  }

  /** What a request has: no text where the value is missing, several of a list. */
  private static List<String> texts(FeatureColumn column, int request) {
    if (request == TowerInputs.NO_REQUEST) {
      return List.of();
    }
    return switch (column.kind()) {
      case NUMERIC -> {
        float value = column.value(request);
        yield Float.isNaN(value) ? List.of() : List.of(Float.toString(value));
      }
      case CATEGORICAL -> {
        int code = column.code(request);
        yield code == 0 ? List.of() : List.of(column.text(code));
      }
      case MULTI -> Arrays.stream(column.codes(request)).mapToObj(column::text).toList();
      case VECTOR -> throw new AssertionError(column.name());
    };
  }
}
