/**
 * A run on disk: {@code config.yaml} as it took effect, {@code metrics.jsonl}, {@code
 * checkpoint-STEP/} to go on from and {@code model/} to score with (design 10, 13). Checkpoints and
 * models appear whole or not at all.
 */
package dev.twotower.trainer.run;
