package dev.twotower.data.imports;

import dev.twotower.data.message.Received;
import dev.twotower.data.message.ShellWord;
import dev.twotower.data.message.Suggestion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/**
 * The files and folders that {@code --from} names. A path is a path, whatever its letters: {@code
 * a*b.csv} is the file of that name. Only a text that begins with {@code glob:} is a pattern:
 * {@code *} and {@code ?} stand for letters of a name, {@code [..]} for one of some, {@code {a,b}}
 * for one of some words, and the name {@code **} for any folders. Names that begin with a point or
 * an underscore, by convention no data, are taken where the pattern has that letter itself.
 */
public final class FromPaths {
  static final String GLOB = "glob:";
  private static final String SPECIAL = ".*[*?\\[{].*";

  private FromPaths() {}

  /**
   * What texts name, in order of name.
   *
   * @throws IllegalArgumentException when there is no such file, or a pattern fits none
   */
  public static List<Path> of(List<String> texts) {
    Set<Path> found = new LinkedHashSet<>();
    for (String text : texts) {
      if (text.isBlank()) {
        throw new IllegalArgumentException(
            "--from: received %s; allowed: the name of a file or folder"
                .formatted(Received.quoted(text)));
      }
      for (Path path : text.startsWith(GLOB) ? matches(text) : List.of(given(text))) {
        if (!found.add(path)) {
          throw new IllegalArgumentException(
              "--from %s is named twice; its rows would count twice".formatted(path));
        }
      }
    }
    return found.stream()
        .sorted(Comparator.comparing(Path::toString, FileOrder.BY_NUMBERS))
        .toList();
  }

  private static Path given(String text) {
    try {
      RemoteAddress.refuse(text);
    } catch (IllegalArgumentException far) {
      throw new IllegalArgumentException("--from: " + far.getMessage(), far);
    }
    Path path = Path.of(text);
    requireThere(path);
    return path;
  }

  /**
   * Requires a file or folder.
   *
   * @throws IllegalArgumentException saying that there is none, and how a pattern is asked for
   */
  static void requireThere(Path path) {
    if (Files.exists(path)) {
      return;
    }
    String text = path.toString();
    throw new IllegalArgumentException(
        "--from %s: there is no such file or folder%s"
            .formatted(
                text,
                text.matches(SPECIAL)
                    ? "; a path is no pattern, so for all that fit one write --from "
                        + ShellWord.of(GLOB + text)
                    : near(path)));
  }

  private static String near(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || path.getFileName() == null || !Files.isDirectory(folder)) {
      return "";
    }
    return Suggestion.hint(path.getFileName().toString(), names(folder));
  }

  private static List<String> names(Path folder) {
    try (var paths = Files.list(folder)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<Path> matches(String text) {
    String pattern = text.substring(GLOB.length());
    List<Path> found = List.of(Path.of(pattern.startsWith("/") ? "/" : ""));
    // A folder is read with those below it.
    for (String name : pattern.replaceFirst("/\\*\\*/?$", "").split("/+")) {
      if (name.isEmpty()) {
        continue;
      }
      List<Path> next = new ArrayList<>();
      for (Path folder : found) {
        if (name.equals("**")) {
          below(folder, next);
        } else if (!name.matches(SPECIAL)) {
          next.add(folder.resolve(name));
        } else if (Files.isDirectory(folder)) {
          PathMatcher fits = matcher(text, name);
          names(folder).stream()
              .filter(each -> !isHidden(each) || each.charAt(0) == name.charAt(0))
              .map(Path::of)
              .filter(fits::matches)
              .map(folder::resolve)
              .forEach(next::add);
        }
      }
      next.removeIf(path -> !Files.exists(path));
      if (next.isEmpty()) {
        throw new IllegalArgumentException(
            "--from %s: no file fits; nothing in %s is called %s%s"
                .formatted(
                    text,
                    found.get(0).toAbsolutePath(),
                    ShellWord.of(name),
                    pattern.matches(SPECIAL)
                        ? ""
                        : ", and it is no pattern, without *, ?, [ or {"));
      }
      found = next;
    }
    return found;
  }

  /** A folder and those below it, each once. */
  private static void below(Path folder, List<Path> into) {
    into.add(folder);
    for (String name : names(folder)) {
      Path each = folder.resolve(name);
      if (!isHidden(name) && Files.isDirectory(each) && !Files.isSymbolicLink(each)) {
        below(each, into);
      }
    }
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".") || name.startsWith("_");
  }

  private static PathMatcher matcher(String text, String name) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + name);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "--from: received %s; %s in %s; allowed: *, ?, [..] and {a,b} within a name, and ** for any folders"
              .formatted(Received.quoted(text), e.getDescription(), Received.quoted(name)),
          e);
    }
  }
}
