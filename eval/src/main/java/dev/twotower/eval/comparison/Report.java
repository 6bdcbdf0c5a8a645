package dev.twotower.eval.comparison;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.falsenegatives.FalseNegatives;
import dev.twotower.eval.falsenegatives.Texts;
import dev.twotower.eval.ranking.Disliked;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.stats.Estimate;
import dev.twotower.eval.stats.Interval;
import dev.twotower.masking.MaskSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code report.json} (design 10).
 *
 * @param dataset name of the data set
 * @param seeds the seeds every arm was trained with, in order
 * @param arms the arms, the reference first
 * @param pairs every comparison made, for each metric compared
 * @param metric the metric the verdict is about, such as {@code recall@20}
 * @param split the rows the metrics were measured on
 * @param margin largest relative difference that counts as equivalent
 * @param baselines metrics of {@code popularity} and {@code random}
 * @param falseNegatives measured layouts and batch sizes
 * @param conclusions what those measurements mean, in words
 * @param tradeOff what layout, batch size and masks cost and give, a point for each arm whose
 *     batches were measured
 * @param warnings reasons to doubt the result
 * @param config effective settings, nested as in the config file
 * @param provenance versions, machine, data, command, by name
 */
public record Report(
    String dataset,
    List<Long> seeds,
    List<Arm> arms,
    List<Pair> pairs,
    String metric,
    String split,
    double margin,
    Map<String, Map<String, Double>> baselines,
    List<FalseNegatives> falseNegatives,
    List<String> conclusions,
    List<TradeOff> tradeOff,
    List<String> warnings,
    Map<String, Object> config,
    Map<String, String> provenance) {

  public Report {
    seeds = List.copyOf(seeds);
    arms = List.copyOf(arms);
    pairs = List.copyOf(pairs);
    falseNegatives = List.copyOf(falseNegatives);
    conclusions = List.copyOf(conclusions);
    tradeOff = List.copyOf(tradeOff);
    warnings = List.copyOf(warnings);
    if (arms.isEmpty()) {
      throw new IllegalArgumentException("a report needs at least one arm; received none");
    }
  }

  /**
   * One arm over all seeds.
   *
   * @param name {@code LAYOUT/MASK[+MASK..][;key=value..]}
   * @param layout order in which rows are read, written as flags write it, as {@code masks}
   * @param settings what else makes the arm, value by key
   * @param metrics by name
   * @param falseNegativeRate of its batches
   * @param examplesPerSecond rows trained on per second of the median step
   * @param dedupRatio rows / distinct requests of its batches
   * @param batches everything measured about its batches; null where not measured
   * @param slices parts of items and users
   * @param curves the metric while training, for each seed
   * @param seedExamplesPerSecond {@code examplesPerSecond} of each seed; empty where not recorded
   * @param chosen settings the arm chose from a grid, which all arms had alike; empty without one
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Arm(
      String name,
      @JsonSerialize(using = ToStringSerializer.class)
          @JsonDeserialize(converter = Texts.ToLayout.class)
          Layout layout,
      @JsonSerialize(using = ToStringSerializer.class)
          @JsonDeserialize(converter = Texts.ToMasks.class)
          MaskSet masks,
      Map<String, String> settings,
      Map<String, Estimate> metrics,
      Double falseNegativeRate,
      double examplesPerSecond,
      Double dedupRatio,
      FalseNegatives batches,
      List<Slice> slices,
      List<Curve> curves,
      List<Double> seedExamplesPerSecond,
      Map<String, String> chosen) {
    public Arm {
      if (layout == null || masks == null || settings == null) {
        // Reports of earlier versions have the name alone.
        ArmSpec named = ArmSpec.parse(name);
        layout = named.layout();
        masks = named.masks();
        settings = named.settings();
      }
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
      // Reports of earlier versions do not say.
      seedExamplesPerSecond =
          seedExamplesPerSecond == null ? List.of() : List.copyOf(seedExamplesPerSecond);
      chosen = chosen == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(chosen));
    }

    /** What makes the arm. */
    public ArmSpec spec() {
      return new ArmSpec(name, layout, masks, settings);
    }

    /** The arm with what it chose. */
    public Arm withChosen(Map<String, String> choice) {
      return with(curves, choice);
    }

    /** The arm with other curves. */
    public Arm withCurves(List<Curve> others) {
      return with(others, chosen);
    }

    private Arm with(List<Curve> otherCurves, Map<String, String> choice) {
      return new Arm(
          name,
          layout,
          masks,
          settings,
          metrics,
          falseNegativeRate,
          examplesPerSecond,
          dedupRatio,
          batches,
          slices,
          otherCurves,
          seedExamplesPerSecond,
          choice);
    }

    /** Slowest and fastest seed, {@code 3,900 .. 4,100} for ".."; empty with fewer than two. */
    public Optional<String> speeds(String between) {
      return seedExamplesPerSecond.size() < 2
          ? Optional.empty()
          : Optional.of(
              Numbers.whole(Collections.min(seedExamplesPerSecond))
                  + " "
                  + between
                  + " "
                  + Numbers.whole(Collections.max(seedExamplesPerSecond)));
    }
  }

  /**
   * A part of the items or users.
   *
   * @param name as in {@link dev.twotower.eval.ranking.SliceResult}
   * @param metrics by name: mean of the seeds
   */
  public record Slice(String name, int users, int items, Map<String, Double> metrics) {}

  /** The metric while one seed trained. */
  public record Curve(long seed, List<Point> points) {}

  /**
   * A measurement while training.
   *
   * @param step optimiser steps done
   * @param seconds time spent in training steps, evaluation not counted
   * @param value the report's metric, on the split that was evaluated while training
   * @param loss mean training loss since the last point; null where not recorded
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Point(long step, double seconds, double value, Double loss) {}

  /**
   * Arm a against arm b on one metric: "a is {@code verdict} than b".
   *
   * @param difference a - b
   * @param low lower end of the 95 % interval of the difference, over seeds and users
   * @param high upper end
   * @param relative difference / b's mean; null where b's mean is 0, as the next two
   * @param relativeLow low / b's mean, at least -1: nothing loses more than all of b
   * @param relativeHigh high / b's mean, likewise
   * @param usersLow lower end with the seeds taken as given: bootstrap over users
   * @param usersHigh upper end
   * @param corrected the interval that agrees with the verdict; null in reports of earlier versions
   * @param pDifferent p value of "no difference", corrected for the other pairs (Holm)
   * @param pEquivalent p value of "differs by the margin or more", likewise
   * @param notWorse whether a is shown to be less than the margin worse than b: so where it is
   *     better or equivalent, and where a one-sided test says so (Holm); null in reports of earlier
   *     versions
   * @param note what would tell more of an undecided pair, and that the seeds of a decided one
   *     agree more closely than one would expect; null where there is neither to say
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Pair(
      String a,
      String b,
      String metric,
      double difference,
      double low,
      double high,
      Verdict verdict,
      Double relative,
      Double relativeLow,
      Double relativeHigh,
      double usersLow,
      double usersHigh,
      Corrected corrected,
      double pDifferent,
      double pEquivalent,
      Boolean notWorse,
      @JsonInclude(JsonInclude.Include.NON_NULL) String note) {
    /** The pair's interval: the one that agrees with its verdict, where the report has it. */
    public Interval shown() {
      return corrected == null
          ? new Interval(low, high)
          : new Interval(corrected.low(), corrected.high());
    }

    /** Likewise relative to b's mean; empty where that is 0. */
    public Optional<Interval> shownRelative() {
      if (relative == null) {
        return Optional.empty();
      }
      return Optional.of(
          corrected == null
              ? new Interval(relativeLow, relativeHigh)
              : new Interval(corrected.relativeLow(), corrected.relativeHigh()));
    }

    /** What is known of a against b. */
    public Standing standing() {
      return Standing.of(verdict, Boolean.TRUE.equals(notWorse));
    }

    /** The verdict, and what is known even so where it is {@code undecided}. */
    public String words() {
      return standing() == Standing.NOT_WORSE ? verdict + ", not worse" : verdict.toString();
    }
  }

  /**
   * An interval of a difference at the level at which the pair was judged among others: it leaves 0
   * out where the verdict is {@code better} or {@code worse} and holds it where it is {@code
   * undecided}; where it is {@code equivalent} it is that of the two one-sided tests. A single seed
   * gets no verdict, whatever its interval of users alone.
   *
   * @param low lower end of the difference
   * @param high upper end
   * @param relativeLow low / b's mean, at least -1; null where b's mean is 0, as the next
   * @param relativeHigh high / b's mean, likewise
   * @param confidence what the interval holds
   * @param pairs number of pairs that were judged together
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Corrected(
      double low,
      double high,
      Double relativeLow,
      Double relativeHigh,
      double confidence,
      int pairs) {}

  /** What was ranked for each user, in words; empty where the settings do not say. */
  public Optional<String> ranking() {
    return config.get("evaluation") instanceof Map<?, ?> evaluation
            && evaluation.get("rankSeen") instanceof Boolean rankSeen
        ? Optional.of(
            RankingOptions.words(rankSeen, Boolean.TRUE.equals(evaluation.get("byRequest"))))
        : Optional.empty();
  }

  /** The split that was evaluated while training, which chose epochs and settings of a grid. */
  public String chosenOn() {
    return config.get("evaluation") instanceof Map<?, ?> evaluation
            && evaluation.get("split") instanceof String chosen
        ? chosen
        : "validation";
  }

  /** Where the provenance says how many runs shared the machine while their steps were timed. */
  public static final String SIDE_BY_SIDE = "runs side by side";

  /** How far speeds can be trusted. */
  public String speeds() {
    String counts = provenance.get(SIDE_BY_SIDE);
    return counts == null
        ? "Speeds are those of runs made one after another on one machine, so other load on the"
            + " machine affects them."
        : "Speeds are those of runs made side by side on one machine (%s at once), so they and other load on the machine affect one another."
            .formatted(counts);
  }

  /** An arm by its name. */
  public Optional<Arm> arm(String name) {
    return arms.stream().filter(arm -> arm.name().equals(name)).findFirst();
  }

  /** What each arm chose from the grid, {@code arm: key=value ..}; empty without a grid. */
  public List<String> choices() {
    return arms.stream()
        .filter(arm -> !arm.chosen().isEmpty())
        .map(
            arm ->
                arm.chosen().entrySet().stream()
                    .map(setting -> setting.getKey() + "=" + setting.getValue())
                    .collect(Collectors.joining(" ", arm.name() + ": ", "")))
        .toList();
  }

  /** The share of what users reject that stands beside the metric; empty without such. */
  public Optional<String> disliked() {
    return Disliked.beside(metric, reference().metrics().keySet());
  }

  /** The arm that others are compared with. */
  public Arm reference() {
    return arms.get(0);
  }

  /** The report with other arms and pairs, all else as it is. */
  public Report with(List<Arm> otherArms, List<Pair> otherPairs) {
    return new Report(
        dataset,
        seeds,
        otherArms,
        otherPairs,
        metric,
        split,
        margin,
        baselines,
        falseNegatives,
        conclusions,
        tradeOff,
        warnings,
        config,
        provenance);
  }

  /** Pairs of the report's metric. */
  public List<Pair> headlinePairs() {
    return pairs.stream().filter(pair -> pair.metric().equals(metric)).toList();
  }

  /** An arm against the reference on the report's metric. */
  public Optional<Pair> againstReference(String arm) {
    return headlinePairs().stream()
        .filter(pair -> pair.a().equals(arm) && pair.b().equals(reference().name()))
        .findFirst();
  }
}
