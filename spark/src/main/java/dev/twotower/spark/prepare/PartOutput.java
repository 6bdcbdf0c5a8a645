package dev.twotower.spark.prepare;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetSchema;
import dev.twotower.data.dataset.DatasetWriter;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.MemoryEntityTable;
import dev.twotower.data.dataset.PartedWriter;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.imports.RepeatedRows;
import dev.twotower.data.odd.LogCensus;
import dev.twotower.data.odd.LogTally;
import dev.twotower.data.odd.LogTimes;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
   * What a part came to.
   *
   * @param rows rows read
   * @param resolved rows that duplicates were resolved to
   * @param ofKinds rows written of each kind of feedback, or in all
   * @param repeats rows that repeat another in all that is stored of them
   * @param users those of the part
   * @param requests those of its users
   * @param times when rows are; null where they have positions, or there are none
   */
  record Written(
      int part,
      long rows,
      long resolved,
      long[] ofKinds,
      long repeats,
      LogCensus.Groups users,
      LogCensus.Groups requests,
      LogTimes times)
      implements Serializable {
    static Written of(
        int part, long rows, long resolved, long[] ofKinds, long repeats, LogCensus census) {
      return new Written(
          part,
          rows,
          resolved,
          ofKinds,
          repeats,
          census.users(),
          census.requests(),
          census.times().orElse(null));
    }

    /** Of items it says nothing. */
    LogCensus census() {
      return new LogCensus(
          written(), users, requests, new LogCensus.Items(0, 0), Optional.ofNullable(times));
    }

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
      LogTally tally = new LogTally(items.items(), timed);
      RepeatedRows repeats = new RepeatedRows();
      int requests = 0;
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
            tally.row(ids.size(), requests, row.item(), row.time());
            repeats.row(requests, row.item(), row.time(), (float) row.weight(), row.context());
            int kind = rules.kinds() ? row.kind() - 1 : 0;
            written[kind]++;
            if (row.split() < 2) {
              itemRows[(2 * kind + row.split()) * items.items() + row.item()]++;
            }
          }
          requests++;
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
      return Written.of(part, rows, resolved, written, repeats.repeats(), tally.census());
    }
  }
}
