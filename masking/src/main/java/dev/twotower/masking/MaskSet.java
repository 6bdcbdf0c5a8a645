package dev.twotower.masking;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Masks in force together: a candidate is removed when any of them removes it.
 *
 * @param identity whether {@code identity} is on; it is unless switched off
 * @param user whether {@code user} is on
 * @param contexts the context masks, in the order in which {@link BatchIds} holds their columns
 * @param engaged whether {@code engaged} is on
 */
public record MaskSet(
    boolean identity, boolean user, List<Mask.Context> contexts, boolean engaged) {
  /** Masks that a word stands for, and the word for none. */
  public static final List<String> WORDS =
      List.of("identity", "no-identity", "user", "engaged", "none");

  private static final String ALLOWED =
      "identity, no-identity, user, engaged, context:COLUMN, context:COLUMN/WIDTH, joined by '+';"
          + " or none";

  public MaskSet {
    contexts = List.copyOf(contexts);
  }

  /**
   * Reads masks joined by {@code +}, for example {@code identity+user}. {@code identity} is on
   * unless {@code no-identity} is given; {@code none} stands for no mask at all.
   *
   * @throws IllegalArgumentException naming the part received and what is allowed
   */
  public static MaskSet parse(String text) {
    if (text.equals("none")) {
      return new MaskSet(false, false, List.of(), false);
    }
    boolean identity = true;
    boolean user = false;
    boolean engaged = false;
    List<Mask.Context> contexts = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (String part : text.split("\\+", -1)) {
      if (!seen.add(part)) {
        throw new IllegalArgumentException("mask '" + part + "' is given twice in '" + text + "'");
      }
      switch (part) {
        case "identity" -> identity = true;
        case "no-identity" -> identity = false;
        case "user" -> user = true;
        case "engaged" -> engaged = true;
        default -> {
          if (!part.startsWith("context:")) {
            throw new IllegalArgumentException(
                "unknown mask '" + part + "' in '" + text + "'; allowed: " + ALLOWED);
          }
          contexts.add(parseContext(part));
        }
      }
    }
    if (seen.contains("identity") && seen.contains("no-identity")) {
      throw new IllegalArgumentException(
          "masks '"
              + text
              + "' switch identity both on and off; keep one of identity, no-identity");
    }
    return new MaskSet(identity, user, contexts, engaged);
  }

  private static Mask.Context parseContext(String part) {
    String column = part.substring("context:".length());
    int slash = column.indexOf('/');
    if (slash < 0) {
      return new Mask.Context(column, OptionalDouble.empty());
    }
    String width = column.substring(slash + 1);
    try {
      return new Mask.Context(
          column.substring(0, slash), OptionalDouble.of(Double.parseDouble(width)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "mask '" + part + "': width '" + width + "' is not a number", e);
    }
  }

  /** The masks that are on. */
  public List<Mask> masks() {
    List<Mask> masks = new ArrayList<>();
    if (identity) {
      masks.add(new Mask.Identity());
    }
    if (user) {
      masks.add(new Mask.User());
    }
    masks.addAll(contexts);
    if (engaged) {
      masks.add(new Mask.Engaged());
    }
    return masks;
  }

  /**
   * The definition (design 3.1): whether candidate {@code k} is removed from the negatives of
   * anchor row {@code i}. Plain and slow; every plan is tested against it.
   */
  public boolean removes(BatchIds batch, EngagedItems engagedItems, int i, int k) {
    if (batch.user(k) == BatchIds.SHOWN && batch.request(k) != batch.request(i)) {
      return true;
    }
    if (identity && batch.item(k) == batch.item(i)) {
      return true;
    }
    if (user && batch.user(k) == batch.user(i)) {
      return true;
    }
    for (int c = 0; c < contexts.size() && !batch.anonymous(k); c++) {
      if (contexts.get(c).agree(batch.context(c, i), batch.context(c, k))) {
        return true;
      }
    }
    if (!engaged) {
      return false;
    }
    boolean[] found = new boolean[1];
    engagedItems.forEach(batch.user(i), item -> found[0] |= item == batch.item(k));
    return found[0];
  }

  /**
   * The form {@link #parse} reads back; {@code no-identity} is written only next to other masks.
   */
  @Override
  public String toString() {
    List<Mask> masks = masks();
    if (masks.isEmpty()) {
      return "none";
    }
    String joined = masks.stream().map(Mask::toString).collect(Collectors.joining("+"));
    return identity ? joined : "no-identity+" + joined;
  }
}
