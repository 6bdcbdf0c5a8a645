package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.guard.SplitLeakage;
import dev.twotower.data.message.Amount;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.eval.ranking.SliceResult;
import dev.twotower.eval.stats.Interval;
import dev.twotower.trainer.command.text.TextTable;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.train.Training;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "evaluate",
    description = {
      "Ranks the full catalogue for every user of a split and reports the metrics.",
      "Items the user engaged with before are ranked only if the run's setting evaluation.rankSeen or --rank-seen says so. Popularity and random are shown beside the model."
    },
    footer = {
      "  twotower evaluate --run runs/one",
      "  twotower evaluate --run runs/tuesday --against runs/monday --require \"not worse\"",
      "  twotower evaluate --run runs/one --split validation --k 5,50 --json"
    })
final class EvaluateCommand extends Action {
  @Mixin private RunOption run;

  @Option(
      names = "--split",
      order = 2,
      paramLabel = "SPLIT",
      defaultValue = "test",
      description = "validation or test.")
  private Split split;

  @Option(
      names = "--k",
      order = 3,
      split = ",",
      paramLabel = "K",
      defaultValue = "10,20,50",
      description = "Cutoffs of the metrics.")
  private List<Integer> cutoffs;

  @Option(
      names = "--users",
      order = 4,
      paramLabel = "N",
      defaultValue = "0",
      description = "Evaluate a seeded sample of N users; 0: all.")
  private int users;

  @Mixin private RankSeenOption rankSeen;

  @Option(
      names = "--replicates",
      order = 6,
      paramLabel = "N",
      defaultValue = "1000",
      description = "Bootstrap resamples behind the intervals; 0: none.")
  private int replicates;

  @Mixin private Against against;

  /** Not the run's: runs of other seeds are judged on the same users, beside the same baseline. */
  private static final long SAMPLE_SEED = 0;

  @Override
  Answer answer(Console console) throws IOException {
    boolean judged = against.asked(cutoffs);
    RankingOptions options =
        RankingOptions.defaults(split).withCutoffs(cutoffs).withReplicates(replicates);
    try (TrainedRun loaded = run.open()) {
      loaded.config().trainOn().requireHeldOut(split);
      if (split.toString().equals(loaded.directory().card().stopSplit())) {
        console
            .err()
            .println(
                "note: the best epoch was chosen on this split, so these figures are optimistic");
      }
      SplitLeakage.of(loaded.data(), split)
          .withoutRequests()
          .warnings(rankSeen.of(loaded.config()))
          .forEach(warning -> console.err().println("note: " + warning));
      RankingEvaluator evaluator =
          new RankingEvaluator(
              Training.rankingData(loaded.data()),
              options
                  .withThreads(Devices.threads(loaded.config().threads()))
                  .withRankSeen(rankSeen.of(loaded.config()))
                  .withSampleUsers(users, SAMPLE_SEED));
      EvaluationResult result = loaded.evaluate(evaluator, split);
      if (judged) {
        Against.Judged pair =
            against.judge(loaded.directory().path(), loaded, result, evaluator, split);
        String text = text(result) + System.lineSeparator().repeat(2) + pair.text();
        return new Answer(pair, text, pair.exitCode());
      }
      return new Answer(result, text(result));
    }
  }

  private static String text(EvaluationResult result) {
    TextTable metrics = new TextTable("metric", "model", "95 % interval", "popularity", "random");
    result
        .metrics()
        .forEach(
            (name, value) ->
                metrics.add(
                    name,
                    four(value),
                    interval(result.intervals().get(name)),
                    baseline(result, "popularity", name),
                    baseline(result, "random", name)));
    List<String> shown =
        result.metrics().keySet().stream()
            .filter(name -> name.startsWith("recall@") || name.startsWith("ndcg@"))
            .toList();
    List<String> head = new ArrayList<>(List.of("slice", "users", "items"));
    head.addAll(shown);
    TextTable slices = new TextTable(head.toArray(String[]::new));
    for (SliceResult slice : result.slices()) {
      List<Object> row = new ArrayList<>(List.of(slice.name(), slice.users(), slice.items()));
      shown.forEach(name -> row.add(four(slice.metrics().get(name))));
      slices.add(row.toArray());
    }
    return result.split()
        + ": "
        + Amount.of(result.users(), "user")
        + ", "
        + Amount.of(result.protocol().items(), "item")
        + " ranked, "
        + RankingOptions.words(result.protocol().seenItemsRanked())
        + left(result)
        + System.lineSeparator()
        + metrics
        + System.lineSeparator().repeat(2)
        + slices;
  }

  /** Why fewer users are ranked than the split has. */
  private static String left(EvaluationResult result) {
    EvaluationResult.Protocol protocol = result.protocol();
    String text = "";
    if (protocol.eligibleUsers() > result.users()) {
      text +=
          "; a sample of %s something to find"
              .formatted(Amount.of(protocol.eligibleUsers(), "user that has", "users that have"));
    }
    if (protocol.usersWithoutRelevant() > 0) {
      text +=
          System.lineSeparator()
              + "left out: %s of the split who had engaged with all their items before; --rank-seen ranks those as well"
                  .formatted(Amount.of(protocol.usersWithoutRelevant(), "user"));
    }
    return text;
  }

  private static String four(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String interval(Interval interval) {
    return interval == null ? "-" : four(interval.low()) + " .. " + four(interval.high());
  }

  private static String baseline(EvaluationResult result, String name, String metric) {
    return four(result.baselines().getOrDefault(name, Map.of()).get(metric));
  }
}
