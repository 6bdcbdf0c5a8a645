package dev.twotower.trainer.tune;

import dev.twotower.data.dataset.Split;
import dev.twotower.trainer.config.EvaluationConfig;
import dev.twotower.trainer.config.RunConfig;
import java.util.Set;

/**
 * What to search.
 *
 * @param base the settings of the first trial, and of every other one that are not drawn; {@code
 *     epochs} is the limit of a trial, {@code evaluation.stopMetric} what ranks trials
 * @param given names of settings that are not searched
 * @param budget how much to spend
 */
public record TuneRequest(RunConfig base, Set<String> given, Budget budget) {
  public TuneRequest {
    given = Set.copyOf(given);
    EvaluationConfig evaluation = base.evaluation();
    if (evaluation.split() != Split.VALIDATION) {
      throw new IllegalArgumentException(
          "evaluation.split is %s; allowed: validation, since settings that were chosen on the test rows say nothing about others"
              .formatted(evaluation.split()));
    }
    if (evaluation.everyEpochs() == 0) {
      throw new IllegalArgumentException(
          "evaluation.everyEpochs is 0; allowed: 1 and up, since trials are ranked while they train");
    }
    if (base.maxSteps() > 0) {
      throw new IllegalArgumentException(
          "maxSteps is %d; allowed: 0, since trials are measured by epochs; give --set epochs=N as the limit of a trial"
              .formatted(base.maxSteps()));
    }
  }
}
