package dev.twotower.trainer.loss;

import ai.djl.ndarray.NDArray;

/**
 * A batch's loss with its gradients.
 *
 * @param loss the weighted loss, a scalar array
 * @param queries dL/dX, queries x d
 * @param columns dL/dY, columns x d
 * @param inverseTemperature dL/d(1/tau), a scalar array
 */
public record LossGradients(
    NDArray loss, NDArray queries, NDArray columns, NDArray inverseTemperature) {}
