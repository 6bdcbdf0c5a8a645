package dev.twotower.trainer.compare;

import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.falsenegatives.Recipe;
import java.util.List;
import java.util.Optional;

/**
 * An arm as it is asked for: in full, or {@code recipe[;key=value..]} for the layout and masks that
 * {@code train} would choose for the log with these settings ({@link Recipe}).
 */
public final class AskedArm {
  /** Stands for layout and masks. */
  public static final String RECIPE = "recipe";

  private final Optional<ArmSpec> full;
  private final String settings;

  private AskedArm(Optional<ArmSpec> full, String settings) {
    this.full = full;
    this.settings = settings;
  }

  /**
   * Reads an arm.
   *
   * @throws IllegalArgumentException naming the part received and what is allowed
   */
  public static AskedArm parse(String text) {
    if (!text.equals(RECIPE) && !text.startsWith(RECIPE + ";")) {
      return new AskedArm(Optional.of(ArmSpec.parse(text)), "");
    }
    String settings = text.substring(RECIPE.length());
    // Whatever the layout will be, the settings are refused now if they are none.
    ArmSpec.parse("iid/identity" + settings);
    return new AskedArm(Optional.empty(), settings);
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
   * @param layoutAndMasks of the recipe, {@code LAYOUT/MASK[+MASK..]}
   */
  public ArmSpec resolve(String layoutAndMasks) {
    return full.orElseGet(() -> ArmSpec.parse(layoutAndMasks + settings));
  }
}
