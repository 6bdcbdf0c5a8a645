package dev.twotower.data.generate;

import dev.twotower.data.dataset.DatasetSchema;
import dev.twotower.data.dataset.DatasetSchema.ContextSpec;
import dev.twotower.data.dataset.DatasetWriter;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/** Writes a synthetic data set; the package's description says what is in it. */
public final class Generator {
  /** The context column that says where a request was made. */
  public static final String SURFACE = "surface";

  private static final long TOLD_ROWS = 1 << 14;

  private Generator() {}

  /**
   * Generates a data set: requests, times since the epoch in whole seconds, the context column
   * {@link #SURFACE}, user features {@code segment} (their favourite department, wrong for a fifth
   * of them) and {@code region}, item features {@code category}, {@code department}, {@code words}
   * and {@code price}, a category tree, and the split that {@link GenerateRequest.HeldOut} names.
   * Equal requests write equal bytes.
   *
   * @param target a directory that does not exist yet
   * @return the manifest written
   * @throws IllegalArgumentException when the target exists, the tree has more leaves than items,
   *     or no user has enough requests to hold one out
   */
  public static Manifest generate(GenerateRequest request, Path target) {
    return generate(request, target, rows -> {});
  }

  /**
   * Generates a data set, and says how far it has come.
   *
   * @param written receives the rows written so far, every some thousand rows
   */
  public static Manifest generate(GenerateRequest request, Path target, LongConsumer written) {
    DatasetWriter.requireFree(target);
    Catalogue catalogue = Catalogue.create(request);
    var log = new SyntheticLog(request, catalogue);
    var schema =
        new DatasetSchema(
            Manifest.TimeUnit.EPOCH_MICROSECONDS,
            false,
            "log",
            List.of(ContextSpec.categorical(SURFACE, SyntheticLog.SURFACES)));
    long[] bySplit = new long[Split.values().length];
    try (DatasetWriter writer = DatasetWriter.create(target, schema)) {
      log.write(
          new SyntheticLog.Sink() {
            private long rows;

            @Override
            public void request(int user) {
              writer.request(user);
            }

            @Override
            public void row(Split split, int item, long time, int surface) {
              writer.row(split, item, time * 1_000_000, 1, surface);
              bySplit[split.index()]++;
              if (++rows % TOLD_ROWS == 0) {
                written.accept(rows);
              }
            }
          });
      if (bySplit[Split.TEST.index()] == 0) {
        throw new IllegalArgumentException(
            "cannot generate: split %s needs users with at least 3 requests, but no user has as many; ask for more rows a user or fewer rows a request (%s here), or leave-last-out"
                .formatted(request.heldOut(), request.requestRows()));
      }
      writer.users(SyntheticEntities.users(request, catalogue, log));
      writer.tree(catalogue.tree());
      writer.items(SyntheticEntities.items(request, catalogue.tree()));
      return writer.commit(
          request.heldOut().toString(), Manifest.Provenance.of("generate", options(request)));
    }
  }

  private static Map<String, String> options(GenerateRequest request) {
    var options = new LinkedHashMap<String, String>();
    options.put("users", String.valueOf(request.users()));
    options.put("items", String.valueOf(request.items()));
    options.put("rows", String.valueOf(request.rows()));
    options.put("seed", String.valueOf(request.seed()));
    options.put("tree", String.valueOf(request.tree()));
    options.put("requestRows", String.valueOf(request.requestRows()));
    options.put("activityTail", String.valueOf(request.activityTail()));
    options.put("requestTail", String.valueOf(request.requestTail()));
    options.put("popularityTail", String.valueOf(request.popularityTail()));
    options.put("taste", String.valueOf(request.taste()));
    options.put("days", String.valueOf(request.days()));
    options.put("split", String.valueOf(request.heldOut()));
    return options;
  }
}
