package dev.twotower.trainer.command;

import static dev.twotower.trainer.command.text.TextTable.count;

import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Amount;
import dev.twotower.data.message.ProgramName;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The summary printed after a data set is written. */
final class DatasetSummary {
  private DatasetSummary() {}

  static String text(Path directory, Manifest manifest) {
    Manifest.Counts counts = manifest.counts();
    String splits =
        Arrays.stream(Split.values())
            .map(split -> count(counts.rows(split)) + " " + split)
            .collect(Collectors.joining(", "));
    StringBuilder text =
        new StringBuilder(
            "%s: %s, %s, %s, %s (%s; split %s)"
                .formatted(
                    directory,
                    Amount.of(counts.users(), "user"),
                    Amount.of(counts.items(), "item"),
                    Amount.of(counts.requests(), "request"),
                    Amount.of(counts.allRows(), "row"),
                    splits,
                    manifest.split()));
    manifest
        .provenance()
        .dropped()
        .forEach(
            (reason, rows) ->
                text.append(System.lineSeparator())
                    .append("  left out: %s, %s".formatted(Amount.of(rows, "row"), reason)));
    return text.append(System.lineSeparator())
        .append("next: ")
        .append(ProgramName.command("diagnose --data %s", directory))
        .toString();
  }
}
