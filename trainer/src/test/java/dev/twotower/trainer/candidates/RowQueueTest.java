package dev.twotower.trainer.candidates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.masking.BatchIds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The ring against a plain queue; batches smaller and larger than it. */
class RowQueueTest {
  private static final int CATALOGUE = 9;

  private record Row(int user, int request, int item, double context) {}

  @Property
  void remembersTheLastRowsAndWhereTheirVectorsAre(
      @ForAll @IntRange(min = 1, max = 20) int capacity, @ForAll long seed) throws Exception {
    Random random = new Random(seed);
    RowQueue queue = new RowQueue(capacity, 1, CATALOGUE);
    ArrayDeque<Row> expected = new ArrayDeque<>();
    // What the engine keeps: in each slot the batch whose vector lies there.
    int[] vectorOfBatch = new int[capacity];
    int[] vectorOfItem = new int[capacity];
    Map<Integer, Integer> lastBatchOfItem = new HashMap<>();
    for (int number = 0; number < 12; number++) {
      if (random.nextInt(4) == 0) {
        queue = copy(queue, capacity);
      }
      BatchIds batch = new BatchIds(1);
      for (int row = 2 + random.nextInt(8); row > 0; row--) {
        Row added =
            new Row(
                random.nextInt(5),
                random.nextInt(50),
                random.nextInt(CATALOGUE),
                random.nextInt(3));
        batch.add(added.user, added.request, added.item, added.context);
        lastBatchOfItem.put(added.item, number);
        expected.add(added);
      }
      queue.remember(batch);
      while (expected.size() > capacity) {
        expected.remove();
      }
      for (int row = 0; row < batch.size(); row++) {
        int slot = queue.slot(batch.item(row));
        if (slot >= 0) {
          vectorOfBatch[slot] = number;
          vectorOfItem[slot] = batch.item(row);
        }
      }
      assertThat(rows(queue)).containsExactlyElementsOf(expected);
      for (int item = 0; item < CATALOGUE; item++) {
        int wanted = item;
        boolean there = expected.stream().anyMatch(row -> row.item == wanted);
        assertThat(queue.slot(item) >= 0).isEqualTo(there);
        if (there) {
          assertThat(vectorOfItem[queue.slot(item)]).isEqualTo(item);
          assertThat(vectorOfBatch[queue.slot(item)]).isEqualTo(lastBatchOfItem.get(item));
        }
      }
    }
  }

  @Example
  void aSavedQueueOfItemsThatAreNotThereIsRefused() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (int number : new int[] {1, 1, 0, 0, CATALOGUE}) { // next, size; user, request, item
      out.writeInt(number);
    }
    out.writeDouble(0);
    RowQueue queue = new RowQueue(8, 1, CATALOGUE);
    assertThatThrownBy(
            () -> queue.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("item " + CATALOGUE);
  }

  private static List<Row> rows(RowQueue queue) {
    BatchIds candidates = new BatchIds(1);
    queue.appendTo(candidates);
    List<Row> rows = new ArrayList<>();
    for (int at = 0; at < candidates.candidates(); at++) {
      rows.add(
          new Row(
              candidates.user(at),
              candidates.request(at),
              candidates.item(at),
              candidates.context(0, at)));
    }
    assertThat(rows).hasSize(queue.size());
    return rows;
  }

  private static RowQueue copy(RowQueue queue, int capacity) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    queue.write(new DataOutputStream(bytes));
    RowQueue copy = new RowQueue(capacity, 1, CATALOGUE);
    copy.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    return copy;
  }
}
