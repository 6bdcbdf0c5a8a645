package dev.twotower.data.imports;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.splits.SplitRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The published splits of LightGCN and others: {@code train.txt} and {@code test.txt}, optionally
 * {@code valid.txt}, each a line per user: the user's number, then the numbers of its items. There
 * is no time; rows keep the order of the files.
 */
final class LightGcnFormat {
  private LightGcnFormat() {}

  static ImportPlan plan(ImportRequest request, QuerySession session, SourceOpener opener) {
    Path folder = request.from();
    List<SourceTable> parts = new ArrayList<>();
    for (String split : List.of("train", "valid", "test")) {
      Path file = folder.resolve(split + ".txt");
      if (!split.equals("valid") || Files.isRegularFile(file)) {
        opener.requireFile("--from", file);
        parts.add(opener.opened(AdjacencyFile.open(session, file, split)));
      }
    }
    return TableFormat.plan(
        request,
        session,
        opener,
        SourceTable.union(parts),
        Preset.of(Map.of("user", "user", "item", "item", "split", "split"))
            .withSplit(new SplitRule.Given(SplitRule.Given.DEFAULT_VALIDATION)));
  }
}
