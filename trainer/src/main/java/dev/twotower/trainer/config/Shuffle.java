package dev.twotower.trainer.config;

/** How the layout {@code iid} reads its rows; the batches are the same. */
public enum Shuffle {
  /** {@link #DISK} where the log is large against the machine's memory, else {@link #MEMORY}. */
  AUTO,
  /** At random places of the log, which memory should hold. */
  MEMORY,
  /** From a copy in the order of the epoch, on disk. */
  DISK
}
