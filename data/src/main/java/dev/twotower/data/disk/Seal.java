package dev.twotower.data.disk;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code SHA256SUMS}: the checksums of a directory's files, in the form that {@code sha256sum -c
 * SHA256SUMS} checks. It is written after all that it lists, and read before any of it; what it
 * does not list it does not vouch for (design 13). Its own damage shows as well: every line must be
 * of one exact form, and a changed sum no longer fits its file.
 */
public final class Seal {
  public static final String FILE = "SHA256SUMS";

  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) {2}([^\\\\\\p{Cntrl}]+)");

  private final Path directory;
  private final Map<String, String> sums;
  private final String remedy;

  private Seal(Path directory, Map<String, String> sums, String remedy) {
    this.directory = directory;
    this.sums = sums;
    this.remedy = remedy;
  }

  /** Seals a directory: lists every file in and below it. */
  public static void write(Path directory) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sums.put(directory.relativize(file).toString().replace('\\', '/'), Checksum.sha256(file));
      }
    }
    sums.remove(FILE);
    write(directory, sums);
  }

  /**
   * Seals a directory with checksums that are known already, and flushes them to the disk.
   *
   * @param sums SHA-256 by a file's path in the directory, with {@code /} between its parts
   */
  public static void write(Path directory, Map<String, String> sums) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            directory.resolve(FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text(sums).getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      Durable.flush(channel);
    }
  }

  /** Seals a directory again, replacing its earlier seal. */
  public static void replace(Path directory, Map<String, String> sums) throws IOException {
    Durable.replace(directory.resolve(FILE), text(sums));
  }

  /** The file's text; lines are sorted by name. */
  static String text(Map<String, String> sums) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(sums)
        .forEach(
            (name, sum) -> {
              String line = sum + "  " + name;
              if (!LINE.matcher(line).matches()) {
                throw new IllegalArgumentException("no line of " + FILE + ": '" + line + "'");
              }
              text.append(line).append('\n');
            });
    return text.toString();
  }

  /** Whether a directory is sealed, be it with a damaged seal. */
  public static boolean on(Path directory) {
    return !Files.notExists(directory.resolve(FILE), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Reads a directory's seal; none of its files is looked at yet.
   *
   * @param remedy what to do where a file is damaged, the end of a message; may be empty
   * @throws BadDataException when the seal is missing or damaged
   */
  public static Seal of(Path directory, String remedy) {
    Path file = directory.resolve(FILE);
    if (!on(directory)) {
      throw new BadDataException(
          "%s is missing: it was removed, or an earlier version of twotower wrote the directory%s"
              .formatted(file, end(remedy)));
    }
    Map<String, String> sums = new TreeMap<>();
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
    for (String line : text.split("\n", -1)) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        sums.put(matcher.group(2), matcher.group(1));
      }
    }
    if (sums.isEmpty() || !text.equals(text(sums))) {
      throw new BadDataException(
          "%s was cut short or altered: its lines must be a SHA-256, two spaces and a file's name%s"
              .formatted(file, end(remedy)));
    }
    return new Seal(directory, sums, remedy);
  }

  private static String end(String remedy) {
    return remedy.isEmpty() ? "" : "; " + remedy;
  }

  /** Whether a file is listed. */
  public boolean lists(String name) {
    return sums.containsKey(name);
  }

  /**
   * The SHA-256 that a file must have.
   *
   * @throws BadDataException when the seal does not list it
   */
  public String sum(String name) {
    String sum = sums.get(name);
    if (sum == null) {
      throw new BadDataException(
          "%s does not list %s: it was cut short or altered, or the file does not belong to what was written%s"
              .formatted(directory.resolve(FILE), name, end(remedy)));
    }
    return sum;
  }

  /**
   * Compares files with their checksums.
   *
   * @throws BadDataException naming the first that is missing, altered or not listed
   */
  public Seal check(String... names) {
    for (String name : names) {
      Path file = path(name);
      try {
        require(file, sum(name), Checksum.sha256(file));
      } catch (IOException e) {
        throw BadDataException.unreadable(file, e);
      }
    }
    return this;
  }

  /** Compares all files that are listed with their checksums. */
  public Seal checkAll() {
    return check(sums.keySet().toArray(String[]::new));
  }

  /** A small file's bytes, compared with their checksum. */
  public byte[] bytes(String name) {
    Path file = path(name);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
    require(file, sum(name), Checksum.sha256(bytes));
    return bytes;
  }

  /** A small file's text, compared with its checksum. */
  public String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  private Path path(String name) {
    Path file = directory.resolve(name).normalize();
    sum(name);
    if (!file.startsWith(directory.normalize())) {
      throw new BadDataException(
          "%s names a file outside its directory: %s".formatted(directory.resolve(FILE), name));
    }
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new BadDataException(
          "%s is missing, though %s lists it%s".formatted(file, FILE, end(remedy)));
    }
    return file;
  }

  private void require(Path file, String expected, String found) {
    if (!expected.equals(found)) {
      throw new BadDataException(
          "%s was cut short or altered: SHA-256 expected %s, found %s%s"
              .formatted(file, expected, found, end(remedy)));
    }
  }
}
