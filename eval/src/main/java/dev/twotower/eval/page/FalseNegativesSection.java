package dev.twotower.eval.page;

import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.Report;

/** The share of false negatives by layout, batch size and mask, and what follows from it. */
final class FalseNegativesSection {
  private FalseNegativesSection() {}

  /** The section; empty where no batches were measured. */
  static String of(Report report) {
    if (report.falseNegatives().isEmpty()) {
      return "";
    }
    BatchTable table = new BatchTable("anchors without", "95 % interval");
    report
        .falseNegatives()
        .forEach(
            measured ->
                table.row(
                    measured,
                    Numbers.whole(measured.anchorsWithoutNegatives()),
                    measured.low() == null
                        ? "exact"
                        : Numbers.percent(measured.low())
                            + " to "
                            + Numbers.percent(measured.high())));
    String conclusions =
        report.conclusions().isEmpty()
            ? ""
            : "<ul>" + Section.items(report.conclusions()) + "</ul>";
    return Section.of(
        "false-negatives",
        "False negatives",
        "Share of in-batch negatives whose item the anchor's user engaged with in training: through"
            + " a row of the same user, or by collision with another user's row.",
        conclusions
            + Section.chart(
                "rates", "False-negative rate by layout and batch size, same user and collision")
            + Section.numbers(table.table()));
  }
}
