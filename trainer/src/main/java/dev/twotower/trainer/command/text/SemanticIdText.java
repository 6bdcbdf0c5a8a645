package dev.twotower.trainer.command.text;

import static dev.twotower.trainer.command.text.TextTable.count;
import static dev.twotower.trainer.command.text.TextTable.decimal;
import static dev.twotower.trainer.command.text.TextTable.percent;

import dev.twotower.data.message.Amount;
import dev.twotower.trainer.ids.semantic.Agreement;
import dev.twotower.trainer.ids.semantic.Codebooks;
import dev.twotower.trainer.ids.semantic.PrefixSimilarity;
import dev.twotower.trainer.ids.semantic.SemanticIdReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The quality of semantic IDs as text for a terminal. */
public final class SemanticIdText {
  private SemanticIdText() {}

  public static String of(SemanticIdReport report, Path out, double seconds) {
    String summary =
        String.format(
            Locale.ROOT,
            "%s: %s in %.1f s; reconstruction error %s; %s of the codes unique, %s with the token; the fullest code has %s",
            out,
            Amount.of(report.items(), "item"),
            seconds,
            percent(report.reconstructionError()),
            percent(report.uniqueness().codes()),
            percent(report.uniqueness().ids()),
            Amount.of(report.uniqueness().largest(), "item"));
    PrefixSimilarity similarity = report.similarity();
    String correlation =
        "Similarity against shared levels (Spearman): %s over random pairs, %s over %s pairs balanced by levels; %s pairs with cosine 0.9 and up"
            .formatted(
                decimal(similarity.spearman()),
                similarity.spearmanBalanced() == null
                    ? "too few to say"
                    : decimal(similarity.spearmanBalanced()),
                count(similarity.balancedPairs()),
                count(similarity.nearPairs()));
    return String.join(
        System.lineSeparator().repeat(2),
        summary,
        levels(report).toString(),
        agreement(report),
        correlation,
        "next: twotower browse --codes " + out);
  }

  private static TextTable levels(SemanticIdReport report) {
    TextTable levels =
        new TextTable(
            "level", "codes", "used", "perplexity", "error up to it", "near pairs sharing it");
    for (Codebooks level : report.codebooks()) {
      levels.add(
          String.valueOf(level.level()),
          level.size(),
          percent(level.utilisation()),
          level.perplexity(),
          percent(report.prefixErrors().get(level.level() - 1)),
          percent(report.similarity().nearSharing().get(level.level() - 1)));
    }
    return levels;
  }

  private static String agreement(SemanticIdReport report) {
    if (report.agreement() == null) {
      return "No category tree to compare with.";
    }
    List<String> header = new ArrayList<>(List.of("NMI, purity"));
    int depths = report.agreement().stream().mapToInt(Agreement::treeLevel).max().orElse(0);
    for (int depth = 1; depth <= depths; depth++) {
      header.add("tree level " + depth);
    }
    TextTable table = new TextTable(header.toArray(String[]::new));
    for (int level = 1; level <= report.levels(); level++) {
      List<Object> cells = new ArrayList<>(List.of("prefix of " + level));
      for (Agreement each : report.agreement()) {
        if (each.level() == level) {
          cells.add(
              "%s, %s"
                  .formatted(decimal(each.normalisedMutualInformation()), percent(each.purity())));
        }
      }
      table.add(cells.toArray());
    }
    return table.toString();
  }
}
