package dev.twotower.trainer.command;

import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.recommend.Recommendation;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "recommend",
    description = {
      "Shows a user's history and the items the model would show next, by name.",
      "Items of the history are ranked again only if --rank-seen or the run's setting evaluation.rankSeen says so.",
      "The history ends before the user's test rows; these are shown with the ranks they got."
    },
    footer = {
      "  twotower recommend --run runs/one --user 4711",
      "  twotower recommend --run runs/one --user 4711 -k 50 --json"
    })
final class RecommendCommand extends Action {
  @Mixin private RunOption run;

  @Option(
      names = "--user",
      required = true,
      order = 2,
      paramLabel = "ID",
      description = "The user's id in the log.")
  private String user;

  @Option(
      names = "-k",
      order = 3,
      paramLabel = "N",
      defaultValue = "10",
      description = "Items to show.")
  private int k;

  @Mixin private RankSeenOption rankSeen;

  @Override
  Answer answer(Console console) throws IOException {
    try (TrainedRun loaded = run.open()) {
      Recommendation found = Recommendation.of(loaded, user, k, rankSeen.of(loaded.config()));
      return new Answer(found, text(found));
    }
  }

  private static String text(Recommendation found) {
    StringBuilder text = new StringBuilder("user " + found.user() + ", newest first:");
    for (Recommendation.Entry entry : found.history()) {
      text.append(System.lineSeparator()).append("  ").append(label(entry.item(), entry.name()));
    }
    text.append(System.lineSeparator())
        .append("recommended, ")
        .append(RankingOptions.words(found.seenItemsRanked()))
        .append(':');
    for (Recommendation.Ranked ranked : found.items()) {
      text.append(System.lineSeparator()).append(line(ranked));
    }
    if (!found.heldOut().isEmpty()) {
      text.append(System.lineSeparator()).append("engaged with next (rank, if it was ranked):");
      for (Recommendation.Ranked ranked : found.heldOut()) {
        text.append(System.lineSeparator()).append(line(ranked));
      }
    }
    return text.toString();
  }

  private static String line(Recommendation.Ranked ranked) {
    String rank = ranked.rank() == 0 ? "-" : Integer.toString(ranked.rank());
    return String.format(
        Locale.ROOT, "%5s  %.4f  %s", rank, ranked.score(), label(ranked.item(), ranked.name()));
  }

  private static String label(String id, String name) {
    return name.equals(id) ? id : name + " (" + id + ")";
  }
}
