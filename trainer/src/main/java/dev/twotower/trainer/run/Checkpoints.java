package dev.twotower.trainer.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.twotower.data.dataset.BadDataException;
import dev.twotower.data.dataset.Checksum;
import dev.twotower.data.dataset.StagedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The directories {@code checkpoint-NUMBER/} under one folder (design 13). Each appears whole or
 * not at all; its {@code state.json} holds what its writer knows and the checksums of the files
 * beside it.
 */
public final class Checkpoints {
  private static final String PREFIX = "checkpoint-";
  private static final String STATE = "state.json";

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Path folder;

  public Checkpoints(Path folder) {
    this.folder = folder;
  }

  /** Writes a checkpoint's files. */
  @FunctionalInterface
  public interface Content {
    void write(Path directory) throws IOException;
  }

  /**
   * A checkpoint found whole.
   *
   * @param path its directory
   * @param state what its writer left
   */
  public record Found<T>(Path path, T state) {}

  private record Saved(JsonNode state, Map<String, String> files) {}

  /**
   * Writes a checkpoint, unless there is one of that number, and removes all but the newest {@code
   * keep}.
   *
   * @param state anything that Jackson can write and read back
   */
  public void save(long number, Object state, Content content, int keep) throws IOException {
    Path target = folder.resolve(PREFIX + number);
    if (Files.exists(target)) {
      return;
    }
    try (StagedDirectory staged = StagedDirectory.create(target)) {
      content.write(staged.path());
      Map<String, String> checksums = new TreeMap<>();
      for (Path file : list(staged.path(), ".*")) {
        checksums.put(file.getFileName().toString(), Checksum.sha256(file));
      }
      JSON.writeValue(
          staged.path().resolve(STATE).toFile(), new Saved(JSON.valueToTree(state), checksums));
      staged.commit();
    }
    List<Path> all = all();
    for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
      // A kill amid the deletion must leave nothing that looks like a checkpoint.
      Path leaving = old.resolveSibling("." + old.getFileName() + ".partial-old");
      delete(leaving);
      Files.move(old, leaving, StandardCopyOption.ATOMIC_MOVE);
      delete(leaving);
    }
  }

  /**
   * The newest checkpoint; empty where there is none. Removes what a killed process has left
   * half-written.
   *
   * @throws BadDataException when a file of the checkpoint is not as it was written
   */
  public <T> Optional<Found<T>> newest(Class<T> state) throws IOException {
    // A killed process cannot remove what it has begun.
    for (Path left : list(folder, "[.].*[.]partial-.*")) {
      delete(left);
    }
    List<Path> all = all();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    Path newest = all.get(all.size() - 1);
    return Optional.of(new Found<>(newest, check(newest, state)));
  }

  private static <T> T check(Path checkpoint, Class<T> type) throws IOException {
    String remedy = "; remove '%s' to go on from what was before it".formatted(checkpoint);
    Path file = checkpoint.resolve(STATE);
    Saved saved;
    T state;
    try {
      saved = JSON.readValue(Files.readString(file), Saved.class);
      state = JSON.treeToValue(saved.state(), type);
    } catch (IOException e) {
      throw new BadDataException(file + " cannot be read: it was cut short or altered" + remedy, e);
    }
    for (Map.Entry<String, String> expected : saved.files().entrySet()) {
      Path each = checkpoint.resolve(expected.getKey());
      String found = Files.exists(each) ? Checksum.sha256(each) : "no such file";
      if (!found.equals(expected.getValue())) {
        throw new BadDataException(
            "%s was cut short or altered: SHA-256 expected %s, found %s%s"
                .formatted(each, expected.getValue(), found, remedy));
      }
    }
    return state;
  }

  private List<Path> all() throws IOException {
    return list(folder, PREFIX + "[0-9]+").stream()
        .sorted(
            Comparator.comparingLong(
                path -> Long.parseLong(path.getFileName().toString().substring(PREFIX.length()))))
        .toList();
  }

  private static List<Path> list(Path folder, String pattern) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().matches(pattern)).toList();
    }
  }

  /** Deletes a directory with all in it, where there is one. */
  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
