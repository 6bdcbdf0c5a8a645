/**
 * The training loop. A planning thread turns the sampler's rows into {@link
 * dev.twotower.trainer.train.PlannedBatch}es (further candidates, distinct ids, masks, log q, tower
 * inputs) ahead of the engine; {@link dev.twotower.trainer.train.TrainingStep} runs one of them:
 * gather table rows, towers, loss in closed form, towers backward, sparse and dense updates. {@link
 * dev.twotower.trainer.train.Training} repeats that over epochs with evaluation, early stopping and
 * checkpoints.
 */
package dev.twotower.trainer.train;
