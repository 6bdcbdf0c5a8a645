package dev.twotower.trainer.ids.vectors;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where item vectors can be made again: one of a run, a file and features, with what goes with it.
 *
 * @param run directory of a run; null where they are not of one
 * @param vectors a file; null where they are not of one
 * @param features columns of the data set; null where they are not of columns
 * @param data directory of the data set, where one was named; else null
 * @param dimension length of vectors made from features
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VectorOrigin(
    String run, String vectors, List<String> features, String data, int dimension) {

  /** As options name it; what is not given is null. Paths are kept whole. */
  public static VectorOrigin of(
      Path run, Path vectors, List<String> features, Optional<Path> data, int dimension) {
    return new VectorOrigin(
        whole(run), whole(vectors), features, whole(data.orElse(null)), dimension);
  }

  private static String whole(Path path) {
    return path == null ? null : path.toAbsolutePath().normalize().toString();
  }
}
