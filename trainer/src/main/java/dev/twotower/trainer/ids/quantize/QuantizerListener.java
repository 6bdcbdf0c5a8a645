package dev.twotower.trainer.ids.quantize;

/** Receives the progress of quantising; called from the training thread. */
public interface QuantizerListener {
  /** Hears nothing. */
  QuantizerListener SILENT = (epoch, epochs, reconstruction) -> {};

  /**
   * An epoch is over.
   *
   * @param epoch epochs completed
   * @param epochs epochs in all
   * @param reconstruction mean reconstruction error of the epoch
   */
  void epoch(int epoch, int epochs, double reconstruction);
}
