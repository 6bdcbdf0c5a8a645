package dev.twotower.data.sampling;

import dev.twotower.data.dataset.Interactions;

/** Makes samplers: those of a {@link Layout}, or a program's own. */
@FunctionalInterface
public interface SamplerFactory {
  /**
   * A sampler at the first batch of epoch 0.
   *
   * @param rows the split to read
   * @param batchSize most rows a batch may have
   * @param seed equal seeds give equal batches
   */
  BatchSampler create(Interactions rows, int batchSize, long seed);

  /** The sampler of a layout. */
  static SamplerFactory of(Layout layout) {
    return (rows, batchSize, seed) -> Samplers.create(layout, rows, batchSize, seed);
  }
}
