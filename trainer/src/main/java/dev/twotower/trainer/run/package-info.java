/**
 * A run on disk (design 10, 13), and which file vouches for which:
 *
 * <pre>
 * config.yaml          as it took effect, never changed
 * from.json            what it has from the run that it started from, never changed; only there if
 *                      it did
 * data.json            where its data set is, and that set's checksum, never changed; runs of
 *                      earlier versions have none
 * tried.json           what short trainings before it found, never changed; only there where
 *                      something was tried
 * metrics.jsonl        what was logged, appended to
 * checkpoint-STEP/     to continue from, under its own seal; state.json also holds the checksums
 *                      of config.yaml, from.json, data.json, tried.json and of
 *                      metrics.jsonl as it was then
 * model/               to score with, under its own seal; its model.json also holds the
 *                      checksums of config.yaml, data set and weights, so that no other run's
 *                      model is taken for this one's; the optimisers' state as it was then lies
 *                      beside the weights, for a run that starts from them
 * model.json           a copy of that card, for people and programs
 * result.json          in a comparison: how training went
 * SHA256SUMS           seals config.yaml, from.json, data.json and tried.json; once training has ended, also
 *                      metrics.jsonl, model.json and result.json
 * .lock                held by the one process that writes, gone at its end
 * </pre>
 *
 * <p>Checkpoints and models appear whole or not at all. A seal ({@link
 * dev.twotower.data.disk.Seal}) is checked before any file that it lists is read. Runs of the first
 * format version have none; their model's card says so, and they are read with a warning, but not
 * resumed.
 *
 * <p>{@link dev.twotower.trainer.checkpoint.Journal} holds what a run shares with everything else
 * that is trained: log, checkpoints, seal.
 */
package dev.twotower.trainer.run;
