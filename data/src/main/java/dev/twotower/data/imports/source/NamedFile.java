package dev.twotower.data.imports.source;

import dev.twotower.data.duckdb.QuerySession;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * A file that messages call by its place in a folder, since another file there has its name.
 *
 * @param fileName the path from that folder on
 */
record NamedFile(SourceTable.SourceFile file, String fileName) implements SourceTable.SourceFile {
  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public boolean commas() {
    return file.commas();
  }

  @Override
  public String unit() {
    return file.unit();
  }

  @Override
  public Set<String> unnamed() {
    return file.unnamed();
  }

  @Override
  public List<Long> lines(QuerySession session, List<Long> records) {
    return file.lines(session, records);
  }

  @Override
  public void readThrough(QuerySession session) {
    file.readThrough(session);
  }

  @Override
  public void release(QuerySession session) {
    file.release(session);
  }

  @Override
  public List<SourceTable.Malformed> malformed(QuerySession session) {
    return file.malformed(session).stream()
        .map(
            malformed ->
                new SourceTable.Malformed(
                    malformed.reason(),
                    malformed.count(),
                    malformed.examples().stream().map(this::named).toList()))
        .toList();
  }

  private BadRow named(BadRow row) {
    return new BadRow(row.reason(), fileName, row.unit(), row.line(), row.text());
  }
}
