package dev.twotower.trainer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Seal;
import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.disk.WorkFolder;
import dev.twotower.data.disk.WriteFailure;
import dev.twotower.data.disk.WriterLock;
import dev.twotower.data.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The directories {@code checkpoint-NUMBER/} under one folder (design 13). Each appears whole or
 * not at all; its {@code state.json} holds what its writer passes in, and its seal covers that and
 * all files beside it.
 */
public final class Checkpoints {
  private static final String PREFIX = "checkpoint-";
  private static final String LEAVING = ".leaving-";
  private static final String STATE = "state.json";

  private final Path folder;

  Checkpoints(Path folder) {
    this.folder = folder;
  }

  /** Writes a checkpoint's files. */
  @FunctionalInterface
  public interface Content {
    void write(Path directory) throws IOException;
  }

  /** A checkpoint found whole. */
  record Found<T>(Path path, T state) {}

  /**
   * Writes a checkpoint, unless there is one of that number, and removes all but the newest {@code
   * keep}.
   *
   * @param state anything that Jackson can write and read back
   * @throws WriteFailure when it cannot be written; nothing is left of it then
   */
  void save(long number, Object state, Content content, int keep) throws IOException {
    Path target = folder.resolve(PREFIX + number);
    if (Files.exists(target)) {
      return;
    }
    try (StagedDirectory staged = StagedDirectory.inside(folder, PREFIX + number)) {
      content.write(staged.path());
      Json.INDENTED.writeValue(staged.path().resolve(STATE).toFile(), state);
      Seal.write(staged.path());
      staged.commit();
    } catch (IOException e) {
      throw Files.isDirectory(folder) ? WriteFailure.of(target, e) : WriteFailure.gone(folder);
    }
    List<Path> all = all();
    for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
      // A kill amid the deletion must leave nothing that looks like a checkpoint.
      Path leaving = folder.resolve(LEAVING + old.getFileName());
      WorkFolder.delete(leaving);
      Files.move(old, leaving, StandardCopyOption.ATOMIC_MOVE);
      WorkFolder.delete(leaving);
    }
  }

  /** Removes what killed processes have left half-written or half-removed. */
  void removeLeftovers(WriterLock lock) throws IOException {
    WorkFolder.removeAbandoned(folder, "." + PREFIX, lock.exclusive());
    for (Path left : list("\\" + LEAVING + ".*")) {
      WorkFolder.delete(left);
    }
  }

  /**
   * The newest checkpoint of a number below some; empty where there is none.
   *
   * @throws BadDataException when a file of the checkpoint is not as it was written
   */
  <T> Optional<Found<T>> newest(Class<T> type, long below) throws IOException {
    List<Path> all = all().stream().filter(path -> number(path) < below).toList();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    Path newest = all.get(all.size() - 1);
    Seal seal =
        Seal.of(newest, "remove '%s' to continue from the one before it".formatted(newest))
            .checkAll();
    try {
      return Optional.of(new Found<>(newest, Json.INDENTED.readValue(seal.bytes(STATE), type)));
    } catch (JsonProcessingException e) {
      throw new BadDataException(
          "%s is not what this version of twotower writes: %s"
              .formatted(newest.resolve(STATE), e.getOriginalMessage()),
          e);
    }
  }

  private List<Path> all() throws IOException {
    return list(PREFIX + "[0-9]{1,18}").stream()
        .sorted(Comparator.comparingLong(Checkpoints::number))
        .toList();
  }

  private static long number(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring(PREFIX.length()));
  }

  private List<Path> list(String pattern) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().matches(pattern)).toList();
    }
  }
}
