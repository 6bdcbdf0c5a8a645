package dev.twotower.trainer.loss;

import dev.twotower.data.message.Words;
import dev.twotower.masking.BatchIds;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.LossConfig.Counting;
import dev.twotower.trainer.config.LossConfig.Form;
import dev.twotower.trainer.config.RunConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The forms of the loss as the package description defines them, in plain doubles over the rows of
 * a batch.
 *
 * @param form which
 * @param k of top-k
 * @param temperature of top-k
 * @param logQ of top-k: log q by item, for whoever is asked about
 * @param power of bilateral
 * @param held of top-k: thresholds by row, where they are not to be worked out
 */
record ReferenceForm(
    Form form, int k, double temperature, double[] logQ, double power, double[] held) {
  private static final double[] NONE = {};
  static final ReferenceForm SOFTMAX = new ReferenceForm(Form.SOFTMAX, 0, 0, NONE, 0, NONE);

  static ReferenceForm topK(int k, double temperature, double[] logQ) {
    return new ReferenceForm(Form.TOP_K, k, temperature, logQ, 0, NONE);
  }

  static ReferenceForm bilateral(double power) {
    return new ReferenceForm(Form.BILATERAL, 0, 0, NONE, power, NONE);
  }

  /** The configuration of this form. */
  LossConfig config(Counting counting) {
    List<String> settings = new ArrayList<>();
    settings.add("loss.form=" + Words.of(form));
    settings.add("loss.counting=" + Words.of(counting));
    switch (form) {
      case SOFTMAX -> {}
      case TOP_K -> {
        settings.add("loss.topK.k=" + k);
        settings.add("loss.topK.temperature=" + temperature);
      }
      case BILATERAL -> settings.add("loss.bilateral.power=" + power);
    }
    return RunConfig.defaults().with(settings.toArray(String[]::new)).loss();
  }

  /** What each row weighs in the plain sum that has the form's gradient, but for its own logit. */
  double[] weights(ReferenceLoss of) {
    return rows(of)
        .mapToDouble(
            i ->
                switch (form) {
                  case SOFTMAX -> of.weight(i);
                  case TOP_K -> of.weight(i) * 2 * sigmoid(of, i);
                  case BILATERAL -> pooledWeight(of, i);
                })
        .toArray();
  }

  /** What the form adds to the gradient at a row's score. */
  double ownGradient(ReferenceLoss of, int i) {
    if (form != Form.TOP_K || of.weight(i) == 0) {
      return 0;
    }
    double sigmoid = sigmoid(of, i);
    return of.weight(i) * 2 * sigmoid * (1 - sigmoid) / temperature * of.rarity(i);
  }

  /** The form's loss where it is not that sum. */
  OptionalDouble loss(ReferenceLoss of) {
    return switch (form) {
      case SOFTMAX -> OptionalDouble.empty();
      case TOP_K ->
          OptionalDouble.of(
              rows(of)
                  .filter(i -> of.weight(i) > 0)
                  .mapToDouble(i -> of.weight(i) * 2 * sigmoid(of, i) * of.rarity(i))
                  .sum());
      case BILATERAL -> OptionalDouble.of(pooledLoss(of));
    };
  }

  private static IntStream rows(ReferenceLoss of) {
    return IntStream.range(0, of.batch().size());
  }

  private double sigmoid(ReferenceLoss of, int i) {
    double threshold = held.length > 0 ? held[i] : threshold(of, i);
    return 1 / (1 + Math.exp((threshold - of.score(i, i)) / temperature));
  }

  /** The same with thresholds that stay when vectors change, by row. */
  ReferenceForm hold(double[] thresholds) {
    return new ReferenceForm(form, k, temperature, logQ, power, thresholds);
  }

  private double pooledLoss(ReferenceLoss of) {
    BatchIds batch = of.batch();
    double loss = 0;
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < batch.size(); i++) {
      loss += of.weight(i) * of.positiveLogQ(i);
      if (seen.add(batch.user(i)) && whole(of, batch.user(i)) > 0) {
        double whole = whole(of, batch.user(i));
        loss -= whole / power * Math.log(pool(of, batch.user(i)) / whole);
      }
    }
    return loss;
  }

  private double pooledWeight(ReferenceLoss of, int i) {
    int user = of.batch().user(i);
    return of.weight(i) == 0 ? 0 : whole(of, user) * share(of, i) / pool(of, user);
  }

  private double share(ReferenceLoss of, int i) {
    return of.weight(i) * Math.pow(of.probability(i) * Math.exp(of.positiveLogQ(i)), power);
  }

  private double whole(ReferenceLoss of, int user) {
    return rowsOf(of, user).mapToDouble(of::weight).sum();
  }

  private double pool(ReferenceLoss of, int user) {
    return rowsOf(of, user).mapToDouble(i -> share(of, i)).sum();
  }

  private static IntStream rowsOf(ReferenceLoss of, int user) {
    return IntStream.range(0, of.batch().size()).filter(i -> of.batch().user(i) == user);
  }

  /** The estimated score of the K-th item for the row's user. */
  double threshold(ReferenceLoss of, int i) {
    BatchIds batch = of.batch();
    Set<Integer> own = new HashSet<>();
    rowsOf(of, batch.user(i)).forEach(row -> own.add(batch.item(row)));
    Map<Integer, Double> score = new HashMap<>();
    Map<Integer, Double> stands = new HashMap<>();
    for (int c = 0; c < batch.candidates(); c++) {
      int item = batch.item(c);
      double q = Math.exp(logQ[item]);
      score.put(item, of.score(i, c));
      if (own.contains(item)) {
        stands.put(item, 1.0);
      } else if (of.counting() == Counting.UNIQUE) {
        stands.put(item, 1 / q);
      } else {
        stands.merge(item, 1 / q / batch.candidates(), Double::sum);
      }
    }
    List<Integer> best =
        score.keySet().stream()
            .sorted(Comparator.comparing(score::get).reversed())
            .limit(4L * k)
            .toList();
    double above = 0;
    for (int item : best) {
      if (above + stands.get(item) / 2 > k - 1) {
        return score.get(item);
      }
      above += stands.get(item);
    }
    return score.get(best.get(best.size() - 1));
  }
}
