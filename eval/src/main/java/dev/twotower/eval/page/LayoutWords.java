package dev.twotower.eval.page;

import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.comparison.Numbers;
import dev.twotower.eval.comparison.Report;

/** An arm in words that need no manual. */
final class LayoutWords {
  private LayoutWords() {}

  /** Its layout, and its masks where they differ from those of the first arm. */
  static String of(Report.Arm arm, Report.Arm reference) {
    return layout(arm.layout())
        + (arm.masks().equals(reference.masks()) ? "" : ", masks " + arm.masks());
  }

  static String layout(Layout layout) {
    if (layout instanceof Layout.Requests requests) {
      String buffer = Numbers.whole(requests.buffer());
      return requests.piece() == Layout.Requests.WHOLE
          ? "whole requests through a shuffle buffer of " + buffer
          : "pieces of at most %s rows of a request through a shuffle buffer of %s"
              .formatted(Numbers.whole(requests.piece()), buffer);
    }
    return layout.equals(Layout.IID) ? "shuffled rows" : "rows in the order they are stored in";
  }
}
