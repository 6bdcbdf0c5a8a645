package dev.twotower.eval.comparison;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.falsenegatives.BatchFigures;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.falsenegatives.Texts;
import dev.twotower.eval.stats.Estimate;
import dev.twotower.masking.MaskSet;
import java.util.List;

/**
 * The costs and benefits of a layout, batch size and masks.
 *
 * @param arm the arm that was trained so
 * @param layout written as flags write it, as {@code masks}
 * @param settings other settings of the arm, {@code key=value[;key=value..]}; empty without
 * @param falseNegativeRate of its batches, as are the next five; see {@link FalseNegatives}
 * @param stepRows mean rows of a training step, median over seeds
 * @param stepMillis median time of a training step, median over seeds
 * @param examplesPerSecond rows trained on per second: {@code 1000 stepRows / stepMillis}
 * @param metric the report's metric after training
 */
public record TradeOff(
    String arm,
    @JsonSerialize(using = ToStringSerializer.class)
        @JsonDeserialize(converter = Texts.ToLayout.class)
        Layout layout,
    int batchSize,
    @JsonSerialize(using = ToStringSerializer.class)
        @JsonDeserialize(converter = Texts.ToMasks.class)
        MaskSet masks,
    String settings,
    double falseNegativeRate,
    double sameUserRate,
    double collisionRate,
    double effectiveUsers,
    double validNegativesPerAnchor,
    double dedupRatio,
    double stepRows,
    double stepMillis,
    double examplesPerSecond,
    Estimate metric)
    implements BatchFigures {
  public TradeOff {
    // Reports of earlier versions have arms without such settings here, and do not say so.
    settings = settings == null ? "" : settings;
  }

  /** By which points are sorted from storage order to shuffled rows, the first number first. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public List<Long> mixing() {
    return Mixing.key(layout);
  }

  /** As in the arm's name. */
  @Override
  public String masksAndSettings() {
    return settings.isEmpty() ? masks.toString() : masks + ";" + settings;
  }
}
