package dev.twotower.trainer.command.faults;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetSchema;
import dev.twotower.data.dataset.DatasetWriter;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.MemoryEntityTable;
import dev.twotower.data.dataset.PartedWriter;
import dev.twotower.data.dataset.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** A data set of parts, as a cluster writes it. */
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

  /**
   * Parts of a log without contexts and weights.
   *
   * @param partOf the part that a user goes to
   */
  public static void of(Path data, Path to, int parts, IntUnaryOperator partOf) throws IOException {
    try (PartedWriter writer = PartedWriter.create(to);
        Dataset whole = Dataset.open(data)) {
      for (int part = 0; part < parts; part++) {
        int own = part;
        int[] users =
            IntStream.range(0, whole.users())
                .filter(user -> partOf.applyAsInt(user) == own)
                .toArray();
        int[] itemRows = write(whole, users, PartedWriter.attempt(writer.path(), part, 0));
        PartedWriter.keep(writer.path(), part, 0, users, itemRows);
      }
      Manifest manifest = whole.manifest();
      writer.commit(parts, manifest.split(), manifest.provenance());
    }
  }

  private static int[] write(Dataset whole, int[] users, Path to) {
    Manifest manifest = whole.manifest();
    int[] itemRows = new int[2 * whole.items()];
    DatasetSchema schema =
        new DatasetSchema(
            manifest.schema().time(), false, Manifest.Schema.ONE_REQUEST_PER_USER, List.of());
    try (DatasetWriter writer = DatasetWriter.create(to, schema)) {
      for (int user = 0; user < users.length; user++) {
        writer.request(user);
        for (Split split : Split.values()) {
          Interactions rows = whole.interactions(split);
          for (long row = rows.userStart(users[user]); row < rows.userEnd(users[user]); row++) {
            writer.row(split, rows.item(row), rows.time(row), rows.weight(row));
            if (split != Split.TEST) {
              itemRows[split.ordinal() * whole.items() + rows.item(row)]++;
            }
          }
        }
      }
      List<String> ids = Arrays.stream(users).mapToObj(whole.userTable()::id).toList();
      writer.users(new MemoryEntityTable(ids, List.of(), List.of()));
      writer.items(whole.itemTable());
      writer.commit(manifest.split(), manifest.provenance());
    }
    return itemRows;
  }
}
