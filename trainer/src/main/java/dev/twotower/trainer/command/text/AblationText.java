package dev.twotower.trainer.command.text;

import dev.twotower.data.message.Amount;
import dev.twotower.eval.page.Sheet;
import dev.twotower.eval.stats.Estimate;
import dev.twotower.trainer.ids.ablation.AblationReport;
import dev.twotower.trainer.ids.ablation.AblationRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** An ablation as text for a terminal. */
public final class AblationText {
  private static final String NMI = "nmi.prefix1.tree1";

  private AblationText() {}

  public static String of(AblationReport report, Path out) {
    String gap = System.lineSeparator().repeat(2);
    String head =
        "%s, vectors of %s from %s, seeds %s; mean +- half the 95 %% interval"
            .formatted(
                Amount.of(report.items(), "item"),
                Amount.of(report.dimension(), "number"),
                report.source(),
                report.seeds());
    StringBuilder text = new StringBuilder(head);
    text.append(gap).append(table(report, arm -> arm.settings().mislabelled() == 0));
    if (report.arms().stream().anyMatch(arm -> arm.settings().mislabelled() > 0)) {
      text.append(gap)
          .append("Items moved to a wrong category, under the true tree:")
          .append(gap)
          .append(table(report, arm -> arm.settings().mislabelled() > 0));
    }
    return text.append(gap)
        .append("All figures: ")
        .append(out.resolve(AblationRun.REPORT))
        .toString();
  }

  /** The page of {@code quantize --ablate --html}. */
  public static String page(AblationReport report) {
    boolean wrong = report.arms().stream().anyMatch(arm -> arm.settings().mislabelled() > 0);
    Sheet sheet =
        new Sheet(
                "What the category tree does to semantic IDs of",
                report.source(),
                "%s, %s, %s."
                    .formatted(
                        Amount.of(report.arms().size(), "arm"),
                        Amount.of(report.items(), "item"),
                        Amount.of(report.seeds().size(), "seed")),
                "Mean +- half the 95 % interval over seeds. `to no tree` is the ratio to the arm"
                    + " with weight 0.")
            .bars(
                "NMI of the first number with the tree's first level",
                List.of("NMI"),
                report.arms().stream()
                    .filter(arm -> arm.metrics().containsKey(NMI))
                    .map(
                        arm ->
                            new Sheet.Bar(
                                arm.name(),
                                List.of(arm.metrics().get(NMI).mean()),
                                cell(arm.metrics().get(NMI), 3)))
                    .toList())
            .section(
                "arms",
                "Arms",
                "",
                List.of(),
                table(report, arm -> arm.settings().mislabelled() == 0).forPage());
    if (wrong) {
      sheet.section(
          "mislabelled",
          "Items moved to a wrong category",
          "Under the true tree.",
          List.of(),
          table(report, arm -> arm.settings().mislabelled() > 0).forPage());
    }
    return sheet.html();
  }

  private static TextTable table(AblationReport report, Predicate<AblationReport.Arm> wanted) {
    TextTable table =
        new TextTable(
            "arm",
            "error",
            "to no tree",
            "NMI 1",
            "to no tree",
            "used, least",
            "unique",
            "Spearman",
            "near pairs in 1",
            "positive pairs");
    for (AblationReport.Arm arm : report.arms()) {
      if (wanted.test(arm)) {
        Map<String, Estimate> own = arm.metrics();
        Map<String, Estimate> ratio = arm.againstNoTree();
        table.add(
            arm.name(),
            cell(own.get("reconstructionError"), 4),
            cell(ratio.get("reconstructionError"), 3),
            cell(own.get(NMI), 3),
            cell(ratio.get(NMI), 2),
            leastUsed(own),
            cell(own.get("uniqueCodes"), 3),
            cell(own.get("spearmanBalanced"), 3),
            cell(own.get("nearSharing.1"), 3),
            positivePairs(own));
      }
    }
    return table;
  }

  private static String cell(Estimate estimate, int decimals) {
    if (estimate == null) {
      return "-";
    }
    String number = "%." + decimals + "f";
    return String.format(
        Locale.ROOT,
        number + " +- " + number,
        estimate.mean(),
        (estimate.high() - estimate.low()) / 2);
  }

  /** The least mean utilisation of any level. */
  private static String leastUsed(Map<String, Estimate> metrics) {
    return TextTable.percent(
        metrics.entrySet().stream()
            .filter(metric -> metric.getKey().startsWith("utilisation."))
            .mapToDouble(metric -> metric.getValue().mean())
            .min()
            .orElse(0));
  }

  /** Pairs of one leaf and of siblings. */
  private static String positivePairs(Map<String, Estimate> metrics) {
    return metrics.containsKey("sameLeafPairs")
        ? TextTable.percent(
            metrics.get("sameLeafPairs").mean() + metrics.get("siblingPairs").mean())
        : "-";
  }
}
