package dev.twotower.trainer.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What a run that started from another took over from it, and how far it has gone from there.
 *
 * @param optimizer {@code keep} where the optimisers' state came along, {@code fresh} where not
 * @param chain the run that it started from, the one that that started from, and so on
 * @param rows what became of the rows of each table
 * @param drift how far the items' vectors went; null where it is not measured
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Continued(String optimizer, List<Ancestor> chain, List<TakenRows> rows, Drift drift) {
  public Continued {
    chain = List.copyOf(chain);
    rows = List.copyOf(rows);
  }

  /** The same with a measured drift. */
  public Continued withDrift(Drift measured) {
    return new Continued(optimizer, chain, rows, measured);
  }

  /**
   * A run that another started from.
   *
   * @param run its directory then
   * @param dataset the directory of its data set then
   * @param datasetChecksum SHA-256 of that data set's manifest
   * @param weightsChecksum SHA-256 of the weights' file
   * @param step optimiser steps behind the weights, since the run's own start
   * @param epoch epochs behind the weights, since the run's own start
   */
  public record Ancestor(
      String run,
      String dataset,
      String datasetChecksum,
      String weightsChecksum,
      long step,
      long epoch) {}

  /**
   * What became of the rows of a table.
   *
   * @param table its name
   * @param taken ids whose row came along
   * @param fresh ids without a row there
   * @param ofCategory of these, those that start from the mean row of their category
   * @param dropped trained rows there of ids that are not in the new data set
   */
  public record TakenRows(String table, int taken, int fresh, int ofCategory, int dropped) {}

  /**
   * How far the vectors of items that both models know went; what an index over them must take up.
   *
   * @param items such items
   * @param meanCosine mean cosine of their old and new vectors
   * @param neighbours how many nearest items are looked at: 10, or all others where there are fewer
   * @param sampled items whose nearest ones were compared, evenly spaced
   * @param neighboursKept the share of their nearest items, among such items, that stayed
   */
  public record Drift(
      int items, double meanCosine, int neighbours, int sampled, double neighboursKept) {}
}
