package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * A data set of P parts (design 17): a directory whose parts are data sets themselves, each with
 * all rows of some users and the whole catalogue. Users and items are numbered over the whole log,
 * as in a data set of one piece; a part numbers its users from 0, in the same order, and a file
 * beside it says which they are.
 *
 * <table>
 * <caption>files</caption>
 * <tr><th>file</th><th>holds</th></tr>
 * <tr><td>{@code dataset.json}</td><td>the manifest of the whole, which lists the other files</td></tr>
 * <tr><td>{@code part-00000/}, ...</td><td>the parts</td></tr>
 * <tr><td>{@code part-00000.users}, ...</td><td>the numbers of a part's users in the log, ascending,
 *     32-bit little-endian</td></tr>
 * <tr><td>{@code item-rows.bin}</td><td>rows of each item in the log's training split, then in its
 *     validation split, 32-bit little-endian</td></tr>
 * </table>
 *
 * <p>{@link Dataset#open} sees such a directory as one data set. Code that works part by part opens
 * this class instead. Safe for several threads.
 */
public final class PartedDataset {
  static final String ITEM_ROWS = "item-rows.bin";

  private final Path directory;
  private final Manifest manifest;
  private final int parts;

  PartedDataset(Path directory, Manifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
    this.parts =
        (int)
            manifest.files().stream()
                .filter(file -> file.path().endsWith("/" + Manifest.FILE_NAME))
                .count();
  }

  /**
   * Opens a data set of parts; the parts themselves are read when they are asked for.
   *
   * @throws BadDataException naming the file that is missing or altered
   * @throws IllegalArgumentException when the directory is a data set of one piece
   */
  public static PartedDataset open(Path directory) {
    Manifest manifest = DatasetFiles.open(directory).manifest();
    if (!lists(manifest)) {
      throw new IllegalArgumentException(
          "'%s' is a data set of one piece; needed: one of parts, as 'twotower-spark prepare' makes them"
              .formatted(directory));
    }
    return new PartedDataset(directory, manifest);
  }

  /** Whether a manifest is that of a data set of parts. */
  static boolean lists(Manifest manifest) {
    return manifest.files().stream().anyMatch(file -> file.path().equals(ITEM_ROWS));
  }

  /** The directory of a part, relative to the whole's. */
  static String name(int part) {
    return String.format(Locale.ROOT, "part-%05d", part);
  }

  /** The file beside a part with its users' numbers. */
  static String usersFile(int part) {
    return name(part) + ".users";
  }

  public Path directory() {
    return directory;
  }

  /** What the whole holds. */
  public Manifest manifest() {
    return manifest;
  }

  /** Number of parts, P; they are numbered 0 to P-1. */
  public int parts() {
    return parts;
  }

  /**
   * A part as a data set: its users numbered from 0, the whole catalogue, and as {@link
   * Dataset#trainCounts} the counts of the whole log.
   *
   * @param splits what a model learns from, as in {@link Dataset#trainedOn}
   */
  public Dataset part(int part, TrainSplits splits) {
    Dataset learned = piece(part).trainedOn(splits);
    return new Dataset(
        learned, new TrainCounts(learned.interactions(Split.TRAIN), itemRows(splits)));
  }

  /**
   * The same with the counts of the part alone.
   *
   * @param splits what a model learns from
   */
  public Dataset partAlone(int part, TrainSplits splits) {
    return piece(part).trainedOn(splits);
  }

  /** A part as its files have it. */
  Dataset piece(int part) {
    if (part < 0 || part >= parts) {
      throw new IllegalArgumentException("part " + part + "; allowed: 0 to " + (parts - 1));
    }
    return Dataset.open(directory.resolve(name(part)));
  }

  /** The numbers in the log of a part's users, ascending. */
  public int[] users(int part) {
    return ints(directory.resolve(usersFile(part)));
  }

  /** Rows of each item in the whole log that a model learns from. */
  public int[] itemRows(TrainSplits splits) {
    int items = manifest.counts().items();
    int[] stored = ints(directory.resolve(ITEM_ROWS));
    if (stored.length != 2 * items) {
      throw new BadDataException(
          "%s holds %d numbers; expected %d; prepare the data again"
              .formatted(directory.resolve(ITEM_ROWS), stored.length, 2 * items));
    }
    int[] rows = new int[items];
    for (int item = 0; item < items; item++) {
      rows[item] =
          stored[item] + (splits == TrainSplits.TRAIN_AND_VALIDATION ? stored[items + item] : 0);
    }
    return rows;
  }

  /** All parts as one data set, in the order of a data set of one piece. */
  Dataset whole() {
    PartedUsers users = new PartedUsers(this);
    Map<Split, Interactions> interactions = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      interactions.put(split, new PartedInteractions(users, split));
    }
    Dataset first = users.part(0);
    return new Dataset(
        directory,
        manifest,
        interactions,
        users,
        first.itemTable(),
        first.tree(),
        new TrainCounts(interactions.get(Split.TRAIN), itemRows(TrainSplits.TRAIN)));
  }

  private static int[] ints(Path file) {
    try {
      IntBuffer stored =
          ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
      int[] numbers = new int[stored.remaining()];
      stored.get(numbers);
      return numbers;
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }
}
