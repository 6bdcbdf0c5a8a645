package dev.twotower.trainer.serving.recommend;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.ProgramName;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.hnsw.HnswIndex;
import dev.twotower.trainer.serving.hnsw.IndexRecall;
import dev.twotower.trainer.serving.lists.ItemChoice;
import dev.twotower.trainer.serving.lists.SeenItems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The items that an index finds for a user, in the place of the whole catalogue.
 *
 * @param choice those of them that may be listed
 * @param width of the search
 * @param recall what the index was found to miss when it was made
 */
public record IndexedItems(ItemChoice choice, int width, IndexRecall recall) {
  private static final int LEAST_WIDTH = 200;

  /**
   * Searches an index.
   *
   * @param user an external id
   * @param k items wanted, besides those that the user engaged with
   * @param choice the items that may be listed
   * @throws BadDataException when the index is damaged or of another model
   */
  public static IndexedItems of(TrainedRun run, String user, int k, ItemChoice choice, Path index) {
    int number = Recommendation.find(run.data().userTable(), user);
    boolean other = Files.exists(index) && !Files.isRegularFile(index);
    boolean alone = Files.exists(index) && !Files.exists(IndexRecall.beside(index));
    if (other || alone) {
      throw new IllegalArgumentException(
          "--index: received '%s', which is %s; allowed: items.hnsw in the folder that export wrote, with items.hnsw.json beside it"
              .formatted(index, other ? "no file" : "no index, as no .json lies beside it"));
    }
    IndexRecall recall = IndexRecall.read(index);
    HnswIndex opened = HnswIndex.read(index);
    int wanted =
        (int) Math.min(opened.size(), k + (long) new SeenItems(run.data()).of(number).length);
    int width = Math.max(LEAST_WIDTH, wanted);
    int[] found;
    try (ModelScorer scorer = run.scorer(Split.TEST)) {
      float[] vector = scorer.userVectors(new int[] {number}, 0, 1);
      if (vector.length != opened.dimension()) {
        throw new BadDataException(
            "%s has vectors of %d numbers, the run has %d; name the index of this run"
                .formatted(index, opened.dimension(), vector.length));
      }
      OptionalInt stranger = opened.stranger(scorer.itemVectors().toFloatArray());
      if (stranger.isPresent()) {
        throw new BadDataException(
            "%s is not the index of this run: item %d of the catalogue has another vector there; name this run's, or make one with: %s"
                .formatted(index, stranger.getAsInt(), export(run)));
      }
      found = opened.nearest(vector, wanted, width);
    }
    Arrays.sort(found);
    int[] left =
        Arrays.stream(choice.items())
            .filter(item -> Arrays.binarySearch(found, item) >= 0)
            .toArray();
    return new IndexedItems(new ItemChoice(left, choice.unknownIds()), width, recall);
  }

  private static String export(TrainedRun run) {
    return ProgramName.command("export --run %s", run.directory().path())
        + run.directory().data().option(Optional.of(run.data().directory()))
        + " --to NEW --format hnsw";
  }
}
