package dev.twotower.trainer.ids.quantize;

import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.device.EngineTurn;
import dev.twotower.trainer.ids.semantic.SemanticIdReport;
import dev.twotower.trainer.ids.semantic.SemanticIds;
import dev.twotower.trainer.ids.vectors.ItemVectors;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Codes for tomorrow's items (design 15): items that have codes keep them, token included, so that
 * whatever was trained on codes still reads them; new ones are encoded by the quantiser as it was.
 * Their tokens follow those given out for the same code, to items that are gone as well.
 */
public final class KeptCodes {
  /**
   * What became of the items.
   *
   * @param kept items with a code before and now
   * @param added items encoded now
   * @param dropped items with a code before that are gone
   * @param wouldChange share of the kept whose code would be another if they were encoded with
   *     their vectors of now; 0 where none is kept
   * @param report what all codes are worth for the vectors of now
   */
  public record Outcome(
      int kept, int added, int dropped, double wouldChange, SemanticIdReport report) {}

  private KeptCodes() {}

  /**
   * Writes a directory of codes, which appears whole or not at all.
   *
   * @param from finished codes
   * @param out must not exist
   * @throws IllegalArgumentException when the vectors are of another length than those before
   */
  public static Outcome code(Path from, ItemVectors input, Path out) throws IOException {
    QuantizerDirectory before = QuantizerDirectory.open(from);
    QuantizeConfig config = before.config();
    int dimension = before.dimension();
    if (input.dimension() != dimension) {
      throw new IllegalArgumentException(
          "--from %s codes vectors of length %d; those of %s have length %d"
              .formatted(from, dimension, input.source(), input.dimension()));
    }
    try (EngineTurn turn = EngineTurn.take()) {
      Devices.useThreads(config.threads());
      try (Quantizer quantizer =
          new Quantizer(config, dimension, Devices.resolve(config.device()))) {
        return code(before, quantizer, config, input, out);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while another training used the engine");
    }
  }

  private static Outcome code(
      QuantizerDirectory before,
      Quantizer quantizer,
      QuantizeConfig config,
      ItemVectors input,
      Path out)
      throws IOException {
    Scaling scaling = before.load(quantizer);
    Map<String, int[]> earlier = before.numbers(config);
    float[][] scaled = scaling.apply(input.values());
    int[][] anew = Encoding.of(quantizer, quantizer.manager().create(scaled)).codes();
    boolean token = config.collisionSize() > 0;
    Map<List<Integer>, Integer> next = new HashMap<>();
    if (token) {
      earlier.values().forEach(numbers -> next.merge(code(numbers), last(numbers) + 1, Math::max));
    }
    int[][] codes = new int[input.rows()][];
    int[] tokens = new int[token ? input.rows() : 0];
    int kept = 0;
    int changed = 0;
    for (int row = 0; row < codes.length; row++) {
      int[] numbers = earlier.get(input.ids().get(row));
      codes[row] = numbers == null ? anew[row] : Arrays.copyOf(numbers, anew[row].length);
      if (numbers != null) {
        kept++;
        changed += Arrays.equals(codes[row], anew[row]) ? 0 : 1;
      }
      if (token) {
        int free =
            numbers == null ? next.merge(key(codes[row]), 1, Integer::sum) - 1 : last(numbers);
        tokens[row] = Math.min(free, config.collisionSize() - 1);
      }
    }
    SemanticIds ids =
        new SemanticIds(config.sizes(), codes, tokens, token ? config.collisionSize() : 0);
    SemanticIdReport report =
        SemanticIdReport.of(
            ids,
            input,
            Encoding.given(quantizer, scaled, codes).prefixErrors(),
            quantizer.manager(),
            config.seed());
    QuantizerDirectory.writeFinished(out, config, input, quantizer, scaling, ids, report);
    return new Outcome(
        kept,
        codes.length - kept,
        earlier.size() - kept,
        kept == 0 ? 0 : (double) changed / kept,
        report);
  }

  private static int last(int[] numbers) {
    return numbers[numbers.length - 1];
  }

  /** The numbers without the token. */
  private static List<Integer> code(int[] numbers) {
    return key(Arrays.copyOf(numbers, numbers.length - 1));
  }

  private static List<Integer> key(int[] code) {
    List<Integer> key = new ArrayList<>();
    for (int number : code) {
      key.add(number);
    }
    return key;
  }
}
