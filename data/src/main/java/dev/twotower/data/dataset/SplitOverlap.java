package dev.twotower.data.dataset;

/**
 * What a held-out split shares with the rows of the same users that are known before it.
 *
 * @param split the held-out split
 * @param rows its rows
 * @param repeatedItems rows whose item the user also engaged with in training, or for the test
 *     split in validation
 * @param dividedRequests rows whose request also has training rows
 * @param ownFuture rows older than one of the user's training rows; 0 in a log without times
 * @param sameMoment rows of the time of the user's last training row, so that the log does not say
 *     which came first; 0 in a log without times
 */
public record SplitOverlap(
    Split split,
    long rows,
    long repeatedItems,
    long dividedRequests,
    long ownFuture,
    long sameMoment) {}
