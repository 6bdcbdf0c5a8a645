package dev.twotower.spark.prepare;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetSchema;
import dev.twotower.data.dataset.DatasetWriter;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.MemoryEntityTable;
import dev.twotower.data.dataset.PartedWriter;
import dev.twotower.data.dataset.Split;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes a part; runs on an executor.
 *
 * @param staged where parts go, seen by all
 * @param catalogue the data set with the items
 * @param timed whether times are moments
 * @param weighted whether rows have weights
 * @param requests where requests come from
 * @param contexts names of the context columns
 * @param texts of each context, in the order of its codes from 1; null for numbers
 * @param rules what becomes of a user's rows
 */
record PartOutput(
    String staged,
    String catalogue,
    boolean timed,
    boolean weighted,
    String requests,
    List<String> contexts,
    List<List<String>> texts,
    UserRules rules)
    implements Serializable {

  /**
   * What a part came to: rows read, rows that duplicates were resolved to, and rows written, of
   * each kind of feedback and in all.
   */
  record Written(int part, long rows, long resolved, long[] ofKinds) implements Serializable {
    long written() {
      return Arrays.stream(ofKinds).sum();
    }
  }

  Written write(int part, long attempt, PartRows users) throws IOException {
    Path to = PartedWriter.attempt(Path.of(staged), part, attempt);
    List<DatasetSchema.ContextSpec> specs = new ArrayList<>();
    for (int c = 0; c < contexts.size(); c++) {
      specs.add(
          texts.get(c) == null
              ? DatasetSchema.ContextSpec.numeric(contexts.get(c))
              : DatasetSchema.ContextSpec.categorical(contexts.get(c), texts.get(c)));
    }
    DatasetSchema schema =
        new DatasetSchema(
            timed ? Manifest.TimeUnit.EPOCH_MICROSECONDS : Manifest.TimeUnit.ORDINAL,
            weighted,
            requests,
            specs);
    Split[] splits = Split.values();
    IntArrayList numbers = new IntArrayList();
    List<String> ids = new ArrayList<>();
    long rows = 0;
    long resolved = 0;
    long[] written = new long[rules.kinds() ? texts.get(0).size() : 1];
    try (Dataset items = Dataset.open(Path.of(catalogue));
        DatasetWriter writer = DatasetWriter.create(to, schema)) {
      int[] itemRows = new int[Math.multiplyExact(2 * written.length, items.items())];
      while (users.hasNext()) {
        PartRows.User user = users.next();
        rows += user.rows().size();
        List<List<UserRow>> found = rules.requests(user.rows());
        resolved += found.stream().mapToInt(List::size).sum();
        for (List<UserRow> request : rules.split(user.number(), found)) {
          writer.request(ids.size());
          for (UserRow row : request) {
            writer.row(
                splits[row.split()], row.item(), row.time(), (float) row.weight(), row.context());
            int kind = rules.kinds() ? row.kind() - 1 : 0;
            written[kind]++;
            if (row.split() < 2) {
              itemRows[(2 * kind + row.split()) * items.items() + row.item()]++;
            }
          }
        }
        numbers.add(user.number());
        ids.add(user.id());
      }
      writer.users(new MemoryEntityTable(ids, List.of(), List.of()));
      items.tree().ifPresent(writer::tree);
      writer.items(items.itemTable());
      writer.commit(
          rules.rule(), Manifest.Provenance.of("part", Map.of("part", String.valueOf(part))));
      PartedWriter.keep(Path.of(staged), part, attempt, numbers.toIntArray(), itemRows);
    }
    return new Written(part, rows, resolved, written);
  }
}
