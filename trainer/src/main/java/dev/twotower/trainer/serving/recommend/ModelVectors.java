package dev.twotower.trainer.serving.recommend;

import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.dataset.TrainCounts;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.ModelCard;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.export.ExportFormat;
import dev.twotower.trainer.serving.export.VectorExport;
import dev.twotower.trainer.serving.hnsw.HnswIndex;
import dev.twotower.trainer.serving.hnsw.IndexRecall;
import dev.twotower.trainer.serving.onnx.OnnxTowers;
import dev.twotower.trainer.tensor.ArrayMatrix;
import dev.twotower.trainer.tensor.FloatMatrix;
import dev.twotower.trainer.tower.Feature;
import dev.twotower.trainer.vectorfile.ExportSeal;
import dev.twotower.trainer.vectorfile.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/** Exports the unit vectors of all users, as of the test split, and of all items; or the towers. */
public final class ModelVectors {
  private ModelVectors() {}

  /**
   * Exports a run.
   *
   * @param target directory to make
   * @return names of the files written
   * @throws IllegalArgumentException when the target exists
   */
  public static List<String> export(TrainedRun run, Path target, Set<ExportFormat> formats)
      throws IOException {
    return export(run, target, formats, false, done -> {});
  }

  /**
   * Exports a run, and says how far it has come.
   *
   * @param names whether the items' names are written as well
   * @param done receives the vectors written so far, of {@link
   *     dev.twotower.trainer.serving.export.ExportWork#total}
   */
  public static List<String> export(
      TrainedRun run, Path target, Set<ExportFormat> formats, boolean names, LongConsumer done)
      throws IOException {
    ModelCard card = run.directory().card();
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("similarity", "dot product of unit vectors; higher is better");
    metadata.put("temperature", card.temperature());
    metadata.put("step", card.step());
    metadata.put("datasetChecksum", card.datasetChecksum());
    boolean history = run.config().user().historyLength() > 0;
    List<String> ofRequests =
        run.model().users().features().stream()
            .filter(Feature::ofRequest)
            .map(Feature::name)
            .toList();
    boolean changes = history || !ofRequests.isEmpty();
    metadata.put(ExportSeal.USERS_AS_OF, changes ? ExportSeal.OF_TEST : ExportSeal.OF_ANY);
    if (!ofRequests.isEmpty()) {
      metadata.put(
          ExportSeal.USERS_IN,
          "each user's last request before the test rows, by its %s"
              .formatted(String.join(", ", ofRequests)));
    }
    try (ModelScorer scorer = run.scorer(Split.TEST)) {
      FloatMatrix items = new ArrayMatrix("items", scorer.itemVectors());
      return VectorExport.write(
          target,
          formats,
          List.of(
              new Named(new Users(scorer, run), run.data().userTable(), false, Optional.empty()),
              new Named(
                  items, run.data().itemTable(), names, Optional.of(run.data().trainCounts()))),
          metadata,
          directory -> {
            if (formats.contains(ExportFormat.HNSW)) {
              Path index = directory.resolve("items.hnsw");
              IndexRecall.measure(HnswIndex.read(index), scorer, run.data().users()).write(index);
            }
            if (formats.contains(ExportFormat.ONNX)) {
              OnnxTowers.write(run.model(), directory, VectorExport.texts(metadata));
            }
          },
          done);
    }
  }

  /** User vectors, computed as they are read. */
  private record Users(ModelScorer scorer, TrainedRun run) implements FloatMatrix {
    @Override
    public String name() {
      return "users";
    }

    @Override
    public int rows() {
      return run.data().users();
    }

    @Override
    public int dimension() {
      return run.config().dim();
    }

    @Override
    public void read(int from, int count, float[] into) {
      int[] users = new int[count];
      for (int i = 0; i < count; i++) {
        users[i] = from + i;
      }
      float[] vectors = scorer.userVectors(users, 0, count);
      System.arraycopy(vectors, 0, into, 0, vectors.length);
    }
  }

  /** Rows with the ids of a table. */
  private record Named(
      FloatMatrix matrix, EntityTable table, boolean named, Optional<TrainCounts> counts)
      implements Vectors {
    @Override
    public boolean counted() {
      return counts.isPresent();
    }

    @Override
    public int popularity(int row) {
      return counts.map(each -> each.rows(row)).orElse(0);
    }

    @Override
    public String name() {
      return matrix.name();
    }

    @Override
    public int rows() {
      return matrix.rows();
    }

    @Override
    public int dimension() {
      return matrix.dimension();
    }

    @Override
    public String id(int row) {
      return table.id(row);
    }

    @Override
    public String label(int row) {
      return table.name(row);
    }

    @Override
    public void read(int from, int count, float[] into) {
      matrix.read(from, count, into);
    }
  }
}
