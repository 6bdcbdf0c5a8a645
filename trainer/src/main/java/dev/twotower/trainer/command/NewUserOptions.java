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
              + " several values, one at a time.")
  private List<String> features = List.of();

  /** Refuses what only a new user has, beside another one. */
  void requireNone() {
    String given = !history.isEmpty() ? "--history" : features.isEmpty() ? "" : "--feature";
    if (!given.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: received without --new-user; allowed: with --new-user (of the log's users all is known from the log)"
              .formatted(given));
    }
  }

  private NewUserList.Given given() {
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
    return new NewUserList.Given(history, byName);
  }

  Answer answer(TrainedRun run, ListOptions lists, boolean rankSeen, Console console)
      throws IOException {
    List<String> notes = new ArrayList<>();
    NewUserList found =
        NewUserList.of(
            run,
            given(),
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
