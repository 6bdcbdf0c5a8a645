package dev.twotower.data.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Writes numbers without the last digits of binary arithmetic: 0.3 for 0.30000000000000004. For
 * documents that people read, whose numbers nothing is continued from.
 */
final class ShortNumbers extends JsonGeneratorDelegate {
  /** A sum of a thousand numbers of about one has as many that mean something. */
  private static final MathContext DIGITS = new MathContext(13);

  ShortNumbers(JsonGenerator to) {
    super(to);
  }

  @Override
  public void writeNumber(double value) throws IOException {
    super.writeNumber(rounded(value));
  }

  @Override
  public void writeArray(double[] values, int from, int count) throws IOException {
    writeStartArray(values, count);
    for (int i = from; i < from + count; i++) {
      writeNumber(values[i]);
    }
    writeEndArray();
  }

  static double rounded(double value) {
    return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : value;
  }
}
