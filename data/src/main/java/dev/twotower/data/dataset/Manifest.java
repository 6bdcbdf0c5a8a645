package dev.twotower.data.dataset;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Seal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code dataset.json}: what the directory holds and where it came from (design 9).
 *
 * @param formatVersion {@link #FORMAT_VERSION}
 * @param counts sizes
 * @param schema columns and features
 * @param split the rule that made the splits, such as {@code leave-last-out}
 * @param provenance where the rows came from and what was left out on the way
 * @param files every other file of the directory with its size and SHA-256
 * @param overlaps what the validation and the test split share with the rows before them; empty in
 *     a data set that was made before this was counted
 */
public record Manifest(
    int formatVersion,
    Counts counts,
    Schema schema,
    String split,
    Provenance provenance,
    List<DataFile> files,
    List<SplitOverlap> overlaps) {
  /** What is written: times count microseconds. */
  public static final int FORMAT_VERSION = 2;

  /** The oldest version that is read: its times count seconds. */
  static final int OLDEST_VERSION = 1;

  static final String FILE_NAME = "dataset.json";
  private static final long MICROS_PER_SECOND = 1_000_000;

  /** From this version on a seal vouches for the manifest, see {@link Seal}. */
  static final int FIRST_SEALED_VERSION = 2;

  public Manifest {
    overlaps = List.copyOf(overlaps);
    files = List.copyOf(files);
  }

  /**
   * Sizes of a data set.
   *
   * @param rows rows per split, in the order train, validation, test; an absent split has 0
   */
  public record Counts(int users, int items, int requests, Map<Split, Long> rows) {
    public Counts {
      rows = ordered(rows);
    }

    public long rows(Split split) {
      return rows.getOrDefault(split, 0L);
    }

    @JsonIgnore
    public long allRows() {
      return rows.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Columns and features.
   *
   * @param time what the time column counts
   * @param weights whether rows carry a weight
   * @param requests where requests come from: {@code log}, {@code sessions of ... s} or {@code one
   *     per user}
   * @param rowsPerBatch rows per Arrow record batch, a power of two
   * @param context context columns of the interactions
   * @param userFeatures features in users.arrow
   * @param itemFeatures features in items.arrow
   * @param tree whether there is a category tree
   * @param contextLists of context columns whose codes stand for lists, the values of each code
   */
  public record Schema(
      TimeUnit time,
      boolean weights,
      String requests,
      int rowsPerBatch,
      List<Context> context,
      List<Feature> userFeatures,
      List<Feature> itemFeatures,
      boolean tree,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ContextList> contextLists) {
    /** What {@code requests} says of a log with its own. */
    public static final String FROM_LOG = "log";

    /** What {@code requests} says of a log without any. */
    public static final String ONE_REQUEST_PER_USER = "one per user";

    public Schema {
      context = List.copyOf(context);
      userFeatures = List.copyOf(userFeatures);
      itemFeatures = List.copyOf(itemFeatures);
      contextLists = List.copyOf(contextLists);
    }

    /** The column that says what kind of feedback each row is; empty where rows do not say it. */
    public Optional<Context> kinds() {
      return context.stream()
          .filter(column -> column.name().equals(Dataset.KINDS) && !column.numeric())
          .findFirst();
    }
  }

  /** What a row's time counts. */
  public enum TimeUnit {
    /** Microseconds since 1970-01-01T00:00:00Z. */
    EPOCH_MICROSECONDS("epoch-microseconds"),
    /** Seconds since then, as format version 1 has them; they are read as microseconds. */
    EPOCH_SECONDS("epoch-seconds"),
    /** A position: later rows have larger numbers, distances mean nothing. */
    ORDINAL("ordinal");

    private final String text;

    TimeUnit(String text) {
      this.text = text;
    }

    /** What a stored time is multiplied by when it is read, so that readers see one unit. */
    long factor() {
      return this == EPOCH_SECONDS ? MICROS_PER_SECOND : 1;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * A context column.
   *
   * @param numeric numbers (float64) rather than codes (int32)
   * @param cardinality number of codes, code 0 included; 0 when numeric
   * @param vocabularyStart row of vocabulary.arrow that holds code 0
   */
  public record Context(String name, boolean numeric, int cardinality, long vocabularyStart) {}

  /**
   * What the codes of a context column stand for where that is a list.
   *
   * @param name of the column
   * @param words whether the values are the words of a text
   * @param cardinality number of codes of values, code 0 included
   * @param vocabularyStart row of vocabulary.arrow that holds code 0
   */
  public record ContextList(String name, boolean words, int cardinality, long vocabularyStart) {
    /** The lists as a feature of the column's codes. */
    Feature feature() {
      return new Feature(name, FeatureKind.MULTI, cardinality, 0, vocabularyStart);
    }
  }

  /**
   * A feature of users or items.
   *
   * @param cardinality number of codes, code 0 included; 0 for numbers and vectors
   * @param dimension length of a vector; 0 otherwise
   * @param vocabularyStart row of vocabulary.arrow that holds code 0
   */
  public record Feature(
      String name, FeatureKind kind, int cardinality, int dimension, long vocabularyStart) {}

  /**
   * Where the rows came from.
   *
   * @param importer the importer or generator
   * @param options its options, as given
   * @param sources the files read
   * @param rowsRead rows read from them
   * @param dropped rows left out, by reason
   */
  public record Provenance(
      String importer,
      Map<String, String> options,
      List<Source> sources,
      long rowsRead,
      Map<String, Long> dropped) {
    public Provenance {
      options = ordered(options);
      sources = List.copyOf(sources);
      dropped = ordered(dropped);
    }

    /** Provenance of rows that no file holds, such as generated ones. */
    public static Provenance of(String importer, Map<String, String> options) {
      return new Provenance(importer, options, List.of(), 0, Map.of());
    }
  }

  /** A file that was read, by its name alone. */
  public record Source(String name, long bytes, String sha256) {}

  /**
   * A file of the directory.
   *
   * @param path relative to the directory, with {@code /} between names
   * @param split the split whose rows it holds; null for other files
   * @param rows rows it holds
   */
  public record DataFile(String path, Split split, long rows, long bytes, String sha256) {}

  /**
   * Reads the manifest of a data set.
   *
   * @throws BadDataException when there is none, or it cannot be read
   */
  static Manifest read(Path directory) {
    Path file = directory.resolve(FILE_NAME);
    requireExists(directory);
    Manifest manifest = ManifestJson.read(file);
    if (manifest.schema.time == TimeUnit.EPOCH_SECONDS != (manifest.formatVersion == 1)
        && manifest.schema.time != TimeUnit.ORDINAL) {
      throw new BadDataException(
          "%s has times in %s, which format version %d does not support; import the data again"
              .formatted(file, manifest.schema.time, manifest.formatVersion));
    }
    return manifest;
  }

  /**
   * Checks that a directory may be a data set.
   *
   * @throws IllegalArgumentException when it is none
   * @throws BadDataException when it is what is left of one, without its manifest
   */
  static void requireExists(Path directory) {
    if (exists(directory.resolve(FILE_NAME))) {
      return;
    }
    boolean folder = Files.isDirectory(directory);
    if (folder
        && (exists(directory.resolve(InteractionOutput.DIRECTORY))
            || exists(PartedWriter.part(directory, 0)))) {
      throw new BadDataException(
          "%s is missing from the data set; import the data again"
              .formatted(directory.resolve(FILE_NAME)));
    }
    throw new IllegalArgumentException(
        directory
            + (folder ? " holds no " + FILE_NAME : " is not a directory")
            + "; a data set is a directory made by `twotower import` or `twotower generate`");
  }

  static void requireVersion(Path file, int version) {
    if (version < OLDEST_VERSION || version > FORMAT_VERSION) {
      throw new BadDataException(
          "%s has format version %d, this version of twotower reads %d to %d; import the data again"
              .formatted(file, version, OLDEST_VERSION, FORMAT_VERSION));
    }
  }

  private static boolean exists(Path file) {
    try {
      Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return true;
    } catch (NoSuchFileException absent) {
      return false;
    } catch (IOException e) {
      if (!Files.isDirectory(file.getParent())) {
        return false;
      }
      throw BadDataException.unreadable(file, e);
    }
  }

  private static <K, V> Map<K, V> ordered(Map<K, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
