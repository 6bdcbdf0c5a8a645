package dev.twotower.eval.falsenegatives;

import dev.twotower.data.sampling.Layout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Many measurements in a few plain lines: the worst, its cause, and the mask and layout that repair
 * it. {@link Conclusion} has the text for each.
 */
public final class Diagnosis {
  private static final String NO_NEGATIVES =
      "No anchor has a valid negative left: use larger batches, fewer masks, or a layout that mixes"
          + " more users.";

  private Diagnosis() {}

  /**
   * The lines, most important first; at least one.
   *
   * @param measured at least one measurement, of one log
   */
  public static List<String> lines(List<FalseNegatives> measured, LogShape shape) {
    if (measured.isEmpty()) {
      throw new IllegalArgumentException("no measurement; allowed: one or more");
    }
    List<String> lines = new ArrayList<>();
    measured.stream()
        // Without a valid negative there is no rate.
        .filter(each -> each.validNegativesPerAnchor() > 0)
        .max(Comparator.comparingDouble(FalseNegatives::falseNegativeRate))
        .ifPresentOrElse(worst -> rates(worst, shape, lines), () -> lines.add(NO_NEGATIVES));
    measured.stream()
        .min(Comparator.comparingDouble(FalseNegatives::effectiveUsers))
        .filter(each -> each.effectiveUsers() < Conclusion.FEW_USERS)
        .ifPresent(each -> lines.add(pool(each)));
    measured.stream()
        .filter(each -> each.anchorsWithoutNegatives() > 0)
        .max(Comparator.comparingDouble(Diagnosis::silent))
        .ifPresent(each -> lines.add(silence(each)));
    return List.copyOf(lines);
  }

  /** Whether sorted rows were measured, and mixing their users further would gain little. */
  public static boolean sortedIsMixed(List<FalseNegatives> measured) {
    return measured.stream()
        .filter(each -> each.layout() instanceof Layout.Sorted)
        .anyMatch(each -> each.sameUserRate() < Conclusion.MIXING_PAYS);
  }

  private static void rates(FalseNegatives worst, LogShape shape, List<String> lines) {
    if (worst.falseNegativeRate() < Conclusion.POINT) {
      lines.add(
          worst.falseNegativeRate() == 0
              ? "Nothing to repair: no negative is false (%s).".formatted(name(worst))
              : "Nothing to repair: at most %s of negatives are false (%s)."
                  .formatted(share(worst.falseNegativeRate()), name(worst)));
    } else {
      lines.add(worst(worst));
      lines.add(mask(worst));
      layout(worst, shape).ifPresent(lines::add);
    }
  }

  private static String worst(FalseNegatives worst) {
    return "Worst: %s. %s of negatives are false: %s through the same user's rows, %s through other users' rows of items that the anchor's user engaged with (collisions)."
        .formatted(
            name(worst),
            share(worst.falseNegativeRate()),
            share(worst.sameUserRate()),
            share(worst.collisionRate()));
  }

  private static String mask(FalseNegatives worst) {
    boolean sameUser = worst.sameUserRate() >= Conclusion.POINT;
    boolean collisions = worst.collisionRate() >= Conclusion.COLLISIONS_MATTER;
    if (sameUser && collisions) {
      return "Mask: `user` removes the same user's rows in any layout; only `engaged` removes the"
          + " collisions as well.";
    }
    if (sameUser) {
      return "Mask: `user` removes the same user's rows in any layout.";
    }
    return collisions
        ? "Mask: only `engaged` removes collisions, and no layout does."
        : "Mask: little to repair; `engaged` would remove it.";
  }

  private static Optional<String> layout(FalseNegatives worst, LogShape shape) {
    if (worst.sameUserRate() < Conclusion.POINT) {
      return Optional.empty();
    }
    Conclusion.Mixing mixing = Conclusion.mixing(worst, shape);
    return Optional.of(
        mixing.helps()
            ? "Layout: use %s.".formatted(mixing.words())
            : "Layout: none, %s.".formatted(mixing.words()));
  }

  private static String pool(FalseNegatives fewest) {
    return "Pool: %s mixes only %s effective users, so masked negatives come from few people: a layout that mixes more users or a larger batch widens the pool, a mask alone does not."
        .formatted(name(fewest), decimal(fewest.effectiveUsers()));
  }

  private static String silence(FalseNegatives worst) {
    return "Anchors: %s leaves %s of them without a valid negative, and they teach nothing."
        .formatted(name(worst), share(silent(worst)));
  }

  private static double silent(FalseNegatives measured) {
    return measured.anchorsWithoutNegatives() / (double) measured.rows();
  }

  private static String name(FalseNegatives measured) {
    return "%s, B=%d, masks %s"
        .formatted(measured.layout(), measured.batchSize(), measured.masks());
  }

  private static String share(double rate) {
    return decimal(100 * rate) + " %";
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
