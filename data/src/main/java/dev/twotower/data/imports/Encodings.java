package dev.twotower.data.imports;

import dev.twotower.data.imports.source.Packing;
import dev.twotower.data.imports.source.TextFile;
import dev.twotower.data.message.Received;
import dev.twotower.data.message.ShellWord;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * In which encoding each csv file of a request is written: what its first bytes mark, else what was
 * said of this file, else what was said of all.
 */
final class Encodings {
  private final String general;
  private final Map<String, String> ofFiles;
  private final Map<Path, String> found = new HashMap<>();
  private final List<String> notes = new ArrayList<>();

  private Encodings(String general, Map<String, String> ofFiles) {
    this.general = general;
    this.ofFiles = ofFiles;
  }

  /**
   * Reads {@code --encoding} texts: {@code NAME} for all files, {@code FILE=NAME} for one.
   *
   * @throws IllegalArgumentException when an encoding is unknown, or given twice
   */
  static Encodings parse(List<String> texts) {
    String general = null;
    Map<String, String> ofFiles = new LinkedHashMap<>();
    for (String text : texts) {
      // Files may have the sign in their names; encodings do not.
      int equals = text.lastIndexOf('=');
      String name = text.substring(equals + 1).strip();
      TextFile.charset(name);
      if (equals == 0) {
        throw new IllegalArgumentException(
            "--encoding: received %s; allowed: NAME, or FILE=NAME for one file"
                .formatted(Received.quoted(text)));
      }
      String before = equals < 0 ? general : ofFiles.put(text.substring(0, equals), name);
      if (before != null) {
        throw new IllegalArgumentException(
            "--encoding%s is given twice, as %s and %s; allowed: once, and once for each FILE=NAME"
                .formatted(equals < 0 ? "" : " " + text.substring(0, equals), before, name));
      }
      general = equals < 0 ? name : general;
    }
    return new Encodings(general == null ? TextFile.UTF_8 : general, ofFiles);
  }

  /** What was said, other than the default. */
  List<String> texts() {
    List<String> texts = new ArrayList<>();
    if (!general.equals(TextFile.UTF_8)) {
      texts.add(general);
    }
    ofFiles.forEach((file, name) -> texts.add(file + "=" + name));
    return texts;
  }

  /** What to know of the files read so far. */
  List<String> notes() {
    return notes;
  }

  /**
   * The encoding of a file that is about to be read.
   *
   * @throws IllegalArgumentException when what was said of this one file is not so
   */
  String of(Path path, Packing packing) {
    String before = found.get(path);
    if (before == null) {
      before = look(path, packing);
      found.put(path, before);
    }
    return before;
  }

  private String look(Path path, Packing packing) {
    Optional<String> own = own(path);
    String asked = own.orElse(general);
    boolean plain = TextFile.isPlain(TextFile.charset(asked));
    String file = String.valueOf(path.getFileName());
    Optional<Charset> mark = TextFile.mark(path, packing);
    if (mark.isPresent()) {
      String marked = mark.get().name();
      // UTF-16LE is UTF-16, too.
      boolean agrees = TextFile.charset(asked).name().startsWith(marked);
      if (own.isPresent() && !agrees) {
        throw new IllegalArgumentException(
            "--encoding %s=%s: the first bytes of %s mark it as %s; leave this out"
                .formatted(file, asked, path, marked));
      }
      if (!agrees && !plain) {
        notes.add(
            "%s is read as %s, as its first bytes mark it, and not as %s (--encoding)"
                .formatted(file, marked, asked));
      }
      return marked;
    }
    if (!plain && own.isEmpty() && TextFile.isUtf8(path, packing)) {
      notes.add(
          "%s is read as %s (--encoding), but all its letters beyond ASCII are valid UTF-8; if they look wrong, add --encoding %s=utf-8"
              .formatted(file, asked, ShellWord.of(file)));
    }
    return asked;
  }

  private Optional<String> own(Path path) {
    return ofFiles.entrySet().stream()
        .filter(each -> isNamed(path, each.getKey()))
        .max(Comparator.comparing(each -> Path.of(each.getKey()).normalize().getNameCount()))
        .map(Map.Entry::getValue);
  }

  /** By its path, however written, or the end of it: its name, or folders and name. */
  private static boolean isNamed(Path path, String file) {
    Path named = Path.of(file);
    return path.endsWith(named.normalize())
        || path.toAbsolutePath().normalize().equals(named.toAbsolutePath().normalize());
  }

  /** Those of the files named that were not read as csv. */
  List<String> unused() {
    return new TreeSet<>(ofFiles.keySet())
        .stream()
            .filter(file -> found.keySet().stream().noneMatch(path -> isNamed(path, file)))
            .toList();
  }
}
