package dev.twotower.data.guard;

import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * What is said of held-out splits, in one sentence for all of them. How the rows were split is told
 * where they are, what it does to results where there are some, and whether seen items should be
 * ranked where that is decided; nowhere twice.
 */
public final class LeakageNotes {
  /** Share of rows from which it is told that their order is not known. */
  private static final double SAME_MOMENT = 0.05;

  /** Likewise, that requests are divided: a cut in time goes through a few in any case. */
  private static final double DIVIDED = 0.05;

  private LeakageNotes() {}

  /**
   * For whom has made a data set: how its rows were split, and whether users come back. Where rows
   * are of kinds of feedback, what comes back is told of all of them alike, and that it depends on
   * which are positives.
   */
  public static List<String> ofNew(Manifest manifest) {
    List<SplitLeakage> splits = splits(manifest);
    List<String> notes = ofSplit(splits, manifest.schema().requests());
    List<SplitLeakage> test =
        splits.stream().filter(each -> each.overlap().split() == Split.TEST).toList();
    (manifest.schema().kinds().isEmpty() ? repeats(test) : repeatsOfKinds(test))
        .ifPresent(notes::add);
    return notes;
  }

  private static List<SplitLeakage> splits(Manifest manifest) {
    return manifest.overlaps().stream()
        .map(overlap -> new SplitLeakage(overlap).under(manifest))
        .toList();
  }

  /**
   * For whom splits rows: everything that another split would mend.
   *
   * @param requests where requests come from, as {@link Manifest.Schema#requests()} says
   */
  static List<String> ofSplit(List<SplitLeakage> splits, String requests) {
    List<String> notes = new ArrayList<>();
    future(splits).ifPresent(notes::add);
    note(
            splits.stream().filter(LeakageNotes::ofOneMoment).toList(),
            leakage -> leakage.overlap().sameMoment(),
            " are of the same moment as the user's last training row: the log does not say which"
                + " came first. If what happened at one time belongs together, import it with "
                + (requests.equals(Manifest.Schema.ONE_REQUEST_PER_USER)
                    ? "requests (--session-gap, --column request=COLUMN) and "
                    : "")
                + "--split leave-last-request-out.")
        .ifPresent(notes::add);
    divided(splits).ifPresent(notes::add);
    return notes;
  }

  private static boolean ofOneMoment(SplitLeakage leakage) {
    return leakage.overlap().sameMoment() >= SAME_MOMENT * leakage.overlap().rows();
  }

  /** For a reader of results: what they measure other than it seems. */
  public static List<String> ofResults(List<SplitLeakage> splits) {
    List<String> notes = new ArrayList<>();
    future(splits).ifPresent(notes::add);
    divided(splits).ifPresent(notes::add);
    return notes;
  }

  /** What seen items are worth where they are not ranked; empty where few rows repeat any. */
  static Optional<String> repeats(List<SplitLeakage> splits) {
    return repeats(
        splits,
        " repeat an item that the user had before. While seen items are not ranked, these are never"
            + " found; from about 10 % on, lists usually find more with them: train --set"
            + " evaluation.rankSeen=true.");
  }

  private static Optional<String> repeats(List<SplitLeakage> splits, String meaning) {
    return note(
        splits.stream().filter(SplitLeakage::returning).toList(),
        leakage -> leakage.overlap().repeatedItems(),
        meaning);
  }

  /** The same before anybody has said which kinds of feedback are positives. */
  private static Optional<String> repeatsOfKinds(List<SplitLeakage> splits) {
    return repeats(
        splits,
        " repeat an item that the user had before, be it in a row of another kind of event. While"
            + " seen items are not ranked, these are never found; diagnose --events KIND=USE,.."
            + " says how many are positives, and what to do.");
  }

  /** The same where training begins, which somebody may have decided. */
  public static Optional<String> undecidedRepeats(List<SplitLeakage> splits) {
    return repeats(splits).map(note -> note + " Either value, if set, ends this note.");
  }

  private static Optional<String> future(List<SplitLeakage> splits) {
    return note(
        splits,
        leakage -> leakage.overlap().ownFuture(),
        " are older than a training row of the same user: the model has seen that user's future."
            + " Import with --split leave-last-out or time:FRACTION.");
  }

  private static Optional<String> divided(List<SplitLeakage> splits) {
    return note(
        splits.stream()
            .filter(each -> each.overlap().dividedRequests() >= DIVIDED * each.overlap().rows())
            .toList(),
        leakage -> leakage.overlap().dividedRequests(),
        " belong to a request that also has training rows (told from 5 % on): results measure how"
            + " well a request is completed, not how well the next one is predicted. For that,"
            + " import with --split leave-last-request-out.");
  }

  private static Optional<String> note(
      List<SplitLeakage> splits, ToLongFunction<SplitLeakage> part, String meaning) {
    String shares =
        splits.stream()
            .filter(leakage -> part.applyAsLong(leakage) > 0)
            .map(leakage -> leakage.share(part.applyAsLong(leakage)))
            .collect(Collectors.joining(" and "));
    return shares.isEmpty() ? Optional.empty() : Optional.of(shares + meaning);
  }
}
