package dev.twotower.spark.prepare;

import dev.twotower.data.imports.Duplicates;
import dev.twotower.data.imports.RepeatedRows;
import dev.twotower.data.odd.LogCensus;
import dev.twotower.data.odd.LogTimes;
import dev.twotower.data.odd.OddRoles;
import dev.twotower.data.odd.OddTimes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is told of a log that looks odd, by what was counted while its parts were written; the words
 * are those of import where its SQL is not in them.
 *
 * @param notes times first
 * @param warnings where nothing learned from the log would be worth anything
 */
record OddRows(List<String> notes, List<String> warnings) {
  /**
   * Looks at a log.
   *
   * @param written what every part came to
   * @param counted whether times are numbers
   */
  static OddRows of(
      PrepareRequest request, List<PartOutput.Written> written, boolean counted, Instant now) {
    LogCensus log = LogCensus.join(written.stream().map(PartOutput.Written::census).toList());
    OddRows odd = new OddRows(new ArrayList<>(), new ArrayList<>());
    log.times().ifPresent(times -> odd.addTimes(request, times, counted, now));
    odd.warnings.addAll(OddRoles.warnings(log));
    odd.notes.addAll(OddRoles.notes(log, request.requests()));
    if (log.times().isPresent() && request.duplicates() == Duplicates.KEEP) {
      long repeats = written.stream().mapToLong(PartOutput.Written::repeats).sum();
      RepeatedRows.note(repeats, log.rows()).ifPresent(odd.notes::add);
    }
    return odd;
  }

  private void addTimes(PrepareRequest request, LogTimes times, boolean counted, Instant now) {
    if (counted && times.nearZero()) {
      warnings.add(
          "all times are in 1970: set --time-unit to what their numbers count (now: %s), or give --column position=COLUMN for an order that is not a time"
              .formatted(request.log().timeUnit()));
      return;
    }
    for (OddTimes.Group group : OddTimes.of(times, now, counted)) {
      notes.add(
          "%s; leave such rows out with --where, or correct them in --column time='EXPRESSION'%s"
              .formatted(
                  group.found(),
                  counted ? "; --time-unit is %s now".formatted(request.log().timeUnit()) : ""));
    }
  }
}
