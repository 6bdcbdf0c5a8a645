package dev.twotower.trainer.compare;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.guard.LeakageNotes;
import dev.twotower.data.guard.SplitLeakage;
import dev.twotower.eval.comparison.ArmRuns;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.trainer.config.EvaluationConfig;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.RunConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reasons to doubt a comparison.
 *
 * @param data as the arms learned from it
 * @param tuned what arms chose of the grid; empty without one
 */
record ComparisonWarnings(Dataset data, CompareRequest request, Map<ArmSpec, Tuning> tuned) {
  /** Those of arms that were trained and judged. */
  List<String> of(List<ArmRuns> arms) {
    List<String> warnings = new ArrayList<>();
    EvaluationConfig evaluation = request.base().evaluation();
    boolean chosenHere = evaluation.split() == request.split();
    if (chosenHere && !tuned.isEmpty()) {
      warnings.add(
          "Each arm chose its settings on the %s split, the one reported: the figures are optimistic."
              .formatted(request.split()));
    }
    // Without evaluations all arms are judged after the same epochs, as was asked for.
    boolean chooses = evaluation.everyEpochs() > 0;
    if (chooses && data.interactions(evaluation.split()).rows() == 0) {
      warnings.add(
          "The data set has no %s rows, so nothing chose an epoch: every arm is judged at its last step."
              .formatted(evaluation.split()));
    } else if (chooses && chosenHere) {
      warnings.add(
          "The best epoch was chosen on the %s split, the one reported: the figures are optimistic."
              .formatted(request.split()));
    }
    warnings.addAll(LeakageNotes.ofResults(List.of(SplitLeakage.of(data, request.split()))));
    warnings.addAll(widened());
    if (arms.stream().anyMatch(arm -> arm.runs().stream().allMatch(run -> run.curve().isEmpty()))
        && evaluation.everyEpochs() > 0
        && data.interactions(evaluation.split()).rows() > 0) {
      warnings.add(
          "%s was not logged during training, so there are no learning curves for it: add it to evaluation.metrics."
              .formatted(request.metric()));
    }
    for (Grid grid : request.grid()) {
      List<String> atEnd =
          tuned.entrySet().stream()
              .filter(each -> grid.isEdge(each.getValue().settings().get(grid.key())))
              .map(each -> each.getKey().name())
              .toList();
      if (!atEnd.isEmpty()) {
        warnings.add(
            "A better value may lie beyond the end of the grid %s, which was chosen by %s."
                .formatted(grid, String.join(", ", atEnd)));
      }
    }
    warnings.addAll(Comparison.warnings(arms, request.metric()));
    return warnings;
  }

  /**
   * Arms whose steps see more negatives than the rows of their batches, which alone are counted.
   */
  private List<String> widened() {
    List<String> names =
        request.arms().stream()
            .filter(
                arm -> {
                  RunConfig config = Arms.config(arm, request.base());
                  LossConfig loss = config.loss();
                  return loss.uniform() > 0 || loss.queue() > 0 || config.usesShown();
                })
            .map(ArmSpec::name)
            .toList();
    return names.isEmpty()
        ? List.of()
        : List.of(
            "False negatives and valid negatives are those among the rows of a batch; the extra negatives of loss.uniform, loss.queue and loss.shown are not counted (%s)."
                .formatted(String.join(", ", names)));
  }
}
