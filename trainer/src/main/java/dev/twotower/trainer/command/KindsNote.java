package dev.twotower.trainer.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.json.Json;
import dev.twotower.data.message.ShellWord;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What to know where a log has kinds of feedback, and nothing says what they stand for. */
public final class KindsNote {
  /** More would hide the others. */
  private static final int SHOWN = 20;

  /** What YAML reads as something else than text. */
  private static final Set<String> WORDS =
      Set.of("y", "n", "yes", "no", "on", "off", "true", "false", "null");

  private KindsNote() {}

  /** A note with the option to copy, where nobody has said what kinds that there are stand for. */
  public static Optional<String> of(Dataset data) {
    return of(data, data.feedback());
  }

  /** The same for settings that are not yet read with the data. */
  public static Optional<String> of(Dataset data, Feedback events) {
    return of(data.kinds(), events);
  }

  /** The same for a log of these kinds. */
  public static Optional<String> of(List<String> kinds, Feedback events) {
    String as = shown(kinds).map(kind -> quoted(kind) + "=1").collect(Collectors.joining(","));
    return of(kinds, events, ShellWord.command(EventsOption.NAME + " %s", as));
  }

  /**
   * A note of the kinds that a run had and its next log does not.
   *
   * @param before what the run had; whatever else is not in the log, is refused
   * @throws IllegalArgumentException naming the kinds that neither run nor log have
   */
  static Optional<String> absent(Dataset data, Feedback events, Feedback before) {
    List<String> absent =
        events.kinds().keySet().stream().filter(kind -> !data.kinds().contains(kind)).toList();
    if (absent.isEmpty() || data.kinds().isEmpty()) {
      return Optional.empty();
    }
    if (!before.kinds().keySet().containsAll(absent)) {
      data.readingExactly(events);
    }
    return Optional.of(
        "note: this log has no rows of %s (events of the run it starts from); it is kept for the logs to come, or %s leaves it out"
            .formatted(
                String.join(", ", absent),
                ShellWord.command("--set %s", "events={" + key(absent.get(0)) + ": null}")));
  }

  private static Stream<String> shown(List<String> kinds) {
    return kinds.stream().limit(SHOWN);
  }

  private static Optional<String> of(List<String> kinds, Feedback events, String option) {
    if (kinds.isEmpty() || !events.isNone()) {
      return Optional.empty();
    }
    String more = kinds.size() > SHOWN ? " and %d more".formatted(kinds.size() - SHOWN) : "";
    return Optional.of(
        "note: rows are of %s%s, and every row counts as a positive alike%s; a kind may have another weight, or be shown (a negative for its request), never (not to be recommended) or ignore"
            .formatted(
                kinds.size() == 1
                    ? "one kind, " + kinds.get(0)
                    : kinds.size() + " kinds, " + shown(kinds).collect(Collectors.joining(", ")),
                more,
                kinds.size() > SHOWN ? "" : " (" + option + ")"));
  }

  /**
   * What makes kinds of feedback those of a section alone.
   *
   * @param section as JSON
   * @param set what is set so far
   * @return the section, and nothing for the kinds that it has not
   */
  static String only(String section, Feedback set) {
    try {
      ObjectNode all = (ObjectNode) Json.PLAIN.readTree(section);
      set.kinds().keySet().stream().filter(kind -> !all.has(kind)).forEach(all::putNull);
      return all.toString();
    } catch (JsonProcessingException own) {
      throw new UncheckedIOException(own);
    }
  }

  /** A kind as a key in YAML, on one line. */
  static String key(String kind) {
    return kind.matches("[A-Za-z][A-Za-z0-9_]*") && !WORDS.contains(kind.toLowerCase(Locale.ROOT))
        ? kind
        : inQuotes(kind);
  }

  private static String inQuotes(String kind) {
    return "\"" + kind.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /** A kind as one of a list with commas: in double quotes where it has what parts or quotes. */
  private static String quoted(String kind) {
    return kind.indexOf(',') < 0 && kind.indexOf('"') < 0 ? kind : inQuotes(kind);
  }

  /** The kind that {@link #quoted} wrote. */
  static String unquoted(String kind) {
    return kind.length() > 1 && kind.startsWith("\"") && kind.endsWith("\"")
        ? kind.substring(1, kind.length() - 1).replaceAll("\\\\([\\\\\"])", "$1")
        : kind;
  }
}
