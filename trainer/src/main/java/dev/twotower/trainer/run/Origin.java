package dev.twotower.trainer.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.twotower.trainer.tower.Carried;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code from.json}: what a run that starts from another one has from it. Written with the run's
 * configuration and never changed, so that the run can be loaded, resumed and replayed alone.
 *
 * @param continued what was taken over; the drift is the card's
 * @param known by table, a bit for each row that came along, least significant bit first
 * @param standards by feature, mean and 1/standard deviation
 * @param newItems a bit for each item that had no training rows there; null in what earlier
 *     versions wrote
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Origin(
    Continued continued,
    Map<String, byte[]> known,
    Map<String, float[]> standards,
    byte[] newItems) {

  /** What came along, as it is written. */
  public static Origin of(Continued continued, Carried carried, BitSet newItems) {
    Map<String, byte[]> known = new LinkedHashMap<>();
    carried.rows().forEach((table, rows) -> known.put(table, rows.toByteArray()));
    return new Origin(continued, known, carried.standards(), newItems.toByteArray());
  }

  /** The items that had no training rows there; empty where it was not written down. */
  public Optional<BitSet> fresh() {
    return Optional.ofNullable(newItems).map(BitSet::valueOf);
  }

  /** What came along, as a model needs it. */
  public Carried carried() {
    Map<String, BitSet> rows = new LinkedHashMap<>();
    known.forEach((table, bits) -> rows.put(table, BitSet.valueOf(bits)));
    return new Carried(rows, standards, false);
  }
}
