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
 *       shuffle buffer that mixes more users into a batch. The default layout, {@link #PIECES}, is
 *       recommended if it is expected to reduce the same-user rate to a tenth (but not below 1
 *       point), or as far as any other layout. Otherwise a buffer is fitted to that target: the
 *       smallest one, with one leading digit, for which the package description's second term, the
 *       rows of the user's other requests, is that low. No buffer splits the anchor's own request.
 *       If that request is the larger part, and above the target, it has to be read in pieces of P
 *       rows, P being the largest power of two for which the remaining P - 1 rows of the batch are
 *       within the target. If not even a buffer of all requests or pieces suffices, the advice is
 *       {@code iid}. For batches that already consist of pieces, read "piece" for "request". The
 *       rate said to remain is the sum of both terms, so it can be compared with a measurement.
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

  /** The trainer's default layout. */
  public static final Layout.Requests PIECES = new Layout.Requests(100_000, 8);

  /** Below this, a buffer that aims at one point is not worth its change of order. */
  private static final double MIXING_PAYS = 2 * POINT;

  /** Likewise where a buffer is in use: what it left above its aim, the next one may leave too. */
  private static final double MIXING_MORE_PAYS = 3 * POINT;

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
      found.add("%s points of them the same user's".formatted(number(measured.sameUserRate())));
      Mixing mixing = mixing(measured, shape);
      layout = mixing.layout();
      advice.add(
          mixing.helps()
              ? "use `user` or " + mixing.words()
              : "use `user` (" + mixing.words() + ")");
    }
    if (collisions || !sameUser) {
      found.add(
          "%s points other users' rows of items the anchor's user engaged with"
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
    Optional<Layout.Requests> advised = layout(measured, shape);
    if (advised.isEmpty()) {
      return new Mixing(
          advised, true, "the iid layout (with so few users, no buffer mixes well enough)");
    }
    if (now instanceof Layout.Requests used
        && used.piece() <= advised.get().piece()
        && used.buffer() >= advised.get().buffer()) {
      return without("this buffer mixes users as well as one is expected to");
    }
    return new Mixing(advised, true, words(measured, shape, advised.get()));
  }

  private static Mixing without(String reason) {
    return new Mixing(Optional.empty(), false, reason);
  }

  private static String words(FalseNegatives measured, LogShape shape, Layout.Requests layout) {
    int before = piece(measured);
    LogShape read = shape.pieces(before);
    String unit = before == Layout.Requests.WHOLE ? "request" : "piece";
    double own = read.ownRequestShare(measured.batchSize());
    String left = number(shape.sameUserShare(layout, measured.batchSize()));
    if (layout.piece() != before) {
      return "pieces of at most %s, layout %s (about %s points are then left%s)"
          .formatted(
              Amount.of(layout.piece(), "row"),
              layout,
              left,
              ownRequestDominates(measured, read)
                  ? "; the anchor's own %s makes up %s, which no buffer of whole %ss divides"
                      .formatted(unit, number(own), unit)
                  : "");
    }
    return "a buffer of at least %s, layout %s (about %s points are then left%s)"
        .formatted(
            Amount.of(layout.buffer(), unit),
            layout,
            left,
            own >= POINT ? ", %s of them the anchor's own %s".formatted(number(own), unit) : "");
  }

  /** Most rows of a request that the measured batches keep together. */
  private static int piece(FalseNegatives measured) {
    return measured.layout() instanceof Layout.Requests requests
        ? requests.piece()
        : Layout.Requests.WHOLE;
  }

  /**
   * Whether a buffer alone is not enough.
   *
   * @param read the log's shape as the batches read it
   */
  private static boolean ownRequestDominates(FalseNegatives measured, LogShape read) {
    return read.ownRequestShare(measured.batchSize())
        > Math.max(target(measured), measured.sameUserRate() / 2);
  }

  private static double target(FalseNegatives measured) {
    return Math.max(POINT, measured.sameUserRate() / 10);
  }

  /**
   * The pieces that the trainer reads by default, unless a layout specific to the log does better.
   */
  private static Optional<Layout.Requests> layout(FalseNegatives measured, LogShape shape) {
    Optional<Layout.Requests> fitted = fitted(measured, shape);
    double enough =
        Math.max(
            target(measured),
            fitted.map(it -> shape.sameUserShare(it, measured.batchSize())).orElse(0.0));
    return shape.sameUserShare(PIECES, measured.batchSize()) <= enough
        ? Optional.of(PIECES)
        : fitted;
  }

  private static Optional<Layout.Requests> fitted(FalseNegatives measured, LogShape shape) {
    int piece = piece(measured);
    if (ownRequestDominates(measured, shape.pieces(piece))) {
      piece = Integer.highestOneBit((int) (1 + target(measured) * measured.batchSize()));
    }
    LogShape divided = shape.pieces(piece);
    for (int size = 1;
        size <= divided.requests() && size <= Layout.Requests.LARGEST;
        size = next(size)) {
      if (divided.otherRequestsShare(size, measured.batchSize()) <= target(measured)) {
        return Optional.of(new Layout.Requests(size, piece));
      }
    }
    return Optional.empty();
  }

  /** 1, 2, .. 9, 10, 20, .. 90, 100, ... */
  private static int next(int size) {
    int unit = 1;
    while (size / unit >= 10) {
      unit *= 10;
    }
    return size + unit;
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

  /** Percentage points: whole from 10 up, one decimal below. */
  private static String number(double rate) {
    double points = 100 * rate;
    return points >= 9.95 ? String.format(Locale.ROOT, "%.0f", points) : decimal(points);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
