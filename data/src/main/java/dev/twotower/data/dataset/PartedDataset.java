package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
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
 *     validation split; where rows are of kinds of feedback, this of each kind in turn; 32-bit
 *     little-endian</td></tr>
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

  /** What kinds of feedback stand for in the parts, and in counts. */
  private final Feedback feedback;

  /** The kinds of feedback in the log; null before a part was read, as the manifest counts them. */
  private volatile List<String> kinds;

  PartedDataset(Path directory, Manifest manifest) {
    this(directory, manifest, Feedback.NONE);
  }

  private PartedDataset(Path directory, Manifest manifest, Feedback feedback) {
    this.directory = directory;
    this.manifest = manifest;
    this.feedback = feedback;
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

  /**
   * This data set as a model sees it to which kinds of feedback stand for what is given: its parts
   * and the counts of the log are those of positives, as in {@link Dataset#reading}. What does not
   * fit the log is refused where a part is opened.
   */
  public PartedDataset reading(Feedback uses) {
    PartedDataset read = new PartedDataset(directory, manifest, uses);
    read.kinds = kinds;
    return read;
  }

  /** What kinds of feedback stand for here. */
  public Feedback feedback() {
    return feedback;
  }

  public Path directory() {
    return directory;
  }

  /** What the whole holds, rows of all kinds. */
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
    Dataset learned = partAlone(part, splits);
    return new Dataset(
        learned, new TrainCounts(learned.interactions(Split.TRAIN), itemRows(splits)));
  }

  /**
   * The same with the counts of the part alone.
   *
   * @param splits what a model learns from
   */
  public Dataset partAlone(int part, TrainSplits splits) {
    return piece(part).reading(feedback).trainedOn(splits);
  }

  /**
   * Rows of a part that a model learns from. Where kinds of feedback stand for something, this
   * takes a pass over the part's kinds.
   *
   * @param splits what the model learns from
   */
  public long trainRows(int part, TrainSplits splits) {
    if (!feedback.isNone()) {
      return partAlone(part, splits).interactions(Split.TRAIN).rows();
    }
    Manifest.Counts counts = piece(part).manifest().counts();
    return Arrays.stream(Split.values()).filter(splits::contains).mapToLong(counts::rows).sum();
  }

  /** A part as its files have it. */
  Dataset piece(int part) {
    if (part < 0 || part >= parts) {
      throw new IllegalArgumentException("part " + part + "; allowed: 0 to " + (parts - 1));
    }
    Dataset piece = Dataset.open(directory.resolve(name(part)));
    kinds = piece.kinds();
    return piece;
  }

  /** The numbers in the log of a part's users, ascending. */
  public int[] users(int part) {
    return ints(directory.resolve(usersFile(part)));
  }

  /** The texts of the kinds, which all parts have alike; opens one where none was. */
  private List<String> kinds() {
    List<String> known = kinds;
    return known == null ? piece(0).kinds() : known;
  }

  /** Rows of each item in the whole log that a model learns from. */
  public int[] itemRows(TrainSplits splits) {
    int items = manifest.counts().items();
    int[] stored = ints(directory.resolve(ITEM_ROWS));
    // Code 0 is no kind.
    int blocks = manifest.schema().kinds().map(kind -> kind.cardinality() - 1).orElse(1);
    if (stored.length != 2L * items * blocks) {
      throw new BadDataException(
          "%s holds %d numbers; expected %d; prepare the data again"
              .formatted(directory.resolve(ITEM_ROWS), stored.length, 2L * items * blocks));
    }
    List<String> texts = feedback.isNone() ? List.of() : kinds();
    if (!feedback.isNone()) {
      feedback.requireFits(texts, directory, false);
    }
    int[] rows = new int[items];
    for (int block = 0; block < blocks; block++) {
      if (!feedback.isNone() && feedback.of(texts.get(block)).role() != Feedback.Role.POSITIVE) {
        continue;
      }
      int train = 2 * items * block;
      for (int item = 0; item < items; item++) {
        rows[item] += stored[train + item];
        if (splits == TrainSplits.TRAIN_AND_VALIDATION) {
          rows[item] += stored[train + items + item];
        }
      }
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
        new TrainCounts(interactions.get(Split.TRAIN), itemRows(TrainSplits.TRAIN)),
        first.kinds());
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
