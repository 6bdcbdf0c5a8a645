package dev.twotower.trainer.command.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.disk.Checksum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What commands have left, as text that is the same where everything that counts is the same. */
final class Results {
  private Results() {}

  /** Every file of a run or a quantiser that tells no times: arrays by their bytes. */
  static String run(Path out) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String file : Folders.files(out)) {
      if (file.matches("(.*/)?(weights|optimizer)\\.safetensors|.*planning\\.bin|.*\\.parquet")) {
        lines.add(file + " " + Checksum.sha256(out.resolve(file)));
      }
    }
    ObjectMapper json = new ObjectMapper();
    for (String line : Files.readAllLines(out.resolve("metrics.jsonl"))) {
      lines.add(Answer.plain(json.readTree(line)).toString());
    }
    return String.join("\n", lines);
  }

  /** Every file of a folder. */
  static String folder(Path out) throws IOException {
    return Answer.files(Folders.files(out).toArray(String[]::new)).read(out, null);
  }

  /** The first line in which two results differ. */
  static String difference(String expected, String found) {
    String[] one = expected.split("\n");
    String[] other = found.split("\n");
    for (int i = 0; i < Math.min(one.length, other.length); i++) {
      if (!one[i].equals(other[i])) {
        int at = 0;
        while (at < Math.min(one[i].length(), other[i].length())
            && one[i].charAt(at) == other[i].charAt(at)) {
          at++;
        }
        return "expected " + around(one[i], at) + ", found " + around(other[i], at);
      }
    }
    return "expected " + one.length + " lines, found " + other.length;
  }

  private static String around(String text, int at) {
    return text.substring(Math.max(0, at - 80), Math.min(text.length(), at + 60));
  }

  /** Hidden files that a command has begun to write, below a folder and beside it. */
  static List<Path> begun(Path out) throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(out.getParent())) {
      files.forEach(all::add);
    }
    if (Files.isDirectory(out)) {
      all.addAll(Folders.walk(out));
    }
    return all.stream()
        .filter(file -> file.getFileName().toString().startsWith("."))
        .filter(file -> !file.getFileName().toString().endsWith(".lock"))
        .toList();
  }

  static boolean isEmpty(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException gone) {
      return true;
    }
  }

  /** Makes what lies in a temporary folder old: what is new there may be somebody's. */
  static void age(Path temporary) throws IOException {
    if (Files.isDirectory(temporary)) {
      FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(2)));
      for (Path file : Folders.walk(temporary)) {
        Files.setLastModifiedTime(file, old);
      }
    }
  }

  /** Large files in a temporary folder, such as native libraries that were unpacked there. */
  static List<Path> large(Path temporary) throws IOException {
    if (!Files.isDirectory(temporary)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(temporary)) {
      return files
          .filter(file -> Files.isRegularFile(file) && file.toFile().length() > 1_000_000)
          .toList();
    }
  }
}
