package dev.twotower.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

/**
 * Compares rows of numbers. An assertion costs more than the loss of a small batch, so rows that
 * are close are only compared, and the first that is not is asserted.
 */
public final class CloseRows {
  private CloseRows() {}

  /** Checks that no number differs from the one expected by more than {@code most}. */
  public static void assertClose(double[][] actual, double[][] expected, double most) {
    for (int row = 0; row < expected.length; row++) {
      if (!isClose(actual[row], expected[row], most)) {
        assertThat(actual[row]).as("row %d", row).containsExactly(expected[row], offset(most));
      }
    }
  }

  private static boolean isClose(double[] actual, double[] expected, double most) {
    boolean close = actual.length == expected.length;
    for (int d = 0; close && d < actual.length; d++) {
      close = Math.abs(actual[d] - expected[d]) <= most;
    }
    return close;
  }
}
