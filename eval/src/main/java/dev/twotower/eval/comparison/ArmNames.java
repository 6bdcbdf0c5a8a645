package dev.twotower.eval.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What arms are that do not say it themselves: those with a given name, and the recipe. */
public final class ArmNames {
  /** Where a report's provenance names the arms that were asked for as the recipe. */
  public static final String RECIPE = "recipe";

  /** What the recipe is, for somebody who asked for it by its name. */
  public static final String ABOUT_RECIPE =
      "The recipe is the layout and masks that train chooses for a log where nobody says otherwise."
          + " Its layout reads pieces of requests through a shuffle buffer, so that a batch holds"
          + " many users and still several rows of a request; its masks take away as negatives what"
          + " the ranking leaves out: all items that the user had, or, where those are ranked, only"
          + " the user's other rows in the batch.";

  private ArmNames() {}

  /** Whether an arm of the report is the recipe. */
  public static boolean hasRecipe(Report report) {
    return report.arms().stream().anyMatch(arm -> isRecipe(arm, report));
  }

  /**
   * A phrase for each arm that needs one, such as {@code mine is the recipe,
   * requests:100000:8/identity+user}.
   *
   * @param full the report
   * @param shown the same with the names that are shown
   */
  public static List<String> of(Report full, Report shown) {
    List<String> phrases = new ArrayList<>();
    for (int i = 0; i < full.arms().size(); i++) {
      Report.Arm arm = full.arms().get(i);
      Optional<String> meaning = arm.spec().meaning();
      String name = shown.arms().get(i).name();
      if (isRecipe(arm, full)) {
        String own = ArmSpec.text(arm.settings(), Map.of());
        phrases.add(
            "%s is the recipe%s%s"
                .formatted(
                    name,
                    meaning.map(it -> ", " + arm.layout() + "/" + arm.masks()).orElse(""),
                    meaning.isPresent() && !own.isEmpty() ? ", with " + own : ""));
      } else {
        meaning.ifPresent(it -> phrases.add(name + " is " + it));
      }
    }
    return phrases;
  }

  private static boolean isRecipe(Report.Arm arm, Report report) {
    String recipes = report.provenance().getOrDefault(RECIPE, "");
    return (" " + recipes + " ").contains(" " + arm.name() + " ");
  }
}
