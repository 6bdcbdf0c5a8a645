package dev.twotower.trainer.train;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * A log in which nothing but the words of a request's query decides what is liked: a colour and a
 * thing, in either order, and a word that says nothing. Each pair of four colours and three things
 * has five items. Every user has nine queries: seven for training, one for validation, one for the
 * test.
 */
public final class QueryLog {
  public static final int USERS = 60;
  public static final int ITEMS = 60;
  static final List<String> COLOURS = List.of("red", "blue", "green", "white");
  static final List<String> THINGS = List.of("shoes", "coat", "lamp");
  private static final List<String> REST = List.of("cheap", "new", "for", "the");

  private QueryLog() {}

  /** Writes it to a directory that does not exist yet. */
  public static Dataset write(Path folder) {
    return write(folder, false);
  }

  /**
   * Writes it.
   *
   * @param turned whether queries and words have other codes
   */
  static Dataset write(Path folder, boolean turned) {
    UniformRandomProvider random = Streams.stream(5, "query-log");
    List<List<String>> queries = new ArrayList<>();
    for (String colour : COLOURS) {
      for (String thing : THINGS) {
        for (String rest : REST) {
          queries.add(List.of(colour, rest, thing));
          queries.add(List.of(thing, colour));
        }
      }
    }
    List<List<String>> stored = new ArrayList<>(queries.stream().distinct().toList());
    if (turned) {
      Collections.reverse(stored);
    }
    DatasetBuilder builder =
        new DatasetBuilder()
            .listContext("query", stored)
            .categoricalContext("device", DeviceLog.DEVICES)
            .items(ITEMS);
    for (int user = 0; user < USERS; user++) {
      for (int nth = 0; nth < 9; nth++) {
        List<String> query = queries.get(random.nextInt(queries.size()));
        Split split = nth < 7 ? Split.TRAIN : nth == 7 ? Split.VALIDATION : Split.TEST;
        for (int row = 0; row < 2; row++) {
          builder.row(
              split,
              user,
              5 * pair(query) + random.nextInt(5),
              user * 9 + nth,
              (nth * 100L + row) * 1_000_000,
              1f,
              stored.indexOf(query) + 1,
              1 + user % 3);
        }
      }
    }
    return builder.write(folder);
  }

  /** Which of the twelve pairs of a colour and a thing a query names. */
  static int pair(List<String> query) {
    return THINGS.size() * place(COLOURS, query) + place(THINGS, query);
  }

  private static int place(List<String> of, List<String> query) {
    return IntStream.range(0, of.size())
        .filter(i -> query.contains(of.get(i)))
        .findFirst()
        .orElseThrow();
  }
}
