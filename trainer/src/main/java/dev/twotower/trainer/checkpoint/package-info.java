/**
 * What everything that is trained leaves on disk while it runs (design 13): checkpoints to resume
 * from, {@code metrics.jsonl}, and TensorBoard event files. {@link
 * dev.twotower.trainer.checkpoint.Journal} holds them together under a seal; models and quantisers
 * use it alike.
 */
package dev.twotower.trainer.checkpoint;
