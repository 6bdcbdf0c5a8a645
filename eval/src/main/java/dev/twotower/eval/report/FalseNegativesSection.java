package dev.twotower.eval.report;

import dev.twotower.eval.falsenegatives.FalseNegatives;

/** How many negatives are false, by layout, batch size and mask, and what follows from it. */
final class FalseNegativesSection {
  private FalseNegativesSection() {}

  /** The section; empty where no batches were measured. */
  static String of(Report report) {
    if (report.falseNegatives().isEmpty()) {
      return "";
    }
    Html.Table table = batchTable();
    report.falseNegatives().forEach(measured -> batchRow(table, measured));
    String conclusions =
        report.conclusions().isEmpty()
            ? ""
            : "<ul>" + Sections.items(report.conclusions()) + "</ul>";
    return Sections.section(
        "false-negatives",
        "False negatives",
        "Share of in-batch negatives whose item the anchor's user engaged with in training: through"
            + " a row of the same user, or by collision with another user's row.",
        conclusions
            + Sections.chart(
                "rates", "False-negative rate by layout and batch size, same user and collision")
            + Sections.numbers(table));
  }

  private static Html.Table batchTable() {
    return new Html.Table(
        "layout",
        "batch",
        "masks",
        "false",
        "same user",
        "collision",
        "effective users",
        "negatives per anchor",
        "anchors without",
        "rows per request",
        "95 % interval");
  }

  private static void batchRow(Html.Table table, FalseNegatives measured) {
    table.row(
        measured.layout().toString(),
        Numbers.whole(measured.batchSize()),
        measured.masks(),
        Numbers.percent(measured.falseNegativeRate()),
        Numbers.percent(measured.sameUserRate()),
        Numbers.percent(measured.collisionRate()),
        Numbers.oneDecimal(measured.effectiveUsers()),
        Numbers.oneDecimal(measured.validNegativesPerAnchor()),
        Numbers.whole(measured.anchorsWithoutNegatives()),
        Numbers.oneDecimal(measured.dedupRatio()),
        measured.low() == null
            ? "exact"
            : Numbers.percent(measured.low()) + " to " + Numbers.percent(measured.high()));
  }
}
