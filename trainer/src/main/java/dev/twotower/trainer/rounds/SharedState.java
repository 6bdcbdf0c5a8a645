package dev.twotower.trainer.rounds;

import dev.twotower.trainer.optimizer.Temperature;

/**
 * The numbers beside the shared arrays.
 *
 * @param round rounds done
 * @param steps steps of all parts so far
 * @param rows rows trained on so far
 * @param temperature the temperature and its optimiser
 * @param denseSteps steps of the dense optimiser
 * @param seconds time in steps so far, of all parts
 */
public record SharedState(
    int round,
    long steps,
    long rows,
    Temperature.State temperature,
    long denseSteps,
    double seconds) {}
