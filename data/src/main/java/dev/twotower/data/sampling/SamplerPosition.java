package dev.twotower.data.sampling;

/**
 * A place in a sampler's sequence.
 *
 * @param epoch the epoch, from 0
 * @param batch batches of that epoch already drawn
 */
public record SamplerPosition(long epoch, long batch) {}
