package dev.twotower.data.disk;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The folder into which native libraries are unpacked, and what killed processes leave in it.
 * {@code /proc} says which files are in use; on a system without it, a recent file counts as in
 * use.
 */
public final class TemporaryFolder {
  /** How to name another folder, the end of a message. */
  public static final String REMEDY =
      "name another folder with TWOTOWER_JAVA_OPTS=-Djava.io.tmpdir=DIR";

  /** What is younger may be about to be opened. */
  private static final Duration SETTLED = Duration.ofSeconds(10);

  private static final Duration SETTLED_UNSEEN = Duration.ofMinutes(10);

  private final Path folder;
  private final Path processes;

  private TemporaryFolder(Path folder, Path processes) {
    this.folder = folder;
    this.processes = processes;
  }

  /** The one that this Java machine was started with. */
  public static TemporaryFolder ofThisProcess() {
    return at(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** Another folder in which something is unpacked. */
  public static TemporaryFolder at(Path folder) {
    return new TemporaryFolder(folder, Path.of("/proc"));
  }

  /** Where it is. */
  public Path path() {
    return folder;
  }

  /** What keeps native libraries from being unpacked and loaded here; empty when nothing does. */
  public Optional<String> problem() {
    return writingProblem()
        .or(
            () ->
                noexec()
                    ? Optional.of(
                        "is mounted with 'noexec', so native libraries cannot be loaded from it")
                    : Optional.empty());
  }

  private Optional<String> writingProblem() {
    if (!Files.exists(folder)) {
      return Optional.of("does not exist");
    }
    if (!Files.isDirectory(folder)) {
      return Optional.of("is not a directory");
    }
    try {
      Files.delete(Files.createTempFile(folder, "twotower-", ".try"));
    } catch (IOException e) {
      return Optional.of("cannot be written to: " + BadDataException.reason(folder, e));
    }
    return Optional.empty();
  }

  /**
   * Checks that native libraries can be unpacked and loaded here.
   *
   * @throws IOException saying what is wrong and how to name another folder
   */
  public void requireUsable() throws IOException {
    refuse(problem());
  }

  /**
   * Checks that files can be written here.
   *
   * @throws IOException saying what is wrong and how to name another folder
   */
  public void requireWritable() throws IOException {
    refuse(writingProblem());
  }

  private void refuse(Optional<String> problem) throws IOException {
    if (problem.isPresent()) {
      throw new IOException(
          "the temporary folder '%s' %s; %s".formatted(folder, problem.get(), REMEDY));
    }
  }

  /** Whether the innermost mount that holds the folder forbids programs. */
  private boolean noexec() {
    try {
      String place = folder.toRealPath().toString();
      String options = "";
      int longest = -1;
      for (String line : Files.readAllLines(processes.resolve("self/mounts"))) {
        String[] fields = line.split(" ");
        if (fields.length < 4) {
          continue;
        }
        String mount = fields[1].replace("\\040", " ");
        boolean holds =
            place.equals(mount) || place.startsWith(mount.equals("/") ? "/" : mount + "/");
        if (holds && mount.length() >= longest) {
          longest = mount.length();
          options = fields[3];
        }
      }
      return List.of(options.split(",")).contains("noexec");
    } catch (IOException unknown) {
      return false;
    }
  }

  /** Removes the files of such names that this process has mapped; they stay mapped. */
  public void removeLoaded(List<String> names) throws IOException {
    Path maps = processes.resolve("self/maps");
    if (!Files.isReadable(maps)) {
      return;
    }
    Path place = folder.toRealPath();
    for (Path mapped : mapped(maps)) {
      if (place.equals(mapped.getParent()) && isNamed(mapped, names)) {
        Files.deleteIfExists(mapped);
      }
    }
  }

  /**
   * Removes files and folders whose names begin so and which no process uses; what cannot be
   * removed stays.
   */
  public void removeAbandoned(List<String> names) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(folder, path -> isNamed(path, names))) {
      all.forEach(found::add);
      boolean seen = Files.isDirectory(processes.resolve("self/fd"));
      Instant settled = Instant.now().minus(seen ? SETTLED : SETTLED_UNSEEN);
      found.removeIf(path -> changedAfter(path, settled));
      if (seen && !found.isEmpty()) {
        Path place = folder.toRealPath();
        List<Path> used = used();
        found.removeIf(
            path ->
                used.stream().anyMatch(each -> each.startsWith(place.resolve(path.getFileName()))));
      }
      for (Path path : found) {
        WorkFolder.delete(path);
      }
    } catch (IOException | RuntimeException left) {
      // Somebody else's, or gone already: a matter of tidiness alone.
    }
  }

  private static boolean isNamed(Path path, List<String> names) {
    String name = path.getFileName().toString();
    return names.stream().anyMatch(name::startsWith);
  }

  private static boolean changedAfter(Path path, Instant moment) {
    try (Stream<Path> all = Files.walk(path)) {
      return all.anyMatch(
          each -> {
            try {
              return Files.getLastModifiedTime(each, LinkOption.NOFOLLOW_LINKS)
                  .toInstant()
                  .isAfter(moment);
            } catch (IOException changing) {
              return true;
            }
          });
    } catch (IOException | RuntimeException changing) {
      return true;
    }
  }

  /** Files that processes, as far as they can be seen, have open or mapped. */
  private List<Path> used() throws IOException {
    List<Path> used = new ArrayList<>();
    try (DirectoryStream<Path> all =
        Files.newDirectoryStream(
            processes, path -> path.getFileName().toString().matches("[0-9]+"))) {
      for (Path process : all) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
          for (Path descriptor : open) {
            used.add(Files.readSymbolicLink(descriptor));
          }
        } catch (IOException | RuntimeException another) {
          // Another user's process, or one that has just ended.
        }
        try {
          used.addAll(mapped(process.resolve("maps")));
        } catch (IOException | RuntimeException another) {
          // As above.
        }
      }
    }
    return used;
  }

  private static List<Path> mapped(Path maps) throws IOException {
    Predicate<String> file = line -> line.indexOf('/') > 0;
    return Files.readAllLines(maps).stream()
        .filter(file)
        .map(line -> line.substring(line.indexOf('/')))
        .distinct()
        .map(Path::of)
        .sorted(Comparator.naturalOrder())
        .toList();
  }
}
