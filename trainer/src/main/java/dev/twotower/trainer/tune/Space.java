package dev.twotower.trainer.tune;

import dev.twotower.data.random.Streams;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.falsenegatives.Recipe;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.RunConfig;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What settings are drawn from: the values of each, from which one is drawn uniformly and
 * independently of the others (package description). A setting that is given is not searched.
 */
public final class Space {
  private static final int LARGEST_BATCH = 8192;
  private static final int BATCH_SIZES = 5;
  private static final List<String> TEMPERATURES =
      List.of("0.05", "0.07", "0.1", "0.14", "0.2", "0.28", "0.4");
  private static final List<String> RATES = List.of("0.03", "0.05", "0.1", "0.2", "0.4", "0.8");

  private final Map<String, List<String>> values = new LinkedHashMap<>();

  private Space() {}

  /**
   * The space of a data set.
   *
   * @param base what is not drawn
   * @param given names of settings that stay as they are in {@code base}
   * @param rows rows of the training split: a batch holds a quarter of them at most
   * @param items size of the catalogue, which bounds the extra negatives
   */
  public static Space of(RunConfig base, Set<String> given, long rows, int items) {
    Space space = new Space();
    space.add(given, "loss.temperature", temperatures(base.loss(), items));
    space.add(given, "optimizer.tableLearningRate", RATES);
    if (hasDenseLayers(base)) {
      space.add(given, "optimizer.learningRate", List.of("0.0003", "0.001", "0.003", "0.01"));
    }
    space.add(given, "dim", List.of("32", "64", "128"));
    space.add(given, "batchSize", batchSizes(rows));
    space.add(
        given,
        "layout",
        IntStream.of(1, 4, 8, 16)
            .mapToObj(piece -> new Layout.Requests(Recipe.BUFFER, piece).toString())
            .toList());
    space.add(given, "loss.weighting", List.of("rows", "sqrt-users", "users"));
    space.add(given, "masks", List.of("identity+user", "identity+engaged"));
    space.add(given, "loss.uniform", numbers(items, 0, 256, 1024, 4096));
    return space;
  }

  /** Those that form top-k, where it is used, can be trained with (package of the loss). */
  private static List<String> temperatures(LossConfig loss, int items) {
    boolean topK = loss.form() == LossConfig.Form.TOP_K;
    double below = topK ? loss.topK().temperature() / Math.log(Math.max(2, items)) : 1;
    return TEMPERATURES.stream().filter(each -> Double.parseDouble(each) < below).toList();
  }

  private static boolean hasDenseLayers(RunConfig config) {
    boolean hidden = !config.user().hidden().isEmpty() || !config.item().hidden().isEmpty();
    return hidden || config.user().learnsPooling() || config.loss().learnTemperature();
  }

  /** The largest powers of two up to a quarter of the rows, so that an epoch has four steps. */
  private static List<String> batchSizes(long rows) {
    int largest = (int) Long.highestOneBit(Math.max(2, Math.min(LARGEST_BATCH, rows / 4)));
    return IntStream.range(0, BATCH_SIZES)
        .map(halvings -> largest >> (BATCH_SIZES - 1 - halvings))
        .filter(size -> size >= 2)
        .mapToObj(String::valueOf)
        .toList();
  }

  private static List<String> numbers(long most, int... numbers) {
    return IntStream.of(numbers).filter(n -> n <= most).mapToObj(String::valueOf).toList();
  }

  /** One value is no choice. */
  private void add(Set<String> given, String key, List<String> all) {
    if (!given.contains(key) && all.size() > 1) {
      values.put(key, all);
    }
  }

  /** The values of each setting, in order. */
  public Map<String, List<String>> values() {
    return Collections.unmodifiableMap(values);
  }

  /** Names of the settings, in order. */
  public List<String> keys() {
    return List.copyOf(values.keySet());
  }

  /**
   * One draw; the same for the same seed and number, however many are drawn.
   *
   * @return value by setting, in order
   */
  public Map<String, String> draw(long seed, int number) {
    Map<String, String> drawn = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> each : values.entrySet()) {
      List<String> of = each.getValue();
      int at = Streams.stream(seed, "tune " + each.getKey(), number).nextInt(of.size());
      drawn.put(each.getKey(), of.get(at));
    }
    return drawn;
  }

  @Override
  public String toString() {
    return String.join(
        " ",
        values.entrySet().stream()
            .map(each -> each.getKey() + "=" + String.join(",", each.getValue()))
            .toList());
  }
}
