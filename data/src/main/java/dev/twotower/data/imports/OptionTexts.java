package dev.twotower.data.imports;

import dev.twotower.data.imports.source.NullWords;
import dev.twotower.data.imports.splits.SplitRule;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Options of a request that differ from their defaults, for the provenance. Paths go by name. */
final class OptionTexts {
  private OptionTexts() {}

  static Map<String, String> of(ImportRequest request) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("from", from(request));
    request.columns().forEach((role, column) -> options.put("column " + role, column));
    put(options, "context", request.contexts());
    put(options, "where", request.where());
    put(
        options,
        "null-words",
        request.nullWords().equals(NullWords.USUAL)
            ? List.of()
            : List.of(String.join(",", request.nullWords())));
    put(options, "join", names(request.joins()));
    put(options, "users", names(request.userFiles()));
    put(options, "user-key", request.userKey().stream().toList());
    put(options, "user-feature", request.userFeatures());
    put(options, "items", names(request.itemFiles()));
    put(options, "item-key", request.itemKey().stream().toList());
    put(options, "item-name", request.itemName().stream().toList());
    put(options, "item-feature", request.itemFeatures());
    put(
        options,
        "item-tokens",
        request.itemTokens() == 0 ? List.of() : List.of("" + request.itemTokens()));
    put(options, "tree", request.tree().stream().toList());
    put(options, "split", request.split().stream().map(SplitRule::toString).toList());
    put(options, "seed", List.of("" + request.seed()));
    put(options, "duplicates", request.duplicates().stream().map(Duplicates::toString).toList());
    put(
        options,
        "session-gap",
        request.sessionGap().isPresent()
            ? List.of("" + request.sessionGap().getAsLong())
            : List.of());
    put(
        options,
        "max-bad-rows",
        request.maxBadRows() == 0 ? List.of() : List.of("" + request.maxBadRows()));
    put(
        options,
        "time-unit",
        request.timeUnit().equals("seconds") ? List.of() : List.of(request.timeUnit()));
    put(options, "time-format", request.timeFormat().stream().toList());
    put(options, "time-zone", request.timeZone().stream().toList());
    put(options, "delimiter", request.delimiter().stream().toList());
    put(options, "encoding", Encodings.parse(request.encodings()).texts());
    put(options, "decimal", request.decimal().equals(".") ? List.of() : List.of(request.decimal()));
    put(
        options,
        "header",
        request.header() || !request.names().isEmpty() ? request.names() : List.of("false"));
    put(options, "partitions", request.partitions() ? List.of("true") : List.of());
    put(
        options,
        "no-header",
        request.header() || request.names().isEmpty() ? List.of() : List.of("true"));
    return options;
  }

  /** The name of what was read, or of the first and the last and how many there are. */
  private static String from(ImportRequest request) {
    String first = String.valueOf(request.from().getFileName());
    int others = request.alsoFrom().size();
    return others == 0
        ? first
        : "%s .. %s (%d paths)"
            .formatted(first, request.alsoFrom().get(others - 1).getFileName(), others + 1);
  }

  private static List<String> names(List<String> files) {
    return files.stream().map(file -> Path.of(file).getFileName().toString()).toList();
  }

  private static void put(Map<String, String> options, String name, List<String> values) {
    if (!values.isEmpty()) {
      options.put(name, String.join("; ", values));
    }
  }
}
