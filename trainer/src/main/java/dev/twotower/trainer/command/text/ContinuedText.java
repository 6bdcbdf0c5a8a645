package dev.twotower.trainer.command.text;

import static dev.twotower.trainer.command.text.TextTable.count;

import dev.twotower.data.message.Amount;
import dev.twotower.trainer.run.Continued;
import dev.twotower.trainer.run.Continued.Ancestor;
import dev.twotower.trainer.run.Continued.Drift;
import dev.twotower.trainer.run.Continued.TakenRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a run took over from another one, in words. */
public final class ContinuedText {
  private ContinuedText() {}

  /** A few lines. */
  public static String of(Continued continued) {
    Ancestor parent = continued.chain().get(0);
    List<String> lines = new ArrayList<>();
    lines.add(
        "from: %s, step %s, state of the optimisers %s%s"
            .formatted(
                parent.run(),
                count(parent.step()),
                continued.optimizer().equals("keep") ? "kept" : "fresh",
                continued.chain().size() == 1
                    ? ""
                    : ", run %d of a chain".formatted(continued.chain().size() + 1)));
    TextTable table =
        new TextTable("table", "rows taken over", "new", "of these by category", "dropped");
    for (TakenRows rows : continued.rows()) {
      table.add(
          rows.table(),
          count(rows.taken()),
          count(rows.fresh()),
          count(rows.ofCategory()),
          count(rows.dropped()));
    }
    lines.add(table.toString());
    continued.rows().stream()
        .filter(rows -> rows.table().equals("user") && 10L * rows.dropped() > known(rows))
        .map(ContinuedText::forgotten)
        .forEach(lines::add);
    if (continued.drift() != null) {
      lines.add(drift(continued.drift()));
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static long known(TakenRows rows) {
    return (long) rows.taken() + rows.dropped();
  }

  private static String forgotten(TakenRows rows) {
    return "note: %s of %s that the earlier run knew have no row in this log, and are unknown now; to keep them, import the old rows too"
        .formatted(count(rows.dropped()), Amount.of(known(rows), "user"));
  }

  private static String drift(Drift drift) {
    return String.format(
        Locale.ROOT,
        "drift: mean cosine %.4f between the old and new vectors of %s; %.1f %% of the %d"
            + " nearest of %s of them stayed",
        drift.meanCosine(),
        Amount.of(drift.items(), "item"),
        100 * drift.neighboursKept(),
        drift.neighbours(),
        count(drift.sampled()));
  }
}
