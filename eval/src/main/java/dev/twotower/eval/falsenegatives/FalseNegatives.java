package dev.twotower.eval.falsenegatives;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.twotower.data.sampling.Layout;
import dev.twotower.masking.MaskSet;

/**
 * A measured layout, batch size and mask set; one entry of {@code diagnose} (design 10). Figures
 * "of a batch" are means over rows of the batch they are in, so a short last batch hardly counts.
 *
 * @param layout written as flags write it
 * @param batchSize rows asked for in a batch
 * @param masks written as flags write them
 * @param falseNegativeRate false pairs / valid pairs, 0..1; 0 where no pair is valid
 * @param sameUserRate the part of the rate due to rows of the anchor's own user
 * @param collisionRate the part due to rows of other users
 * @param distinctUsers distinct users of a batch; over batches the mean weighted by their rows
 * @param effectiveUsers 1 / sum over users of (n_u/B)^2; over batches the harmonic mean weighted by
 *     their rows, because its inverse, the chance that two rows belong to one user, is what is
 *     additive
 * @param validNegativesPerAnchor valid pairs / anchors
 * @param anchorsWithoutNegatives anchors with no valid negative, in the batches measured
 * @param dedupRatio rows / distinct requests of a batch, B/R
 * @param itemDedupRatio rows / distinct items of a batch, B/M
 * @param distinctItems distinct items of a batch
 * @param rows rows measured
 * @param batches batches measured
 * @param epochBatches batches of the epoch; equal to {@code batches} when the count is exact
 * @param low lower end of the 95 % interval of the rate; absent when the count is exact
 * @param high upper end
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FalseNegatives(
    @JsonSerialize(using = ToStringSerializer.class)
        @JsonDeserialize(converter = Texts.ToLayout.class)
        Layout layout,
    int batchSize,
    @JsonSerialize(using = ToStringSerializer.class)
        @JsonDeserialize(converter = Texts.ToMasks.class)
        MaskSet masks,
    double falseNegativeRate,
    double sameUserRate,
    double collisionRate,
    double distinctUsers,
    double effectiveUsers,
    double validNegativesPerAnchor,
    long anchorsWithoutNegatives,
    double dedupRatio,
    double itemDedupRatio,
    double distinctItems,
    long rows,
    long batches,
    long epochBatches,
    Double low,
    Double high)
    implements BatchFigures {

  @Override
  public String masksAndSettings() {
    return masks.toString();
  }
}
