package dev.twotower.trainer.command.text;

import dev.twotower.data.message.Amount;
import dev.twotower.trainer.train.BatchExamination;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code train --replay} found, as text for a terminal. */
public final class ReplayText {
  private ReplayText() {}

  public static String of(BatchExamination found) {
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "step %d: %s, %s, %s, %.1f valid negatives per anchor, temperature %.6g",
            found.step(),
            Amount.of(found.rows(), "row"),
            Amount.of(found.queries(), "user vector"),
            Amount.of(found.columns(), "item vector"),
            found.validNegativesPerAnchor(),
            found.temperature()));
    found.losses().forEach((name, value) -> lines.add(format("%s: %.6g", name, value)));
    if (found.gradientNorms().isEmpty()) {
      lines.add("no gradients, since a loss is not finite");
    } else {
      lines.add(format("norm of all gradients: %.6g", found.gradientNorm()));
      found.gradientNorms().forEach((name, norm) -> lines.add(format("  %s: %.6g", name, norm)));
    }
    lines.add(
        found.firstNotFinite().isEmpty()
            ? "all of these are finite"
            : "first not finite: " + found.firstNotFinite());
    return String.join(System.lineSeparator(), lines);
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
