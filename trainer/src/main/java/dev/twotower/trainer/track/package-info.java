/**
 * Runs sent to an MLflow tracking server, through its REST interface (design 16).
 *
 * <p><b>Nobody waits for the server.</b> Training hands over what there is to say ({@link
 * dev.twotower.trainer.track.Outbox}); a thread of its own sends it, in order, and tries again
 * later where the server does not answer. What waits is bounded: beyond that, lines of metrics are
 * dropped and counted. A server that is down, slow, or refuses costs a warning, and at the end at
 * most a few seconds; the run's own files hold everything.
 *
 * <p><b>What is sent.</b> Parameters: every setting, by its name. Metrics: the numbers of each line
 * of {@code metrics.jsonl} at its step, named {@code train/loss}, {@code evaluation/metrics/...};
 * {@code @}, which MLflow does not allow, becomes {@code _at_}. Artifacts: the settings, the log
 * and the model's card, where the server takes them itself. The status follows the run: {@code
 * RUNNING}, then {@code FINISHED}, {@code FAILED}, or {@code KILLED} by a signal.
 *
 * <p><b>Going on.</b> {@code mlflow.json} in the run's directory names the run on the server, so a
 * run that is resumed goes on in it.
 */
package dev.twotower.trainer.track;
