package dev.twotower.trainer.train;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.twotower.trainer.run.Continued;
import dev.twotower.trainer.run.Tried;
import java.util.Map;

/**
 * How a run ended.
 *
 * @param steps optimiser steps taken
 * @param epochs epochs completed
 * @param seconds time spent, evaluation included
 * @param trainSeconds time spent in steps
 * @param cpuSeconds processor time of the whole process meanwhile, since the resumption where the
 *     run was resumed; with what starts and ends the run, such as reading the run that it starts
 *     from
 * @param stepMillis median time of a step, waiting for its batch included, over the steps since the
 *     start or the resumption; where these are less than half of all, the mean of all; 0 without
 *     any
 * @param rows rows trained on
 * @param bestStep the step whose weights were kept
 * @param bestEpoch the epoch of that step
 * @param metrics the evaluation at that step; empty without a split to evaluate on
 * @param from what the run took over from another, with the drift of the weights that were kept;
 *     null where it started from nothing
 * @param tried what short trainings found before the run; null where there were none
 * @param stillRising whether training ended at its limit with two evaluations in a row that were
 *     better than all before, so that more epochs may give a better model
 * @param interrupted whether it has more to do: the stop signal ended it, or it pauses
 * @param paused whether it pauses, as it was asked to
 */
public record TrainingResult(
    long steps,
    long epochs,
    double seconds,
    double trainSeconds,
    double cpuSeconds,
    double stepMillis,
    long rows,
    long bestStep,
    long bestEpoch,
    Map<String, Double> metrics,
    @JsonInclude(JsonInclude.Include.NON_NULL) Continued from,
    @JsonInclude(JsonInclude.Include.NON_NULL) Tried tried,
    boolean stillRising,
    boolean interrupted,
    @JsonIgnore boolean paused) {}
