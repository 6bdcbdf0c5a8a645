package dev.twotower.trainer.command.text;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.falsenegatives.BatchColumn;
import dev.twotower.eval.falsenegatives.Conclusion;
import dev.twotower.eval.falsenegatives.Diagnosis;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.falsenegatives.LogShape;
import dev.twotower.eval.falsenegatives.Recipe;
import dev.twotower.eval.page.Sheet;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code diagnose} found, as a document and for a person to read. */
public final class DiagnosisText {
  private static final Map<String, String> QUESTIONS =
      Map.of(
          "Worst", "Where is it worst?",
          "Mask", "Which mask helps?",
          "Layout", "Which layout helps?",
          "Pool", "How many users do the negatives come from?",
          "Anchors", "Which rows teach nothing?",
          "Recipe", "What would train choose?",
          "Nothing to repair", "What is to repair?");

  private DiagnosisText() {}

  /**
   * One entry of the document.
   *
   * @param recipe true where it is what {@code train} would choose for the log and this size of
   *     batches; else absent
   * @param rankSeen of a recipe, the value of evaluation.rankSeen with which it is chosen
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Entry(
      @JsonUnwrapped FalseNegatives measured, Boolean recipe, Boolean rankSeen, String conclusion) {
    /** What was measured on a log of some shape, with the sentence that it comes to. */
    public static Entry of(FalseNegatives measured, LogShape shape, List<AdvisedRecipe> recipes) {
      Optional<Boolean> rankSeen =
          recipes.stream()
              .flatMap(each -> each.rankSeen(DiagnosisText.recipe(measured)).stream())
              .findFirst();
      return new Entry(
          measured,
          rankSeen.isPresent() ? true : null,
          rankSeen.orElse(null),
          Conclusion.of(measured, shape).sentence());
    }
  }

  /**
   * A table, and what follows from it.
   *
   * @param verbose whether the conclusion of each combination is told
   */
  public static String of(
      List<Entry> entries, LogShape shape, List<AdvisedRecipe> recipes, boolean verbose) {
    BatchTable table = table(entries);
    List<String> lines =
        new ArrayList<>(Diagnosis.lines(entries.stream().map(Entry::measured).toList(), shape));
    recipes.forEach(recipe -> lines.add(recipe(entries, shape, recipe)));
    if (verbose) {
      lines.add("");
      entries.stream().map(Entry::conclusion).distinct().forEach(lines::add);
    } else if (entries.size() > 1) {
      lines.add("Use --verbose for the conclusion of each combination.");
    }
    String end = System.lineSeparator();
    return table + end + end + Fold.forTerminal(String.join(end, lines));
  }

  /** What train would choose, and what came of it if it was among what was measured. */
  private static String recipe(List<Entry> entries, LogShape shape, AdvisedRecipe advised) {
    Recipe recipe = advised.recipe();
    boolean ownSize = recipe.batchSize() == Recipe.batchSize(shape.rows());
    String size = TextTable.count(recipe.batchSize());
    String ranking =
        advised.withSeen().isPresent() ? ", as by default it ranks no items that a user had" : "";
    return "Recipe: %strain would choose layout %s and masks %s%s for this log%s%s.%s%s"
        .formatted(
            ownSize ? "" : "in batches of %s (batchSize=%d), ".formatted(size, recipe.batchSize()),
            recipe.layout(),
            recipe.masks(),
            ownSize ? " in batches of " + size : "",
            advised.rankSeen() ? " with --set evaluation.rankSeen=true" : ranking,
            measured(entries, recipe)
                .map(
                    each ->
                        ": %s of its negatives are false, and they come from %s effective users"
                            .formatted(
                                TextTable.percent(each.falseNegativeRate()),
                                Numbers.oneDecimal(each.effectiveUsers())))
                .orElse("; compare takes it as the arm `recipe`"),
            sorted(entries, recipe),
            advised.withSeen().map(each -> withSeen(entries, each)).orElse(""));
  }

  /** What the recipe's layout is for where users are mixed enough without it. */
  private static String sorted(List<Entry> entries, Recipe recipe) {
    return recipe.layout() instanceof Layout.Requests
            && Diagnosis.sortedIsMixed(entries.stream().map(Entry::measured).toList())
        ? " Its layout brings more users into a batch, which gains little in this log: sorted/%s may be as good, and faster; compare --arms iid/identity,sorted/%1$s,recipe decides."
            .formatted(recipe.masks())
        : "";
  }

  /** Why seen items might be ranked, and what it would be with them. */
  private static String withSeen(List<Entry> entries, AdvisedRecipe.WithSeen withSeen) {
    return " %s With --set evaluation.rankSeen=true, train would choose masks %s%s."
        .formatted(
            withSeen.why(),
            withSeen.recipe().masks(),
            measured(entries, withSeen.recipe())
                .map(each -> ": %s false".formatted(TextTable.percent(each.falseNegativeRate())))
                .orElse(""));
  }

  private static Optional<FalseNegatives> measured(List<Entry> entries, Recipe recipe) {
    return entries.stream()
        .map(Entry::measured)
        .filter(each -> recipe.equals(recipe(each)))
        .findFirst();
  }

  private static Recipe recipe(FalseNegatives measured) {
    return new Recipe(measured.layout(), measured.masks(), measured.batchSize());
  }

  private static BatchTable table(List<Entry> entries) {
    BatchTable table = new BatchTable(List.of(BatchColumn.values()), "distinct users");
    entries.forEach(entry -> table.add(entry.measured(), entry.measured().distinctUsers()));
    return table;
  }

  /**
   * The page of {@code diagnose --html}.
   *
   * @param recipes what {@code train} would choose for the log, for each size of batches
   * @param log the data set's name
   * @param facts how it was measured
   */
  public static String page(
      List<Entry> entries, LogShape shape, List<AdvisedRecipe> recipes, String log, String facts) {
    List<FalseNegatives> measured = entries.stream().map(Entry::measured).toList();
    Sheet sheet = new Sheet("False negatives in", log, headline(measured), facts);
    List<String> lines = new ArrayList<>(Diagnosis.lines(measured, shape));
    recipes.forEach(recipe -> lines.add(recipe(entries, shape, recipe)));
    for (String line : lines) {
      int colon = line.indexOf(": ");
      String topic = line.substring(0, Math.max(0, colon));
      sheet.answer(
          QUESTIONS.getOrDefault(topic, "What follows?"),
          QUESTIONS.containsKey(topic) ? line.substring(colon + 2) : line);
    }
    sheet.bars(
        "Share of in-batch negatives that are false",
        List.of("through the same user's rows", "through other users' rows (collisions)"),
        measured.stream()
            .map(
                each ->
                    new Sheet.Bar(
                        "%s, B=%s, %s"
                            .formatted(
                                each.layout(), TextTable.count(each.batchSize()), each.masks()),
                        List.of(each.sameUserRate(), each.collisionRate()),
                        "%s: %s and %s"
                            .formatted(
                                TextTable.percent(each.falseNegativeRate()),
                                TextTable.percent(each.sameUserRate()),
                                TextTable.percent(each.collisionRate()))))
            .toList());
    return sheet
        .section("batches", "All combinations", "", List.of(), table(entries).forPage())
        .section(
            "advice",
            "What follows for each",
            "",
            entries.stream().map(Entry::conclusion).distinct().toList())
        .section(
            "method",
            "How to read this",
            "",
            List.of(
                "A negative is false when the row's user engaged with its item anywhere in the"
                    + " training rows.",
                "Effective users: how many people the negatives of a batch come from, 1 / sum of"
                    + " (share of a user's rows) squared.",
                "Rows per request: how often a user's vector is used in a batch; the loss costs"
                    + " that many times less."))
        .html();
  }

  private static String headline(List<FalseNegatives> measured) {
    DoubleSummaryStatistics rates =
        measured.stream().mapToDouble(FalseNegatives::falseNegativeRate).summaryStatistics();
    return measured.size() == 1
        ? "%s of the in-batch negatives are false.".formatted(TextTable.percent(rates.getMax()))
        : "%s of the in-batch negatives are false in the worst of %d settings, %s in the best."
            .formatted(
                TextTable.percent(rates.getMax()),
                measured.size(),
                TextTable.percent(rates.getMin()));
  }
}
