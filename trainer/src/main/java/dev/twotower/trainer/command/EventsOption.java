package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** What kinds of feedback stand for, where no run's settings say it, or runs differ. */
public final class EventsOption {
  static final String NAME = "--events";

  @Option(
      names = NAME,
      order = 6,
      split = ",",
      paramLabel = "KIND=USE",
      showDefaultValue = Visibility.NEVER,
      description =
          "What each kind of feedback stands for, as in the setting events: a weight (a positive),"
              + " shown, never or ignore; a kind with a comma is in double quotes. By default what"
              + " the setting of the ranked runs says; without runs, every row is a positive.")
  private List<String> kinds = List.of();

  /**
   * The rows of positives, where kinds were named; all rows else.
   *
   * @throws IllegalArgumentException with everything about the kinds that does not fit the log
   */
  public Dataset read(Dataset all) {
    return kinds.isEmpty() ? all : all.readingExactly(feedback());
  }

  /**
   * The rows of positives, where kinds were named; else those that runs have, which are ranked by
   * them.
   *
   * @param runs none for all rows
   * @throws IllegalArgumentException where kinds were not named, and not all runs have the same
   *     positives and the same that users must not get, or those that they have do not fit; names
   *     the runs
   */
  Dataset read(Dataset all, List<Path> runs) {
    if (given() || runs.isEmpty()) {
      return read(all);
    }
    requireSame(runs);
    Feedback uses = RunDirectory.open(runs.get(0)).config().events();
    try {
      return all.reading(uses);
    } catch (IllegalArgumentException misfit) {
      throw new IllegalArgumentException(
          "events of %s do not fit this log: %s%nallowed: %s KIND=USE,.. for the kinds of %s"
              .formatted(runs.get(0), misfit.getMessage(), NAME, all.directory()),
          misfit);
    }
  }

  /** Refuses runs that have other positives than the first, or other kinds never, unless named. */
  void requireSame(List<Path> runs) {
    if (given()) {
      return;
    }
    Feedback first = RunDirectory.open(runs.get(0)).config().events();
    for (Path run : runs) {
      Feedback uses = RunDirectory.open(run).config().events();
      if (!uses.ranksAs(first)) {
        throw new IllegalArgumentException(
            "%s has events %s, %s has %s, so they are not to find the same rows; allowed: runs with the same positives and the same kinds never, or %s KIND=USE,.. to rank all by"
                .formatted(runs.get(0), text(first), run, text(uses), NAME));
      }
    }
  }

  /** Says what is ranked by and what runs have of their own, where that is another thing. */
  Optional<String> told(List<Path> runs) {
    if (!given()) {
      return Optional.empty();
    }
    Feedback named = feedback();
    Map<String, List<String>> others = new LinkedHashMap<>();
    for (Path run : runs) {
      Feedback own = RunDirectory.open(run).config().events();
      if (!own.ranksAs(named)) {
        others.computeIfAbsent(text(own), any -> new ArrayList<>()).add(run.toString());
      }
    }
    return others.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "note: ranked by %s %s, not by what runs have of their own: %s"
                .formatted(
                    NAME,
                    text(named),
                    others.entrySet().stream()
                        .map(
                            each ->
                                "%s: %s"
                                    .formatted(String.join(", ", each.getValue()), each.getKey()))
                        .collect(Collectors.joining("; "))));
  }

  private static String text(Feedback uses) {
    return uses.isNone() ? "none (every row alike)" : uses.texts().toString();
  }

  /** Whether kinds were named. */
  public boolean given() {
    return !kinds.isEmpty();
  }

  /**
   * What kinds were said to stand for; {@link Feedback#NONE} where none were named.
   *
   * @throws IllegalArgumentException where what was given is none
   */
  public Feedback feedback() {
    if (!given()) {
      return Feedback.NONE;
    }
    List<String> settings = new ArrayList<>();
    uses(kinds).forEach((kind, use) -> settings.add(setting(kind, use)));
    return RunConfig.defaults().with(settings.toArray(String[]::new)).events();
  }

  /**
   * What kinds stand for as typed, in their order; of one kind the last counts.
   *
   * @param kinds each as {@code KIND=USE}
   * @throws IllegalArgumentException with the first that is not
   */
  static Map<String, String> uses(List<String> kinds) {
    Map<String, String> uses = new LinkedHashMap<>();
    for (String each : kinds) {
      int use = each.lastIndexOf('=');
      if (use <= 0 || use == each.length() - 1) {
        throw new IllegalArgumentException(
            "--events: received '%s'; allowed: KIND=USE, as in --events buy=3,view=shown, and a kind with a comma in double quotes: --events '\"add, to cart\"=1'"
                .formatted(each));
      }
      uses.put(KindsNote.unquoted(each.substring(0, use)), each.substring(use + 1));
    }
    return uses;
  }

  /** A kind may have dots, which in the name of a setting part sections. */
  static String setting(String kind, String use) {
    return "events={%s: %s}".formatted(KindsNote.key(kind), use);
  }
}
