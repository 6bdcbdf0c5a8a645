package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Checksum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Compares the files of a data set with the sizes and checksums that its manifest lists, several
 * files at a time (design 13). One pass over each file; what it found is remembered for the rest of
 * the process, as the package explains.
 */
final class Verification {
  /**
   * A file written within this time of being read might change again without a new time stamp,
   * since clocks of file systems tick; it is not remembered.
   */
  private static final Duration SETTLED = Duration.ofSeconds(2);

  private static final Map<State, String> SEEN = new ConcurrentHashMap<>();

  /** Every file that was compared, with its size. */
  private static final Map<Path, Long> READ = new ConcurrentHashMap<>();

  private final Path directory;

  private Verification(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads every file.
   *
   * @throws BadDataException naming the first listed file that is missing, has another size, cannot
   *     be read, or has another checksum
   */
  static void require(Path directory, List<Manifest.DataFile> files) {
    Verification verification = new Verification(directory);
    files.forEach(verification::requireSize);
    List<String> found = files.parallelStream().map(verification::checksum).toList();
    for (int i = 0; i < found.size(); i++) {
      Manifest.DataFile file = files.get(i);
      READ.put(directory.resolve(file.path()), file.bytes());
      if (!found.get(i).equals(file.sha256())) {
        throw new BadDataException(
            "%s was altered: SHA-256 expected %s, found %s; import the data again"
                .formatted(directory.resolve(file.path()), file.sha256(), found.get(i)));
      }
    }
  }

  /** A file whose size has changed since it was compared. */
  static Optional<Path> changed() {
    return READ.entrySet().stream()
        .filter(
            read -> {
              try {
                return Files.size(read.getKey()) != read.getValue();
              } catch (IOException lost) {
                return false;
              }
            })
        .map(Map.Entry::getKey)
        .sorted()
        .findFirst();
  }

  private void requireSize(Manifest.DataFile expected) {
    Path file = directory.resolve(expected.path());
    try {
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new BadDataException(
            file + " is missing, though dataset.json lists it; import the data again");
      }
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw new BadDataException(
            file
                + (attributes.isDirectory() ? " is a directory" : " is not a plain file")
                + ", expected a file of "
                + expected.bytes()
                + " bytes; import the data again");
      }
      if (attributes.size() != expected.bytes()) {
        throw new BadDataException(
            "%s has %d bytes, but dataset.json says %d: it was truncated or altered (SHA-256 expected %s, found %s); import the data again"
                .formatted(
                    file,
                    attributes.size(),
                    expected.bytes(),
                    expected.sha256(),
                    Checksum.sha256(file)));
      }
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }

  private String checksum(Manifest.DataFile listed) {
    Path file = directory.resolve(listed.path());
    try {
      State before = State.of(file);
      String remembered = SEEN.get(before);
      if (remembered != null) {
        return remembered;
      }
      FileTime now = FileTime.fromMillis(System.currentTimeMillis());
      String found = Checksum.sha256(file);
      if (before.settled(now) && before.equals(State.of(file))) {
        SEEN.put(before, found);
      }
      return found;
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }

  /**
   * What changes when a file does.
   *
   * @param changed when its inode last changed, which, unlike {@code modified}, cannot be set; null
   *     where the system does not tell
   * @param key the inode; null where the system has none
   */
  private record State(Path file, long bytes, FileTime modified, FileTime changed, Object key) {
    static State of(Path file) throws IOException {
      BasicFileAttributes basic = Files.readAttributes(file, BasicFileAttributes.class);
      boolean unix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
      return new State(
          file.toAbsolutePath(),
          basic.size(),
          basic.lastModifiedTime(),
          unix ? (FileTime) Files.getAttribute(file, "unix:ctime") : null,
          basic.fileKey());
    }

    boolean settled(FileTime now) {
      return changed != null
          && Duration.between(changed.toInstant(), now.toInstant()).compareTo(SETTLED) > 0;
    }
  }
}
