package dev.twotower.data.imports;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Watches that no part of a log is read twice: such rows would look like returning users. */
final class LogParts {
  private static final Pattern PACKED =
      Pattern.compile("\\.(gz|gzip|zst|zstd|bz2)$", Pattern.CASE_INSENSITIVE);

  private LogParts() {}

  /**
   * Checks that no file comes under two names, nor plain and packed side by side.
   *
   * @throws BadDataException naming both
   */
  static void requireOnce(List<Path> parts) {
    Map<Object, Path> identities = new HashMap<>();
    Map<Path, Path> names = new HashMap<>();
    for (Path part : parts) {
      Path same = identities.put(identity(part), part);
      if (same != null) {
        throw new BadDataException(
            "%s and %s are one file, whose rows would count twice; leave one of them out"
                .formatted(same, part));
      }
      String plain = PACKED.matcher(part.getFileName().toString()).replaceFirst("");
      Path twin = names.put(part.resolveSibling(plain), part);
      if (twin != null) {
        throw new BadDataException(
            "%s and %s are by their names one file, whose rows would count twice; leave one of them out, or give it another name"
                .formatted(twin, part));
      }
    }
  }

  private static Object identity(Path file) {
    try {
      Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
      return key == null ? file.toRealPath() : key;
    } catch (IOException e) {
      throw new BadDataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Notes parts that have rows and the same bytes; they may be right, as two equal days are.
   *
   * @param sources name and checksum of each part
   * @param filled the places of the parts with rows
   */
  static void noteCopies(List<Manifest.Source> sources, Set<Integer> filled, List<String> notes) {
    Map<String, String> names = new HashMap<>();
    for (int place = 0; place < sources.size(); place++) {
      Manifest.Source source = sources.get(place);
      String other = filled.contains(place) ? names.get(source.sha256()) : null;
      if (filled.contains(place)) {
        names.putIfAbsent(source.sha256(), source.name());
      }
      if (other != null) {
        notes.add(
            "%s and %s hold the same bytes; if one is a copy, its rows count twice"
                .formatted(other, source.name()));
      }
    }
  }
}
