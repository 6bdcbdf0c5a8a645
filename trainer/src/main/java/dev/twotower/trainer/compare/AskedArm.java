package dev.twotower.trainer.compare;

import dev.twotower.data.message.Suggestion;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.falsenegatives.Recipe;
import dev.twotower.masking.MaskSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An arm as it is asked for: in full, or {@code [NAME=]recipe[/MASK[+MASK..]][;key=value..]} for
 * the layout and masks that {@code train} would choose for the log with these settings ({@link
 * Recipe}), or its layout alone.
 */
public final class AskedArm {
  /** Stands for layout and masks. */
  public static final String RECIPE = "recipe";

  private static final Pattern FORM = Pattern.compile(RECIPE + "(/[^;]*)?(;.*)?");

  private final Optional<ArmSpec> full;
  private final String name;
  private final String masks;
  private final String settings;

  private AskedArm(Optional<ArmSpec> full, String name, String masks, String settings) {
    this.full = full;
    this.name = name;
    this.masks = masks;
    this.settings = settings;
  }

  /**
   * Reads an arm.
   *
   * @throws IllegalArgumentException naming the part received and what is allowed
   */
  public static AskedArm parse(String text) {
    String name = ArmSpec.givenName(text).map(given -> given + "=").orElse("");
    String made = ArmSpec.withoutName(text);
    Matcher recipe = FORM.matcher(made);
    if (!recipe.matches()) {
      return new AskedArm(Optional.of(inFull(text, made)), name, "", "");
    }
    String masks = recipe.group(1) == null ? "" : recipe.group(1);
    String settings = recipe.group(2) == null ? "" : recipe.group(2);
    // Whatever the layout will be, masks and settings are refused now if they are none.
    ArmSpec.parse("iid" + (masks.isEmpty() ? "/identity" : masks) + settings);
    return new AskedArm(Optional.empty(), name, masks, settings);
  }

  private static ArmSpec inFull(String text, String made) {
    try {
      return ArmSpec.parse(text);
    } catch (IllegalArgumentException refused) {
      String layout = made.split("[/;]", 2)[0];
      boolean meant = Suggestion.nearest(layout, List.of(RECIPE)).isPresent();
      throw meant || made.indexOf('/') < 0
          ? new IllegalArgumentException(refused.getMessage() + orRecipe(layout), refused)
          : refused;
    }
  }

  /** Ends what is said of a text that is no layout where {@value #RECIPE} would be one. */
  public static String orRecipe(String text) {
    return ", or %s for what train would choose%s"
        .formatted(RECIPE, Suggestion.hint(text.strip(), List.of(RECIPE)));
  }

  public boolean isRecipe() {
    return full.isEmpty();
  }

  /** What the arm sets beside layout and masks, {@code key=value} each. */
  public List<String> settings() {
    return settings.isEmpty() ? List.of() : List.of(settings.substring(1).split(";"));
  }

  /**
   * The arm in full.
   *
   * @param layout of the recipe
   * @param ofRecipe its masks
   */
  public ArmSpec resolve(Layout layout, MaskSet ofRecipe) {
    return full.orElseGet(
        () -> ArmSpec.parse(name + layout + (masks.isEmpty() ? "/" + ofRecipe : masks) + settings));
  }

  /** The arm as it was asked for: its name first, where it was given one. */
  @Override
  public String toString() {
    if (full.isPresent()) {
      return full.get().name();
    }
    String asked = RECIPE + masks + settings;
    return name.isEmpty() ? asked : "%s (%s)".formatted(name.replaceFirst("=$", ""), asked);
  }
}
