package dev.twotower.eval.falsenegatives;

import dev.twotower.data.message.Amount;
import dev.twotower.data.sampling.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A measurement in plain words, with advice. A pure function of the measurement and the log's
 * shape.
 *
 * <p>The reasoning:
 *
 * <ul>
 *   <li>Below 1 % false negatives no repair is advised: a repair costs negatives or mixing. If the
 *       same user's rows contribute less than 2 points, no buffer is advised, since it would aim at
 *       1; below 3 points, no buffer is advised in place of another, nor one that is already in
 *       use.
 *   <li>The same user's rows (1 point or more) are removed by the {@code user} mask, or by a
 *       shuffle buffer that mixes more users into a batch. The buffer that is named is the one that
 *       the trainer would use in batches of this size, {@link Recipe#layout}, if it is expected to
 *       leave three quarters of the rate at most. Where it is not, {@code iid} is named if that
 *       does, else nothing. The rate said to remain is the sum of the package description's two
 *       terms, so it can be compared with a measurement.
 *   <li>Collisions (5 points or more) stay in every layout, IID included: only {@code engaged}
 *       removes them.
 *   <li>With fewer than 20 effective users the masked pool comes from a handful of people, so the
 *       mask alone does not restore quality; the text says so, and names the remedy that also
 *       widens the pool.
 * </ul>
 *
 * @param sentence the measurement and the advice
 * @param layout the advised shuffle buffer; empty if none is
 */
public record Conclusion(String sentence, Optional<Layout.Requests> layout) {
  static final double POINT = 0.01;
  static final double COLLISIONS_MATTER = 0.05;
  static final double FEW_USERS = 20;

  /** Below this, a buffer that aims at one point is not worth its change of order. */
  static final double MIXING_PAYS = 2 * POINT;

  /** Likewise where a buffer is in use: what it left above its aim, the next one may leave too. */
  private static final double MIXING_MORE_PAYS = 3 * POINT;

  /** Of the same user's rate, what another layout may leave to be worth naming. */
  private static final double LEFT = 0.75;

  /**
   * What mixing users more would do.
   *
   * @param layout the advised shuffle buffer; empty if none is
   * @param helps whether it is worth it
   * @param words the layout to use, or why none
   */
  record Mixing(Optional<Layout.Requests> layout, boolean helps, String words) {}

  /** Puts a measurement into words. */
  public static Conclusion of(FalseNegatives measured, LogShape shape) {
    String subject =
        "%s, B=%d: %s %% of negatives are false"
            .formatted(
                measured.layout(), measured.batchSize(), number(measured.falseNegativeRate()));
    String rest = pool(measured);
    if (measured.validNegativesPerAnchor() == 0) {
      return new Conclusion(
          "%s, B=%d: no anchor has a valid negative left under %s: use larger batches, or a layout that mixes more users"
              .formatted(measured.layout(), measured.batchSize(), measured.masks()),
          Optional.empty());
    }
    if (measured.falseNegativeRate() < POINT) {
      return new Conclusion(subject + ": nothing to repair" + rest, Optional.empty());
    }
    boolean sameUser = measured.sameUserRate() >= POINT;
    boolean collisions = measured.collisionRate() >= COLLISIONS_MATTER;
    List<String> found = new ArrayList<>();
    List<String> advice = new ArrayList<>();
    Optional<Layout.Requests> layout = Optional.empty();
    if (sameUser) {
      found.add("%s %% through the same user's rows".formatted(number(measured.sameUserRate())));
      Mixing mixing = mixing(measured, shape);
      layout = mixing.layout();
      advice.add(
          mixing.helps()
              ? "use `user` or " + mixing.words()
              : "use `user` (" + mixing.words() + ")");
    }
    if (collisions || !sameUser) {
      found.add(
          "%s %% through other users' rows of items that the anchor's user engaged with"
              .formatted(number(measured.collisionRate())));
    }
    if (collisions) {
      advice.add("only `engaged` removes " + (sameUser ? "the collisions" : "these"));
    } else if (!sameUser) {
      advice.add("little to repair; `engaged` would remove them");
    }
    return new Conclusion(
        subject + ", " + String.join(", ", found) + ": " + String.join("; ", advice) + rest,
        layout);
  }

  /** The layout that mixes the same user's rows apart, where one is worth it. */
  static Mixing mixing(FalseNegatives measured, LogShape shape) {
    Layout now = measured.layout();
    if (now instanceof Layout.Iid) {
      return without("the rows are mixed already: these users own a large part of them");
    }
    if (measured.sameUserRate()
        < (now instanceof Layout.Requests ? MIXING_MORE_PAYS : MIXING_PAYS)) {
      return without("mixing users further would gain little");
    }
    Layout.Requests recipe = Recipe.layout(measured.batchSize());
    if (now instanceof Layout.Requests used
        && used.piece() <= recipe.piece()
        && used.buffer() >= recipe.buffer()) {
      return without("this buffer mixes users as well as one is expected to");
    }
    double most = LEFT * measured.sameUserRate();
    if (shape.sameUserShare(recipe, measured.batchSize()) <= most) {
      return new Mixing(Optional.of(recipe), true, words(measured, shape, recipe));
    }
    return shape.shuffledShare() <= most
        ? new Mixing(
            Optional.empty(), true, "the iid layout (no buffer mixes users well enough here)")
        : without("a few users own so many of the rows that no layout mixes them apart");
  }

  private static Mixing without(String reason) {
    return new Mixing(Optional.empty(), false, reason);
  }

  private static String words(FalseNegatives measured, LogShape shape, Layout.Requests layout) {
    int before = piece(measured);
    String left = number(shape.sameUserShare(layout, measured.batchSize()));
    if (before <= layout.piece()) {
      return "a buffer of at least %s, layout %s (about %s %% of negatives are then the same user's)"
          .formatted(
              Amount.of(layout.buffer(), before == Layout.Requests.WHOLE ? "request" : "piece"),
              layout,
              left);
    }
    return "pieces of at most %s, layout %s (about %s %% of negatives are then the same user's%s)"
        .formatted(
            Amount.of(layout.piece(), "row"), layout, left, ownRequest(measured, shape, before));
  }

  /** Most rows of a request that the measured batches keep together. */
  private static int piece(FalseNegatives measured) {
    return measured.layout() instanceof Layout.Requests requests
        ? requests.piece()
        : Layout.Requests.WHOLE;
  }

  /** Says where a buffer alone would not be enough; else nothing. */
  private static String ownRequest(FalseNegatives measured, LogShape shape, int before) {
    double own = shape.pieces(before).ownRequestShare(measured.batchSize());
    String unit = before == Layout.Requests.WHOLE ? "request" : "piece";
    return own > measured.sameUserRate() / 2
        ? "; the anchor's own %s makes up %s %%, which no buffer of whole %ss divides"
            .formatted(unit, number(own), unit)
        : "";
  }

  private static String pool(FalseNegatives measured) {
    String text = "";
    if (measured.effectiveUsers() < FEW_USERS) {
      text =
          ". The batch mixes only %s effective users, so masked negatives come from few people: a buffer or a larger batch widens the pool, a mask alone does not"
              .formatted(decimal(measured.effectiveUsers()));
    }
    if (measured.anchorsWithoutNegatives() > 0) {
      text +=
          ". %d of %d anchors have no valid negative and teach nothing"
              .formatted(measured.anchorsWithoutNegatives(), measured.rows());
    }
    return text;
  }

  /** In percent: whole from 10 up, one decimal below. */
  private static String number(double rate) {
    double points = 100 * rate;
    return points >= 9.95 ? String.format(Locale.ROOT, "%.0f", points) : decimal(points);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
