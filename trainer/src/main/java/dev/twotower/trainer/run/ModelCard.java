package dev.twotower.trainer.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.Objects;

/**
 * {@code model.json}: what a run's model is and where it came from.
 *
 * @param formatVersion {@link #FORMAT_VERSION}; 1 had no checksums but the data set's, 2 did not
 *     say what was learned from
 * @param configChecksum SHA-256 of the run's {@code config.yaml}
 * @param weightsChecksum SHA-256 of the weights' file; null until they are written
 * @param dataset the data set's directory
 * @param datasetChecksum SHA-256 of its manifest, which holds the checksums of all its files
 * @param users number of users
 * @param items number of items
 * @param trainedOn the splits learned from: train or train+validation; null in format version 2,
 *     which knew train alone
 * @param events what kinds of feedback stood for; null where every row counted alike
 * @param step optimiser steps behind the weights
 * @param epoch epochs behind the weights
 * @param temperature tau at that step
 * @param stopMetric what chose the weights, null where the last ones were kept
 * @param stopValue its value on the split that {@code config.yaml} names
 * @param stopSplit the split it was measured on
 * @param stillRising true where training ended at its limit with two evaluations in a row that were
 *     better than all before; null elsewhere
 * @param seconds training time until then
 * @param from what the run took over from another; null where it started from nothing
 * @param platform engine, version, device and machine
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelCard(
    int formatVersion,
    String configChecksum,
    String weightsChecksum,
    String dataset,
    String datasetChecksum,
    int users,
    int items,
    String trainedOn,
    Map<String, String> events,
    long step,
    long epoch,
    double temperature,
    String stopMetric,
    Double stopValue,
    String stopSplit,
    Boolean stillRising,
    double seconds,
    Continued from,
    String platform) {
  public static final int FORMAT_VERSION = 3;

  /** The first version whose models are sealed. */
  static final int SEALED = 2;

  public ModelCard {
    Objects.requireNonNull(dataset, "dataset");
    Objects.requireNonNull(datasetChecksum, "datasetChecksum");
    if (formatVersion >= SEALED) {
      Objects.requireNonNull(configChecksum, "configChecksum");
    }
  }

  ModelCard withWeights(String checksum) {
    return new ModelCard(
        formatVersion,
        configChecksum,
        checksum,
        dataset,
        datasetChecksum,
        users,
        items,
        trainedOn,
        events,
        step,
        epoch,
        temperature,
        stopMetric,
        stopValue,
        stopSplit,
        stillRising,
        seconds,
        from,
        platform);
  }
}
