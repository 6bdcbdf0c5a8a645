package dev.twotower.trainer.bench;

import dev.twotower.data.dataset.DatasetSchema;
import dev.twotower.data.dataset.DatasetWriter;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.FeatureColumn;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Permutation;
import dev.twotower.data.random.Streams;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * The log that batches are read from: requests of equal length, a few requests per user, items
 * drawn without repetition inside a request with chance proportional to {@code rank^-0.9}. Where
 * there are histories, each user has the same number of earlier rows in the validation split, so
 * that every history is full. Items are spread over the whole item table.
 */
final class RequestLog {
  /** Batches per epoch. */
  static final int BATCHES = 8;

  private static final double POPULARITY_TAIL = 0.9;
  private static final int TRIES = 8;

  private final BenchSettings settings;
  private final UniformRandomProvider random;
  private final Permutation places;
  private final double[] chanceBefore;

  private RequestLog(BenchSettings settings) {
    this.settings = settings;
    this.random = Streams.stream(settings.seed(), "bench.log");
    this.places = new Permutation(settings.items(), settings.seed(), "bench.items");
    this.chanceBefore = new double[settings.items()];
    double sum = 0;
    for (int rank = 0; rank < chanceBefore.length; rank++) {
      sum += Math.pow(rank + 1.0, -POPULARITY_TAIL);
      chanceBefore[rank] = sum;
    }
  }

  /** Writes the log as a data set to a directory that does not exist yet. */
  static void write(BenchSettings settings, Path target) {
    new RequestLog(settings).write(target);
  }

  private void write(Path target) {
    var schema = new DatasetSchema(Manifest.TimeUnit.ORDINAL, false, "log", List.of());
    int requests = BATCHES * settings.requests();
    int users = (requests - 1) / settings.requestsPerUser() + 1;
    try (DatasetWriter writer = DatasetWriter.create(target, schema)) {
      for (int request = 0; request < requests; request++) {
        int user = request / settings.requestsPerUser();
        if (request % settings.requestsPerUser() == 0 && settings.history() > 0) {
          writer.request(user);
          writeRows(writer, Split.VALIDATION, settings.history(), 0);
        }
        writer.request(user);
        long first = (long) request * settings.batchSize() / settings.requests();
        long end = (long) (request + 1) * settings.batchSize() / settings.requests();
        writeRows(writer, Split.TRAIN, (int) (end - first), settings.history() + first);
      }
      writer.users(new Numbered("u", users));
      writer.items(new Numbered("i", settings.itemRows()));
      writer.commit("given", Manifest.Provenance.of("bench", Map.of()));
    }
  }

  private void writeRows(DatasetWriter writer, Split split, int rows, long time) {
    int[] drawn = new int[rows];
    for (int row = 0; row < rows; row++) {
      int item = item();
      for (int tries = 1; tries < TRIES && contains(drawn, row, item); tries++) {
        item = item();
      }
      drawn[row] = item;
      writer.row(split, item, time + row, 1);
    }
  }

  private static boolean contains(int[] items, int count, int item) {
    // Long requests hold repetitions anyway: looking back a little keeps this linear.
    for (int i = Math.max(0, count - 64); i < count; i++) {
      if (items[i] == item) {
        return true;
      }
    }
    return false;
  }

  private int item() {
    double aim = random.nextDouble() * chanceBefore[chanceBefore.length - 1];
    int found = Arrays.binarySearch(chanceBefore, aim);
    int rank = Math.min(found >= 0 ? found + 1 : -found - 1, chanceBefore.length - 1);
    return (int) (places.at(rank) * (settings.itemRows() / settings.items()));
  }

  /** Entities that are only numbers, however many. */
  private record Numbered(String prefix, int size) implements EntityTable {
    @Override
    public String id(int index) {
      return prefix + index;
    }

    @Override
    public OptionalInt index(String externalId) {
      throw new UnsupportedOperationException("entities of a benchmark are not looked up");
    }

    @Override
    public String name(int index) {
      return id(index);
    }

    @Override
    public List<FeatureColumn> features() {
      return List.of();
    }

    @Override
    public FeatureColumn feature(String name) {
      throw new IllegalArgumentException("no feature '" + name + "'; a benchmark has none");
    }
  }
}
