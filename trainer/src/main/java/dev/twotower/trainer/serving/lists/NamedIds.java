package dev.twotower.trainer.serving.lists;

import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.NearIds;
import dev.twotower.data.message.Received;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Users or items that were asked for.
 *
 * @param numbers dense indices, in the order asked for
 * @param unknown how many ids that the data set does not have
 * @param example the first of these in quotes, with other spellings that the data set has; empty
 *     where there is none
 */
public record NamedIds(int[] numbers, int unknown, String example) {
  /** All of a table. */
  public static NamedIds all(EntityTable table) {
    return new NamedIds(IntStream.range(0, table.size()).toArray(), 0, "");
  }

  /**
   * Those of a file with an id a line; an id that comes twice counts once.
   *
   * @param what they are, for messages
   * @throws IllegalArgumentException when none of them is known
   */
  public static NamedIds of(Path file, EntityTable table, String what) {
    String[] ids = IdFile.read(file);
    int[] numbers = new int[ids.length];
    int known = 0;
    String example = "";
    for (String id : ids) {
      OptionalInt number = table.index(id);
      if (number.isPresent()) {
        numbers[known++] = number.getAsInt();
      } else if (example.isEmpty()) {
        example = Received.quoted(id) + NearIds.hint(table, id);
      }
    }
    if (known == 0) {
      throw new IllegalArgumentException(
          "%s: none of its %d lines is one of the log's %s%s; allowed: an id a line, for example %s"
              .formatted(
                  file,
                  ids.length,
                  what,
                  ids.length == 0 ? "" : ", such as " + example,
                  IntStream.range(0, Math.min(3, table.size())).mapToObj(table::id).toList()));
    }
    return new NamedIds(
        IntStream.of(numbers).limit(known).distinct().toArray(), ids.length - known, example);
  }
}
