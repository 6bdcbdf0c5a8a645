package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import dev.twotower.data.tree.CategoryTree;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * A data set directory, memory-mapped (design 9). Memory use does not grow with the data. Safe for
 * several threads.
 */
public final class Dataset implements AutoCloseable {
  /** The context column that holds the kind of feedback of each row. */
  public static final String KINDS = "event";

  private final Path directory;
  private final Manifest manifest;
  private final Map<Split, Interactions> interactions = new EnumMap<>(Split.class);
  private final EntityTable users;
  private final EntityTable items;
  private final CategoryTree tree;
  private final TrainSplits trainedOn;
  private final List<String> kinds;
  private TrainCounts trainCounts;
  private List<SplitOverlap> overlaps;

  private Dataset(Path directory, DatasetFiles files) {
    this.directory = directory;
    this.manifest = files.manifest();
    this.overlaps = manifest.overlaps();
    Manifest.Schema schema = manifest.schema();
    Manifest.Counts counts = manifest.counts();
    ArrowFile userFile = files.users();
    ArrowFile itemFile = files.items();
    ArrowFile requestFile = files.requests();
    TextColumn vocabulary = files.vocabulary();
    for (Split split : Split.values()) {
      String start = InteractionOutput.startColumn(split);
      interactions.put(
          split,
          new MappedInteractions(
              files.interactions(split),
              schema,
              vocabulary,
              Integer.numberOfTrailingZeros(schema.rowsPerBatch()),
              new MappedInteractions.Offsets(
                  Blocks.longs(userFile, start), counts.users(), counts.rows(split)),
              new MappedInteractions.Offsets(
                  Blocks.longs(requestFile, start), counts.requests(), counts.rows(split))));
    }
    users = new MappedEntityTable("users", userFile, schema.userFeatures(), vocabulary);
    items = new MappedEntityTable("items", itemFile, schema.itemFeatures(), vocabulary);
    tree = files.tree(itemFile);
    trainedOn = TrainSplits.TRAIN;
    kinds =
        schema.context().stream()
            .filter(context -> context.name().equals(KINDS) && !context.numeric())
            .findFirst()
            .map(context -> texts(vocabulary, context))
            .orElse(List.of());
  }

  private static List<String> texts(TextColumn vocabulary, Manifest.Context context) {
    return LongStream.range(1, context.cardinality())
        .mapToObj(code -> vocabulary.get(context.vocabularyStart() + code))
        .toList();
  }

  /** A data set over rows and tables that lie elsewhere. */
  Dataset(
      Path directory,
      Manifest manifest,
      Map<Split, Interactions> interactions,
      EntityTable users,
      EntityTable items,
      Optional<CategoryTree> tree,
      TrainCounts trainCounts) {
    this.directory = directory;
    this.manifest = manifest;
    this.overlaps = manifest.overlaps();
    this.interactions.putAll(interactions);
    this.users = users;
    this.items = items;
    this.tree = tree.orElse(null);
    this.trainedOn = TrainSplits.TRAIN;
    this.trainCounts = trainCounts;
    this.kinds = List.of();
  }

  /** Another data set's rows with the counts of a larger log. */
  Dataset(Dataset part, TrainCounts ofLog) {
    directory = part.directory;
    manifest = part.manifest;
    overlaps = part.overlaps;
    interactions.putAll(part.interactions);
    users = part.users;
    items = part.items;
    tree = part.tree;
    trainedOn = part.trainedOn;
    kinds = part.kinds;
    trainCounts = ofLog;
  }

  /** The same data set with validation rows among those for training. */
  private Dataset(Dataset stored) {
    directory = stored.directory;
    manifest = stored.manifest;
    overlaps = List.of(); // the manifest's are those of the other split of the rows
    users = stored.users;
    items = stored.items;
    tree = stored.tree;
    trainedOn = TrainSplits.TRAIN_AND_VALIDATION;
    kinds = stored.kinds;
    Interactions validation = stored.interactions(Split.VALIDATION);
    interactions.put(
        Split.TRAIN, new JoinedInteractions(stored.interactions(Split.TRAIN), validation));
    interactions.put(Split.VALIDATION, MappedInteractions.none(manifest.schema()));
    interactions.put(Split.TEST, stored.interactions(Split.TEST));
  }

  /**
   * Opens a data set. Every file is read once and compared with the manifest's checksum before
   * anything in it is believed, at the speed of the disk; opening the same files again in one
   * process does not read them again. A data set of parts ({@link PartedDataset}) is seen as one;
   * its parts are opened where they are first read.
   *
   * @throws BadDataException naming the file that is missing, truncated, altered or not what the
   *     manifest says
   */
  public static Dataset open(Path directory) {
    DatasetFiles files = DatasetFiles.open(directory);
    return PartedDataset.lists(files.manifest())
        ? new PartedDataset(directory, files.manifest()).whole()
        : new Dataset(directory, files);
  }

  /**
   * A file of a data set of this process that was cut or extended since it was opened: what a fault
   * in mapped memory is about.
   */
  public static Optional<Path> changedFile() {
    return Verification.changed();
  }

  public Path directory() {
    return directory;
  }

  public Manifest manifest() {
    return manifest;
  }

  public int users() {
    return manifest.counts().users();
  }

  public int items() {
    return manifest.counts().items();
  }

  public int requests() {
    return manifest.counts().requests();
  }

  /**
   * The kinds of feedback in the log, such as click and purchase: texts of the codes 1, 2, ... of
   * the context column {@value #KINDS}; empty where rows do not say what they are.
   */
  public List<String> kinds() {
    return kinds;
  }

  /** The rows of a split; no rows where the data set has no such split. */
  public Interactions interactions(Split split) {
    return interactions.get(split);
  }

  /**
   * This data set as a model sees it that learns from the given splits: their rows are the rows of
   * {@link Split#TRAIN}, in counts, histories and rankings too, and no other split has them.
   * Joining two splits takes a pass over both, and a bit per row.
   *
   * @throws IllegalArgumentException where splits that are joined already are to be apart
   */
  public Dataset trainedOn(TrainSplits splits) {
    if (splits == trainedOn || splits == TrainSplits.TRAIN_AND_VALIDATION && joinsNothing()) {
      return this;
    }
    if (splits == TrainSplits.TRAIN) {
      throw new IllegalArgumentException(
          "the training rows of %s are those of %s; open it again for train alone"
              .formatted(directory, trainedOn));
    }
    return new Dataset(this);
  }

  private boolean joinsNothing() {
    return interactions(Split.VALIDATION).rows() == 0;
  }

  /** What the training rows say of items and users; counted when it is first asked for. */
  public synchronized TrainCounts trainCounts() {
    if (trainCounts == null) {
      trainCounts = new TrainCounts(interactions(Split.TRAIN), items());
    }
    return trainCounts;
  }

  /**
   * What a held-out split shares with the rows before it. The manifest says it; if it comes from
   * before this was counted, the first call reads all rows.
   *
   * @throws IllegalArgumentException for the training split
   */
  public synchronized SplitOverlap overlap(Split heldOut) {
    if (overlaps.isEmpty()) {
      overlaps = OverlapCounter.count(this::interactions, users());
    }
    return overlaps.stream()
        .filter(each -> each.split() == heldOut)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "split " + heldOut + " holds nothing out; allowed: validation, test"));
  }

  public EntityTable userTable() {
    return users;
  }

  public EntityTable itemTable() {
    return items;
  }

  /** The category tree, where the data set has one. */
  public Optional<CategoryTree> tree() {
    return Optional.ofNullable(tree);
  }

  /**
   * Ends the use of this data set. The system takes mapped memory back once nothing refers to it.
   */
  @Override
  public void close() {}
}
