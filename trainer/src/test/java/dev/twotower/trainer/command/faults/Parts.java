package dev.twotower.trainer.command.faults;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.PartedWriter;
import dev.twotower.data.dataset.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** A data set of parts, as a cluster writes it: here of one. */
public final class Parts {
  private Parts() {}

  public static void of(Path data, Path to) throws IOException {
    try (PartedWriter writer = PartedWriter.create(to);
        Dataset whole = Dataset.open(data)) {
      Path staged = writer.path();
      int[] itemRows = new int[2 * whole.items()];
      for (Split split : new Split[] {Split.TRAIN, Split.VALIDATION}) {
        Interactions rows = whole.interactions(split);
        for (long row = 0; row < rows.rows(); row++) {
          itemRows[split.ordinal() * whole.items() + rows.item(row)]++;
        }
      }
      Folders.copy(data, PartedWriter.attempt(staged, 0, 0));
      PartedWriter.keep(staged, 0, 0, IntStream.range(0, whole.users()).toArray(), itemRows);
      Manifest manifest = whole.manifest();
      writer.commit(1, manifest.split(), manifest.provenance());
    }
  }
}
