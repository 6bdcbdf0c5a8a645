package dev.twotower.trainer.command;

import dev.twotower.data.message.Amount;
import picocli.CommandLine.Option;

/** How long lists are, in every command that makes some. */
public final class ListLength {
  @Option(
      names = {"-k", "--k"},
      order = 10,
      paramLabel = "N",
      defaultValue = "10",
      description = "Items of a list.")
  private int k;

  public int k() {
    return k;
  }

  /**
   * Refuses what is no length.
   *
   * @throws IllegalArgumentException when it is less than 1
   */
  public void check() {
    if (k < 1) {
      throw new IllegalArgumentException("-k: received " + k + "; allowed: 1 and up");
    }
  }

  /** Tells where lists choose nothing, since the log has no more items than they are long. */
  public void tellOfAll(int items, Console console) {
    if (k >= items) {
      console.tell(
          "note: -k: received %d, and the log has %s: a list holds all that may be in it, and only their order is chosen"
              .formatted(k, Amount.of(items, "item")));
    }
  }
}
