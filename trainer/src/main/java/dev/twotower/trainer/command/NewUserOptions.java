package dev.twotower.trainer.command;

import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.recommend.NewUserList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** What is known of somebody who is not in the log, and the list for them. */
final class NewUserOptions {
  @Option(
      names = "--history",
      order = 6,
      paramLabel = "ID,..",
      description =
          "With --new-user: items that they had, newest first, by their ids in the log. An id with"
              + " a comma in it stands in a --history of its own.")
  private List<String> history = List.of();

  @Option(
      names = "--feature",
      order = 7,
      paramLabel = "NAME=VALUE",
      description =
          "With --new-user: a feature that the user tower reads, as often as there are any; of"
              + " several values, one at a time. With --user: a value of the request, such as"
              + " context.device=ios; without it, that of the user's last request.")
  private List<String> features = List.of();

  /**
   * Refuses what belongs to somebody else than is asked for.
   *
   * @param user whether a user of the log is, in a request of which values may be given
   */
  void requireNone(boolean user) {
    if (!history.isEmpty()) {
      throw new IllegalArgumentException(
          "--history: received without --new-user; allowed: with --new-user (of the log's users all"
              + " is known from the log)");
    }
    if (!features.isEmpty() && !user) {
      throw new IllegalArgumentException(
          "--feature: received without --new-user and --user; allowed: with --new-user, or with"
              + " --user for values of the request (lists of many users are for the last request of"
              + " each)");
    }
  }

  /** Texts by the names of features. */
  Map<String, List<String>> features() {
    Map<String, List<String>> byName = new LinkedHashMap<>();
    for (String feature : features) {
      int equals = feature.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "--feature: received '%s'; allowed: NAME=VALUE".formatted(feature));
      }
      byName
          .computeIfAbsent(feature.substring(0, equals), name -> new ArrayList<>())
          .add(feature.substring(equals + 1));
    }
    return byName;
  }

  Answer answer(TrainedRun run, ListOptions lists, boolean rankSeen, Console console)
      throws IOException {
    List<String> notes = new ArrayList<>();
    NewUserList found =
        NewUserList.of(
            run,
            new NewUserList.Given(history, features()),
            lists.k(),
            rankSeen,
            lists.choice(run.data()),
            lists.limit(run.data()),
            notes);
    notes.forEach(console::tell);
    return new Answer(found, text(found));
  }

  private static String text(NewUserList found) {
    List<String> lines = new ArrayList<>();
    lines.add(
        found.history().isEmpty() ? "a new user" : "a new user with this history, newest first:");
    found
        .history()
        .forEach(item -> lines.add("  " + RecommendCommand.label(item.item(), item.name())));
    if (!found.features().isEmpty()) {
      lines.add(
          found.features().entrySet().stream()
              .map(feature -> feature.getKey() + " = " + String.join(", ", feature.getValue()))
              .collect(Collectors.joining("; ")));
    }
    lines.add(
        "recommended by %s, %s:"
            .formatted(found.source(), RankingOptions.words(found.seenItemsRanked())));
    found.items().forEach(ranked -> lines.add(RecommendCommand.line(ranked)));
    return String.join(System.lineSeparator(), lines);
  }
}
