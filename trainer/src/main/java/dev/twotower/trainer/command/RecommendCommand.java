package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Amount;
import dev.twotower.data.odd.LogTimes;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.run.TrainedRun;
import dev.twotower.trainer.serving.lists.ItemChoice;
import dev.twotower.trainer.serving.lists.ListSummary;
import dev.twotower.trainer.serving.lists.ListWriter;
import dev.twotower.trainer.serving.lists.NamedIds;
import dev.twotower.trainer.serving.lists.UserSources;
import dev.twotower.trainer.serving.recommend.IndexedItems;
import dev.twotower.trainer.serving.recommend.Recommendation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "recommend",
    description = {
      "Shows a user's history and the items the model would show next, by name; or writes the lists"
          + " of all users, or of those in a file, to a file.",
      "Items of the history are ranked again only if --rank-seen or the run's setting"
          + " evaluation.rankSeen says so.",
      "The history ends before the user's test rows; for a single user these are shown with the"
          + " ranks they got, or - for items that are not ranked.",
      "--new-user lists for somebody who is not in the log, by what is given of them: --history if"
          + " the run's user tower reads histories (user.history.length), --feature if it reads"
          + " features; else by popularity."
    },
    footer = {
      "  twotower recommend --run runs/one --user 4711",
      "  twotower recommend --run runs/one --user 4711 -k 50 --json",
      "  twotower recommend --run runs/one --user 4711 --feature context.device=ios",
      "  twotower recommend --run runs/one --new-user --history 85123A,22423",
      "  twotower recommend --run runs/one --all --to lists.parquet -k 20",
      "  twotower recommend --run runs/one --users users.txt --to lists.csv -k 20 \\",
      "      --without sold-out.txt --max-per category.1=3",
      "  twotower recommend --run runs/one --all --to lists.jsonl \\",
      "      --among \"\\\"category.1\\\" = 'Dairy' AND name NOT LIKE 'sample%%'\""
    })
final class RecommendCommand extends Action {
  private static final long MICROS = 1_000_000;

  /** What a list comes from where it is not the user's own rows. */
  private static final Map<String, String> WITHOUT_ROWS =
      Map.of(
          UserSources.EARLIER,
          "%nno training rows here: the user's vector comes from the earlier run".formatted(),
          "features",
          "%nno training rows: the user's vector comes from its features".formatted(),
          "popularity",
          "%nno training rows, and nothing is known of the user: items by popularity".formatted());

  @Mixin private RunOption run;

  @ArgGroup(multiplicity = "1")
  private Who who;

  /** One of the four. */
  static final class Who {
    @Option(
        names = "--user",
        order = 2,
        paramLabel = "ID",
        showDefaultValue = Visibility.NEVER,
        description = "A user's id in the log.")
    private String user;

    @Option(
        names = "--users",
        order = 3,
        paramLabel = "FILE",
        showDefaultValue = Visibility.NEVER,
        description = "A file of users' ids, one a line; with --to.")
    private Path users;

    @Option(
        names = "--all",
        order = 4,
        showDefaultValue = Visibility.NEVER,
        description = "All users; with --to.")
    private boolean all;

    @Option(
        names = "--new-user",
        order = 5,
        showDefaultValue = Visibility.NEVER,
        description = "Somebody who is not in the log, such as a visitor without an account.")
    private boolean newUser;

    /** Whether a single list is asked for. */
    private boolean one() {
      return user != null || newUser;
    }
  }

  @Option(
      names = "--index",
      order = 15,
      paramLabel = "FILE",
      description =
          "With --user: take the items from the items.hnsw that export wrote, in place of the whole"
              + " catalogue, and say what it was measured to find.")
  private Optional<Path> index = Optional.empty();

  @Mixin private NewUserOptions newUser;
  @Mixin private ListOptions lists;
  @Mixin private RankSeenOption rankSeen;

  @Override
  protected Answer answer(Console console) throws IOException {
    lists.requireFile(!who.one(), who.newUser ? "--new-user" : "--user");
    if (!who.newUser) {
      newUser.requireNone(who.user != null);
    }
    try (TrainedRun loaded = run.open(console)) {
      lists.tellOfAll(loaded.data(), console);
      boolean seen = rankSeen.of(loaded.config());
      if (index.isPresent() && who.user == null) {
        throw new IllegalArgumentException(
            "--index: received '%s' without --user; allowed: with --user (lists of many users, and of new ones, are exact)"
                .formatted(index.get()));
      }
      if (who.newUser) {
        return newUser.answer(loaded, lists, seen, console);
      }
      if (who.user != null) {
        ItemChoice choice = lists.choice(loaded.data());
        if (index.isPresent() && !newUser.features().isEmpty()) {
          throw new IllegalArgumentException(
              "--index: received '%s' with --feature; allowed: one of the two, since the index is searched as in the user's last request"
                  .formatted(index.get()));
        }
        if (index.isPresent()) {
          IndexedItems found = IndexedItems.of(loaded, who.user, lists.k(), choice, index.get());
          choice = found.choice();
          console.tell(
              "from the index, searched with width %d; %s"
                  .formatted(found.width(), found.recall().words()));
        }
        Recommendation found =
            Recommendation.of(
                loaded,
                who.user,
                newUser.features(),
                lists.k(),
                seen,
                choice,
                lists.limit(loaded.data()),
                console::tell);
        return new Answer(found, text(found) + unranked(found, loaded.data()));
      }
      NamedIds users =
          who.all
              ? NamedIds.all(loaded.data().userTable())
              : NamedIds.of(who.users, loaded.data().userTable(), "users");
      if (users.unknown() > 0) {
        console.tell(
            "note: %s: %s no users of the log, such as %s"
                .formatted(
                    who.users,
                    Amount.of(users.unknown(), "line is", "lines are"),
                    users.example()));
      }
      long heldOut = loaded.data().interactions(Split.TEST).rows();
      if (heldOut > 0 && !seen) {
        console.tell(
            "note: %s of the log are unknown to these lists: items of theirs are not left out. For serving, hold out few (import --split time:0.01)"
                .formatted(Amount.of(heldOut, "test row")));
      }
      if (loaded.config().user().readsRequests(loaded.data().userTable())) {
        console.tell("note: lists are for the last request of each user before the test rows");
      }
      try (Progress progress = console.progress("recommend", "users", users.numbers().length)) {
        ListSummary written =
            ListWriter.recommend(
                loaded,
                users.numbers(),
                seen,
                lists.request(loaded.data(), users, progress, console));
        return ListOptions.answer(written, "user");
      }
    }
  }

  @Override
  protected String afterWriteFailure() {
    return ListOptions.AFTER_WRITE_FAILURE;
  }

  private static String text(Recommendation found) {
    StringBuilder text = new StringBuilder("user " + found.user() + ", " + history(found));
    for (Recommendation.Entry entry : found.history()) {
      text.append(System.lineSeparator()).append("  ");
      if (found.timed()) {
        text.append(LogTimes.minute(entry.time() * MICROS)).append("  ");
      }
      text.append(label(entry.item(), entry.name()));
    }
    text.append(withoutRows(found));
    if (!found.request().isEmpty()) {
      text.append(System.lineSeparator()).append("in a request with ").append(request(found));
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

  /** What a rank that is none means; empty where all items have one. */
  private String unranked(Recommendation found, Dataset data) {
    if (found.heldOut().stream().allMatch(item -> item.rank() > 0)) {
      return "";
    }
    List<String> why = new ArrayList<>();
    if (!found.seenItemsRanked()) {
      why.add("an item of the history (--rank-seen ranks those, too)");
    }
    if (!data.feedback().of(Feedback.Role.NEVER).isEmpty()) {
      why.add("one that the user is never to get (events)");
    }
    if (lists.choosesItems()) {
      why.add("one that --among or --without leaves out");
    }
    if (index.isPresent()) {
      why.add("one that the search of --index did not find");
    }
    return "%n    -: not ranked, being %s".formatted(String.join(", or ", why));
  }

  private static String request(Recommendation found) {
    return found.request().stream()
        .map(
            of ->
                "%s = %s%s"
                    .formatted(
                        of.name(),
                        of.value() == null ? "nothing" : of.value(),
                        of.given() ? "" : " (as in the last one)"))
        .collect(Collectors.joining(", "));
  }

  /** Where the list does not come from training rows of the user; empty where it does. */
  private static String withoutRows(Recommendation found) {
    return found.source().equals("popularity") && !found.history().isEmpty()
        ? "%nall of these rows are held out for validation, so nothing is learned of the user: items by popularity (train --on train+validation learns from them)"
            .formatted()
        : WITHOUT_ROWS.getOrDefault(found.source(), "");
  }

  /** How much of the history is shown. */
  private static String history(Recommendation found) {
    if (found.history().isEmpty()) {
      return "no items before the test rows";
    }
    String all = Amount.of(found.historyItems(), "item");
    String shown =
        found.history().size() == found.historyItems()
            ? all + ", newest first"
            : "the newest %d of %s".formatted(found.history().size(), all);
    return shown + (found.timed() ? " (UTC):" : ":");
  }

  static String line(Recommendation.Ranked ranked) {
    String rank = ranked.rank() == 0 ? "-" : Integer.toString(ranked.rank());
    return String.format(
        Locale.ROOT, "%5s  %.4f  %s", rank, ranked.score(), label(ranked.item(), ranked.name()));
  }

  static String label(String id, String name) {
    return name.equals(id) ? id : name + " (" + id + ")";
  }
}
