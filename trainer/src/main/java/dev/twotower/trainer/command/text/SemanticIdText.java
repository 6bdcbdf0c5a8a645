package dev.twotower.trainer.command.text;

import static dev.twotower.trainer.command.text.TextTable.decimal;
import static dev.twotower.trainer.command.text.TextTable.percent;

import dev.twotower.data.message.Amount;
import dev.twotower.data.message.ProgramName;
import dev.twotower.eval.page.Sheet;
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
  private static final String NO_TREE = "No category tree to compare with.";

  private SemanticIdText() {}

  /**
   * The page of {@code quantize --html}.
   *
   * @param source what the vectors are
   */
  public static String page(SemanticIdReport report, String source) {
    Sheet sheet =
        new Sheet(
                "Semantic IDs of",
                source,
                "%s in codes of %s: %s of their variance is lost, and %s of the codes are unique."
                    .formatted(
                        Amount.of(report.items(), "item"),
                        Amount.of(report.levels(), "number"),
                        percent(report.reconstructionError()),
                        percent(report.uniqueness().codes())),
                "Coarse to fine; `browse` shows the items under a prefix.")
            .answer(
                "Does an ID name one item?",
                "%s of the items have a code of their own, %s with the token that follows it; the fullest code has %s."
                    .formatted(
                        percent(report.uniqueness().codes()),
                        percent(report.uniqueness().ids()),
                        Amount.of(report.uniqueness().largest(), "item")))
            .answer("Do similar items share a prefix?", similarity(report))
            .answer(
                "Does the first number agree with the categories?",
                report.agreement() == null
                    ? NO_TREE
                    : "See the normalised mutual information (NMI) and purity below.")
            .bars(
                "Share of each level's codes that are used",
                List.of("used"),
                report.codebooks().stream()
                    .map(
                        level ->
                            new Sheet.Bar(
                                "level %d, %s".formatted(level.level(), codes(level)),
                                List.of(level.utilisation()),
                                percent(level.utilisation())))
                    .toList())
            .section("levels", "Levels", "", List.of(), levels(report).forPage());
    if (report.agreement() != null) {
      sheet.section(
          "agreement",
          "Prefixes against the category tree",
          "NMI and purity of each prefix for each level of the tree, 1 being the top.",
          List.of(),
          tree(report).forPage());
    }
    return sheet.html();
  }

  private static String codes(Codebooks level) {
    return Amount.of(level.size(), "code");
  }

  public static String of(SemanticIdReport report, Path out, double seconds) {
    String summary =
        String.format(
            Locale.ROOT,
            "%s: %s in %.1f s; reconstruction error %s; %s of the codes unique, %s with the token;"
                + " the fullest code has %s",
            out,
            Amount.of(report.items(), "item"),
            seconds,
            percent(report.reconstructionError()),
            percent(report.uniqueness().codes()),
            percent(report.uniqueness().ids()),
            Amount.of(report.uniqueness().largest(), "item"));
    return String.join(
        System.lineSeparator().repeat(2),
        summary,
        levels(report).toString(),
        agreement(report),
        similarity(report),
        "next: " + ProgramName.command("browse --codes %s", out));
  }

  private static String similarity(SemanticIdReport report) {
    PrefixSimilarity similarity = report.similarity();
    return "Similarity against shared levels (Spearman): %s over %s, %s over %s balanced by levels; %s with cosine 0.9 and up"
        .formatted(
            decimal(similarity.spearman()),
            PrefixSimilarity.ofAllPairs(report.items()) ? "all pairs" : "random pairs",
            similarity.spearmanBalanced() == null
                ? "too few to say"
                : decimal(similarity.spearmanBalanced()),
            Amount.of(similarity.balancedPairs(), "pair"),
            Amount.of(similarity.nearPairs(), "pair"));
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
    return report.agreement() == null ? NO_TREE : tree(report).toString();
  }

  private static TextTable tree(SemanticIdReport report) {
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
    return table;
  }
}
