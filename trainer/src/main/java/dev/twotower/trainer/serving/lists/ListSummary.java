package dev.twotower.trainer.serving.lists;

import java.util.Map;

/**
 * What was written.
 *
 * @param file the file
 * @param lists how many lists
 * @param rows rows of the file, one for each item of a list
 * @param k most items of a list
 * @param items items that lists could hold
 * @param unknownIds ids in the files given that the data set does not have
 * @param sources lists by what they come from
 * @param resumedLists lists that an earlier, interrupted command had made
 * @param seconds time taken
 * @param listsPerSecond of those made now
 * @param complete false where it was interrupted; the same command goes on
 */
public record ListSummary(
    String file,
    long lists,
    long rows,
    int k,
    int items,
    int unknownIds,
    Map<String, Long> sources,
    long resumedLists,
    double seconds,
    double listsPerSecond,
    boolean complete) {}
