package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Feedback.Role;
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

  /** All rows. */
  private final Map<Split, Interactions> stored = new EnumMap<>(Split.class);

  /** The rows of each role that some were asked for. */
  private final Map<Role, Map<Split, Interactions>> chosen = new EnumMap<>(Role.class);

  private final EntityTable users;
  private final EntityTable items;
  private final CategoryTree tree;
  private final TrainSplits trainedOn;
  private final List<String> kinds;
  private final Feedback feedback;
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
    Map<String, ListedValues> lists = files.contextLists(vocabulary);
    for (Split split : Split.values()) {
      String start = InteractionOutput.startColumn(split);
      stored.put(
          split,
          new MappedInteractions(
              files.interactions(split),
              schema,
              vocabulary,
              lists,
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
    kinds = schema.kinds().map(context -> texts(vocabulary, context)).orElse(List.of());
    feedback = Feedback.NONE;
  }

  private static List<String> texts(TextColumn vocabulary, Manifest.Context context) {
    return LongStream.range(1, context.cardinality())
        .mapToObj(code -> vocabulary.get(context.vocabularyStart() + code))
        .toList();
  }

  /** A data set over rows and tables that lie elsewhere, with kinds of feedback or without. */
  Dataset(
      Path directory,
      Manifest manifest,
      Map<Split, Interactions> interactions,
      EntityTable users,
      EntityTable items,
      Optional<CategoryTree> tree,
      TrainCounts trainCounts,
      List<String> kinds) {
    this.directory = directory;
    this.manifest = manifest;
    this.overlaps = manifest.overlaps();
    this.stored.putAll(interactions);
    this.users = users;
    this.items = items;
    this.tree = tree.orElse(null);
    this.trainedOn = TrainSplits.TRAIN;
    this.trainCounts = trainCounts;
    this.kinds = kinds;
    this.feedback = Feedback.NONE;
  }

  /** Another data set's rows with the counts of a larger log. */
  Dataset(Dataset part, TrainCounts ofLog) {
    directory = part.directory;
    manifest = part.manifest;
    overlaps = part.overlaps;
    stored.putAll(part.stored);
    users = part.users;
    items = part.items;
    tree = part.tree;
    trainedOn = part.trainedOn;
    kinds = part.kinds;
    feedback = part.feedback;
    trainCounts = ofLog;
  }

  /** The same data set with validation rows among those for training. */
  private static Dataset joined(Dataset apart) {
    Map<Split, Interactions> rows = new EnumMap<>(apart.stored);
    Interactions validation = rows.get(Split.VALIDATION);
    rows.put(Split.TRAIN, new JoinedInteractions(rows.get(Split.TRAIN), validation));
    rows.put(Split.VALIDATION, MappedInteractions.none(apart.manifest.schema()));
    return new Dataset(apart, rows, TrainSplits.TRAIN_AND_VALIDATION, apart.feedback);
  }

  /** The same data set seen otherwise; what the manifest says of its rows does not hold. */
  private Dataset(
      Dataset other, Map<Split, Interactions> rows, TrainSplits trainedOn, Feedback feedback) {
    directory = other.directory;
    manifest = other.manifest;
    overlaps = List.of();
    stored.putAll(rows);
    users = other.users;
    items = other.items;
    tree = other.tree;
    kinds = other.kinds;
    this.trainedOn = trainedOn;
    this.feedback = feedback;
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

  /**
   * The rows of a split, those of positives where {@link #reading} says which they are; no rows
   * where the data set has no such split.
   */
  public Interactions interactions(Split split) {
    return feedback.isNone() ? stored.get(split) : rows(Role.POSITIVE, split);
  }

  /** The rows of a split, whatever they stand for. */
  Interactions stored(Split split) {
    return stored.get(split);
  }

  /**
   * The rows of a role in a split, found when they are first asked for; none where every row counts
   * alike, but for positives.
   */
  public synchronized Interactions rows(Role role, Split split) {
    if (feedback.isNone()) {
      return role == Role.POSITIVE ? stored.get(split) : MappedInteractions.none(manifest.schema());
    }
    return chosen
        .computeIfAbsent(role, each -> new EnumMap<>(Split.class))
        .computeIfAbsent(split, each -> choose(role, split));
  }

  private Interactions choose(Role role, Split split) {
    boolean[] of = new boolean[kinds.size() + 1];
    float[] factor = new float[of.length];
    for (int code = 1; code < of.length; code++) {
      Feedback.Use use = feedback.of(kinds.get(code - 1));
      of[code] = use.role() == role;
      factor[code] = (float) use.weight();
    }
    return new ChosenRows(stored.get(split), of, factor);
  }

  /** What kinds of feedback stand for here. */
  public Feedback feedback() {
    return feedback;
  }

  /** Whether rows have weights other than 1, of their own or of their kind. */
  public boolean weighted() {
    return manifest.schema().weights() || feedback.weighs();
  }

  /**
   * This data set as a model sees it to which kinds of feedback stand for what is given: the rows
   * of its splits are those of positives, in counts, histories and rankings too, their weights
   * multiplied by those of their kinds. Takes a pass over the kinds, and a bit per row. A kind that
   * the log does not have, as on a day without dislikes, is without effect.
   *
   * @throws IllegalArgumentException naming everything that does not fit the log, or where the data
   *     set is read in another way already
   */
  public Dataset reading(Feedback uses) {
    return reading(uses, false);
  }

  /** The same for what was written for this very log: kinds that it lacks are refused, too. */
  public Dataset readingExactly(Feedback uses) {
    return reading(uses, true);
  }

  private Dataset reading(Feedback uses, boolean exactly) {
    if (uses.equals(feedback)) {
      return this;
    }
    if (!feedback.isNone()) {
      throw new IllegalArgumentException(
          "the rows of %s are read as %s; open it again to read them otherwise"
              .formatted(directory, feedback.texts()));
    }
    uses.requireFits(kinds, directory, exactly);
    return new Dataset(this, stored, trainedOn, uses);
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
    return joined(this);
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
