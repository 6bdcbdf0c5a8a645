package dev.twotower.trainer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Checksum;
import dev.twotower.data.disk.Durable;
import dev.twotower.data.disk.Seal;
import dev.twotower.data.disk.WriterLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The files that grow while something is trained, its log and its checkpoints, and which checksums
 * cover which files (design 13). The folder's {@link Seal} lists the files that training begins
 * with and never changes; once training has ended, it also lists the log and the results. A
 * checkpoint is sealed itself, and holds the checksums of what the training began with and of the
 * log as it was then.
 */
public final class Journal {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private final Path folder;
  private final List<String> beginnings;
  private final Checkpoints checkpoints;
  private final MetricsLog log;

  /**
   * The journal of a folder that {@link #begin} has filled.
   *
   * @param beginnings names of the files that it began with
   */
  public Journal(Path folder, List<String> beginnings) {
    this.folder = folder;
    this.beginnings = List.copyOf(beginnings);
    this.checkpoints = new Checkpoints(folder);
    this.log = new MetricsLog(folder);
  }

  /**
   * Fills a folder that is being made.
   *
   * @param contents text of the files that training begins with, by name
   */
  public static void begin(Path staged, Map<String, String> contents) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    for (Map.Entry<String, String> each : contents.entrySet()) {
      Files.writeString(staged.resolve(each.getKey()), each.getValue());
      sums.put(each.getKey(), Checksum.sha256(each.getValue()));
    }
    Files.createFile(staged.resolve(MetricsLog.FILE));
    Seal.write(staged, sums);
  }

  /**
   * A checkpoint found whole.
   *
   * @param path its directory
   * @param state what its writer left
   */
  public record Found<T>(Path path, T state) {}

  /**
   * What a checkpoint's {@code state.json} holds.
   *
   * @param state what its writer knows
   * @param log the log as it was
   * @param began checksums of the files that the training began with
   */
  private record Standing(JsonNode state, MetricsLog.Mark log, Map<String, String> began) {}

  /** Appends a line to the log. */
  public void log(Map<String, ?> line) throws IOException {
    log.append(line);
  }

  /**
   * The lines of the log: compared with their checksum where training has ended, else without a
   * last one that was cut short by a kill.
   *
   * @throws BadDataException when the file is damaged
   */
  public List<JsonNode> lines() {
    Path file = folder.resolve(MetricsLog.FILE);
    if (!Seal.on(folder)) {
      return MetricsLog.parse(file, MetricsLog.read(file), true);
    }
    Seal seal = seal();
    return seal.lists(MetricsLog.FILE)
        ? MetricsLog.parse(file, seal.bytes(MetricsLog.FILE), false)
        : MetricsLog.parse(file, MetricsLog.read(file), true);
  }

  /**
   * The folder's seal.
   *
   * @throws BadDataException when it is missing or damaged
   */
  public Seal seal() {
    return Seal.of(folder, "restore what is damaged from a copy, or start again");
  }

  /** Whether training has ended and left its results. */
  public boolean ended() {
    return seal().lists(MetricsLog.FILE);
  }

  /** Seals the log and results: training has ended. */
  public void end(String... results) throws IOException {
    List<String> names = new ArrayList<>(beginnings);
    names.add(MetricsLog.FILE);
    names.addAll(List.of(results));
    log.flush();
    Map<String, String> sums = began();
    for (String name : names) {
      Path file = folder.resolve(name);
      if (!sums.containsKey(name)) {
        Durable.file(file);
        sums.put(name, Checksum.sha256(file));
      }
    }
    Seal.replace(folder, sums);
  }

  /** The checksums of what training began with, as the seal has them. */
  private Map<String, String> began() {
    Seal seal = seal();
    Map<String, String> sums = new TreeMap<>();
    beginnings.forEach(name -> sums.put(name, seal.sum(name)));
    return sums;
  }

  /**
   * Writes a checkpoint, unless there is one of that number, and removes all but the newest {@code
   * keep}.
   *
   * @param state anything that Jackson can write and read back
   */
  public void save(long number, Object state, Checkpoints.Content content, int keep)
      throws IOException {
    Standing standing = new Standing(JSON.valueToTree(state), log.mark(), began());
    checkpoints.save(number, standing, content, keep);
  }

  private static <T> T state(Checkpoints.Found<Standing> found, Class<T> type) {
    try {
      return JSON.treeToValue(found.state().state(), type);
    } catch (JsonProcessingException e) {
      throw new BadDataException(
          "%s was not written by this version of twotower: %s; remove it to continue from what was before it, or continue with that version"
              .formatted(found.path(), e.getOriginalMessage()),
          e);
    }
  }

  private Optional<Checkpoints.Found<Standing>> newest(long below) throws IOException {
    Optional<Checkpoints.Found<Standing>> newest = checkpoints.newest(Standing.class, below);
    newest.ifPresent(
        found -> {
          if (!found.state().began().equals(began())) {
            throw new BadDataException(
                "%s was written for a training that started with other files than those in %s: %s expected, found %s"
                    .formatted(found.path(), folder, found.state().began(), began()));
          }
        });
    return newest;
  }

  /**
   * The newest checkpoint of a number below some, to be read; empty where there is none.
   *
   * @throws BadDataException when something is not as it was written
   */
  public <T> Optional<Found<T>> before(long number, Class<T> type) throws IOException {
    return newest(number).map(found -> new Found<>(found.path(), state(found, type)));
  }

  /**
   * Goes back to the newest checkpoint, or to the beginning if there is none: what was logged since
   * is discarded, and what a killed process left half-written is removed.
   *
   * @param requirement checks the checkpoint's state and throws if training cannot continue from
   *     it; nothing is changed before that
   * @throws BadDataException when something is not as it was written
   */
  public <T> Optional<Found<T>> goBack(Class<T> type, WriterLock lock, Consumer<T> requirement)
      throws IOException {
    seal().check(beginnings.toArray(String[]::new));
    checkpoints.removeLeftovers(lock);
    Optional<Checkpoints.Found<Standing>> newest = newest(Long.MAX_VALUE);
    T state = newest.isPresent() ? state(newest.get(), type) : null;
    MetricsLog.Mark mark = newest.map(found -> found.state().log()).orElse(MetricsLog.Mark.START);
    log.require(mark);
    if (state != null) {
      requirement.accept(state);
    }
    // Until it has ended again, nothing vouches for what will change.
    Seal.replace(folder, began());
    log.cutTo(mark);
    return newest.map(found -> new Found<>(found.path(), state));
  }
}
