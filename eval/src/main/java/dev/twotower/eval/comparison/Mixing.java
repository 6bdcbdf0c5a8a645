package dev.twotower.eval.comparison;

import dev.twotower.data.sampling.Layout;
import java.util.Comparator;
import java.util.List;

/**
 * How far a layout mixes users, from storage order to IID: {@code sorted}, growing buffers of ever
 * smaller pieces, {@code iid}.
 */
final class Mixing {
  static final Comparator<Layout> ORDER =
      Comparator.comparing((Layout layout) -> key(layout).get(0))
          .thenComparing(layout -> key(layout).get(1));

  private Mixing() {}

  /** Two numbers by which layouts are sorted, the first one first. */
  static List<Long> key(Layout layout) {
    if (layout instanceof Layout.Requests requests) {
      return List.of((long) requests.buffer(), -(long) requests.piece());
    }
    return List.of(layout instanceof Layout.Sorted ? 0L : Long.MAX_VALUE >> 11, 0L);
  }
}
