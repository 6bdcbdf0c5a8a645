package dev.twotower.trainer.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/**
 * What a benchmark measured. Milliseconds are medians over steps, but for those of parts.
 *
 * @param engine {@code dense} or {@code dedup}
 * @param lossForm {@code softmax}, {@code top-k} or {@code bilateral}
 * @param device {@code cpu} or {@code gpu:N}
 * @param precision {@code float32}, {@code tf32} or {@code bf16}
 * @param batchSize rows per batch
 * @param requests requests per batch, as asked for
 * @param items catalogue
 * @param dim width of embeddings and tower outputs
 * @param stepMillis time of a step; reading and planning included unless they run ahead
 * @param threadCpuMillis processor time of the step's own thread, which other load on the machine
 *     moves less; with one engine thread that is all of a step's computing
 * @param examplesPerSecond rows per second at the median step
 * @param peakLossBytes memory of the loss at its peak (how: {@link PeakMemory}); null where unknown
 * @param part how much of a step was measured
 * @param distinctRequests requests per batch, mean
 * @param distinctItems items per batch and inputs of the item tower, mean
 * @param userInputs inputs of the user tower, mean: users where no feature depends on the request
 * @param lossQueries rows of the loss's matrix, mean: R of the floor
 * @param lossColumns columns of the loss's matrix, mean: M of the floor
 * @param partMillis parts of a step: read, plan, wait (for the batch that is planned ahead),
 *     towers, loss, tables (with the dense update), rest; means over the middle half of the steps
 *     by time, so that they add up to about the median
 * @param outsideMillis what is not part of the step: read and plan if they run ahead on their own
 *     thread, read if the loss alone is measured
 * @param waitShare share of time for which the step's thread waited for planning; null unless end
 *     to end
 * @param engineCalls operations the engine runs per step
 * @param kernelCalls kernels and products per step that the project hands to a GPU itself
 * @param transfers times per step that something goes to the device
 * @param hostReads times per step that the step waits for numbers from the device
 * @param floor time that no implementation goes below on this device
 * @param rates what the floor is computed from
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record BenchReport(
    String engine,
    String lossForm,
    String device,
    String precision,
    int batchSize,
    int requests,
    int items,
    int dim,
    Millis stepMillis,
    Millis threadCpuMillis,
    double examplesPerSecond,
    Long peakLossBytes,
    String part,
    String masks,
    String layout,
    int itemRows,
    int history,
    int threads,
    int steps,
    double distinctRequests,
    double distinctItems,
    double userInputs,
    double lossQueries,
    double lossColumns,
    Map<String, Double> partMillis,
    Map<String, Double> outsideMillis,
    Double waitShare,
    int engineCalls,
    long kernelCalls,
    long transfers,
    long hostReads,
    Floor floor,
    Rates rates) {}
