package dev.twotower.trainer.rounds;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.BatchSampler;
import dev.twotower.data.sampling.RowBatch;
import dev.twotower.data.sampling.SamplerFactory;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.config.RunConfig;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a part's batches of a round are made of, for the other parts, which have these items as
 * candidates.
 *
 * @param batches of the round
 * @param items of the batches' rows, in their order; 4 bytes a row in its file
 */
record ComingRows(int batches, int[] items) {
  static final String FILE = "rows.bin";

  /**
   * Reads the rows of batches without training on them.
   *
   * @param part as the run learns from it
   * @param config the part's
   * @param from where the first batch comes from
   */
  static ComingRows read(
      Dataset part, RunConfig config, RoundPlan plan, int round, SamplerPosition from) {
    if (from.epoch() != plan.epoch(round)) {
      return new ComingRows(0, new int[0]);
    }
    Interactions train = part.interactions(Split.TRAIN);
    BatchSampler sampler =
        SamplerFactory.of(config.layout()).create(train, config.batchSize(), config.seed());
    sampler.resume(from);
    long end = plan.end(round, sampler.batchesPerEpoch());
    RowBatch batch = new RowBatch(config.batchSize());
    IntArrayList items = new IntArrayList();
    int batches = 0;
    while (from.batch() + batches < end && sampler.next(batch)) {
      batches++;
      for (int row = 0; row < batch.size(); row++) {
        items.add(train.item(batch.place(row)));
      }
    }
    return new ComingRows(batches, items.toIntArray());
  }

  void write(Path folder) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(Files.newOutputStream(folder.resolve(FILE))))) {
      out.writeInt(batches);
      out.writeInt(items.length);
      for (int item : items) {
        out.writeInt(item);
      }
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException when the run was begun by a version that wrote none
   * @throws BadDataException when the file is not as it was written
   */
  static ComingRows read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "'%s' is not there: an earlier version began the run, whose batches drew the other parts' items, or somebody removed it; train again, or go on with that version"
              .formatted(folder));
    }
    RoundFiles.check(folder);
    Path file = folder.resolve(FILE);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      int batches = in.readInt();
      int[] items = new int[in.readInt()];
      for (int row = 0; row < items.length; row++) {
        items[row] = in.readInt();
      }
      return new ComingRows(batches, items);
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }
}
