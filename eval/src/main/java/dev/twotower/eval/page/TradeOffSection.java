package dev.twotower.eval.page;

import dev.twotower.eval.comparison.FastestPoint;
import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.comparison.TradeOff;
import java.util.List;

/** The trade-off between what batches cost and what they give, drawn over layouts. */
final class TradeOffSection {
  private TradeOffSection() {}

  /** The section; empty where all arms have batches of one kind. */
  static String of(Report report) {
    if (kinds(report.tradeOff()) < 2) {
      return "";
    }
    BatchTable table =
        new BatchTable(
            "rows per step",
            "ms per step (median)",
            "examples/s",
            report.metric(),
            "95 % interval",
            "against the first");
    report.tradeOff().forEach(point -> row(table, report, point));
    return Section.of(
        "trade-off",
        "What layout and batch size cost and give",
        "From storage order on the left to shuffled rows on the right, a line for each batch size,"
            + " mask and other setting. A larger batch takes fewer steps per epoch. Examples per"
            + " second are the rows of a step divided by the median step time, which includes the"
            + " wait for data. "
            + report.speeds()
            + (lines(report.tradeOff()) > Sections.READABLE_ARMS
                ? " The charts show %d lines, the first arm's and those with the most points; the table below has all."
                    .formatted(Sections.READABLE_ARMS)
                : ""),
        FastestPoint.sentence(report).map(it -> "<p>" + Html.escape(it) + "</p>").orElse("")
            + Section.chart(
                "trade-map",
                report.metric() + " against speed, 95 % intervals over seeds and users")
            + "<div class=\"grid\">"
            + Section.chart("trade-metric", report.metric() + " by layout, 95 % intervals")
            + Section.chart("trade-step", "Step time by layout")
            + Section.chart("trade-false", "False-negative rate by layout")
            + Section.chart("trade-users", "Effective users of a batch by layout")
            + Section.chart("trade-dedup", "Rows per request by layout")
            + Section.chart("trade-speed", "Training speed by layout")
            + "</div>"
            + Section.numbers(table.table()));
  }

  private static long lines(List<TradeOff> points) {
    return points.stream()
        .map(each -> List.of(each.batchSize(), each.masksAndSettings()))
        .distinct()
        .count();
  }

  private static long kinds(List<TradeOff> points) {
    return points.stream().map(each -> List.of(each.layout(), each.batchSize())).distinct().count();
  }

  private static void row(BatchTable table, Report report, TradeOff point) {
    table.row(
        point,
        Numbers.oneDecimal(point.stepRows()),
        Numbers.oneDecimal(point.stepMillis()),
        report
            .arm(point.arm())
            .map(ArmsSection::speed)
            .orElseGet(() -> Numbers.whole(point.examplesPerSecond())),
        Numbers.metric(point.metric().mean()),
        Section.range(point.metric().low(), point.metric().high()),
        report
            .againstReference(point.arm())
            .map(
                pair ->
                    (pair.relative() == null ? "" : Numbers.signedPercent(pair.relative()) + ", ")
                        + pair.words())
            .orElse("reference"));
  }
}
