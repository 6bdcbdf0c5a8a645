package dev.twotower.trainer.command.text;

import static dev.twotower.trainer.command.text.TextTable.count;
import static dev.twotower.trainer.command.text.TextTable.decimal;
import static dev.twotower.trainer.command.text.TextTable.percent;

import dev.twotower.data.message.Amount;
import dev.twotower.trainer.bench.BenchReport;
import java.util.Locale;
import java.util.Map;

/** A benchmark's results as text for a terminal. */
public final class BenchText {
  private static final Map<String, String> MEANING =
      Map.of(
          "read", "ids of the batch's rows from the data set's files",
          "plan", "distinct requests and items, and what the masks remove",
          "wait", "for the batch to be read and planned",
          "towers", "gathering embedding rows, both towers forward and backward",
          "loss", "masked softmax and its gradient",
          "tables", "update of the embedding rows and the dense weights",
          "rest", "what no part accounts for");

  private BenchText() {}

  public static String of(BenchReport report) {
    TextTable table = new TextTable("", "");
    table.add(
        "measured", report.part() + ", engine " + report.engine() + ", loss " + report.lossForm());
    table.add("on", report.device() + ", " + Amount.of(report.threads(), "thread"));
    table.add("batch, B", count(report.batchSize()) + " rows");
    table.add("requests per batch", whole(report.distinctRequests()));
    table.add("user tower inputs", whole(report.userInputs()));
    table.add("item tower inputs", whole(report.distinctItems()));
    table.add("scores, R x M", whole(report.lossQueries()) + " x " + whole(report.lossColumns()));
    table.add("step", millis(report.stepMillis().median()));
    report.partMillis().forEach((part, millis) -> table.add("  " + part, part(report, part)));
    report
        .outsideMillis()
        .forEach((part, millis) -> table.add(part + " (not in the step)", millis(millis)));
    table.add("floor of the step", millis(report.floor().millis()));
    table.add("step / floor", decimal(report.stepMillis().median() / report.floor().millis()));
    table.add("examples/s", (long) report.examplesPerSecond());
    table.add("engine calls per step", report.engineCalls());
    table.add("own kernels and products per step", report.kernelCalls());
    table.add(
        "transfers per step, there and back", report.transfers() + " + " + report.hostReads());
    if (report.peakLossBytes() != null) {
      table.add("peak memory of the loss", decimal(report.peakLossBytes() / 1048576.0) + " MiB");
    }
    String end = System.lineSeparator();
    return table + end + end + legend(report, end);
  }

  private static String legend(BenchReport report, String end) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "step: median of %d, from %s to %s. Its parts are means over the middle half of the"
                + " steps by time, and add up to about the median:",
            report.steps(),
            millis(report.stepMillis().min()),
            millis(report.stepMillis().max())));
    report.partMillis().keySet().forEach(part -> explain(text, part, end));
    report.outsideMillis().keySet().forEach(part -> explain(text, part, end));
    if (report.waitShare() != null) {
      text.append(end)
          .append("read and plan run ahead on their own thread; steps waited for them ")
          .append(percent(report.waitShare()))
          .append(" of the time.");
    }
    return text.append(end)
        .append(
            "R: rows of the loss's matrix; with engine dedup one for each request, or user, that"
                + " towers and masks treat as one; with dense one for each row of the batch.")
        .append(end)
        .append(
            "M: its columns; with dedup one for each distinct item, with dense one for each row.")
        .append(end)
        .append(
            "floor: time for what no implementation of the same step avoids, 6 R M d operations of"
                + " the loss, the towers' and one read and one write of each embedding row, at this"
                + " device's measured rates, with as many threads.")
        .toString();
  }

  private static void explain(StringBuilder text, String part, String end) {
    text.append(end).append("  ").append(part).append(": ").append(MEANING.get(part)).append('.');
  }

  /** A part's time, beside its floor where it has one. */
  private static String part(BenchReport report, String part) {
    String millis = millis(report.partMillis().get(part));
    Double floor = report.floor().partMillis().get(part);
    return floor == null ? millis : millis + " (floor " + millis(floor) + ")";
  }

  private static String whole(double value) {
    return count(Math.round(value));
  }

  private static String millis(double value) {
    return decimal(value) + " ms";
  }
}
