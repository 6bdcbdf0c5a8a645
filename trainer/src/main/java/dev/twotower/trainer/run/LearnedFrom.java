package dev.twotower.trainer.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.twotower.data.BadDataException;
import java.nio.file.Path;

/**
 * {@code data.json}: the data set that a run was started on, so that the run alone is enough to go
 * on with it. Never changed; runs of earlier versions have none.
 *
 * @param dataset its directory
 * @param datasetChecksum SHA-256 of its manifest
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record LearnedFrom(String dataset, String datasetChecksum) {
  static final String FILE = "data.json";

  static LearnedFrom of(Path dataset) {
    return new LearnedFrom(
        dataset.toAbsolutePath().normalize().toString(), RunDirectory.checksum(dataset));
  }

  Path place() {
    return Path.of(dataset);
  }

  /** Whether the data set is still where it was. */
  boolean isThere() {
    return isAt(place());
  }

  /** Whether a directory holds this data set, and not another one or none. */
  boolean isAt(Path directory) {
    try {
      return RunDirectory.checksum(directory).equals(datasetChecksum);
    } catch (BadDataException | IllegalArgumentException none) {
      return false;
    }
  }
}
