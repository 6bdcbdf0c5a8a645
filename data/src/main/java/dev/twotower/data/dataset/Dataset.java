package dev.twotower.data.dataset;

import dev.twotower.data.tree.CategoryTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * A data set directory, memory-mapped (design 9). Memory use does not grow with the data. Safe for
 * several threads.
 */
public final class Dataset implements AutoCloseable {
  private final Path directory;
  private final Manifest manifest;
  private final Map<Split, MappedInteractions> interactions = new EnumMap<>(Split.class);
  private final EntityTable users;
  private final EntityTable items;
  private final CategoryTree tree;
  private BufferAllocator slices;

  private Dataset(Path directory, Manifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
    Manifest.Schema schema = manifest.schema();
    int batch = schema.rowsPerBatch();
    if (batch < 8 || Integer.bitCount(batch) != 1) {
      throw new BadDataException(
          "%s says %d rows a batch; allowed: a power of two of at least 8"
              .formatted(directory.resolve(Manifest.FILE_NAME), batch));
    }
    int shift = Integer.numberOfTrailingZeros(batch);
    manifest.files().forEach(file -> resolve(file.path()));
    Verification.require(directory, manifest.files());
    ArrowFile userFile = open(EntityOutput.file("users"), manifest.counts().users());
    ArrowFile itemFile = open(EntityOutput.file("items"), manifest.counts().items());
    ArrowFile requestFile = open(InteractionOutput.REQUESTS, manifest.counts().requests());
    TextColumn vocabulary = new TextColumn(open(VocabularyOutput.FILE_NAME, -1), "text", shift);
    for (Split split : Split.values()) {
      List<ArrowFile> parts = parts(split);
      long rows = manifest.counts().rows(split);
      String start = InteractionOutput.startColumn(split);
      interactions.put(
          split,
          new MappedInteractions(
              split,
              parts,
              schema,
              shift,
              new MappedInteractions.Offsets(
                  Blocks.longs(List.of(userFile), start, shift), manifest.counts().users(), rows),
              new MappedInteractions.Offsets(
                  Blocks.longs(List.of(requestFile), start, shift),
                  manifest.counts().requests(),
                  rows)));
    }
    users = new MappedEntityTable("users", userFile, schema.userFeatures(), vocabulary, shift);
    items = new MappedEntityTable("items", itemFile, schema.itemFeatures(), vocabulary, shift);
    tree = schema.tree() ? readTree(itemFile, shift) : null;
  }

  /**
   * Opens a data set. Every file is read once and compared with the manifest's checksum before
   * anything in it is believed, at the speed of the disk; opening the same files again in one
   * process does not read them again.
   *
   * @throws BadDataException naming the file that is missing, truncated, altered or not what the
   *     manifest says
   */
  public static Dataset open(Path directory) {
    return new Dataset(directory, Manifest.read(directory));
  }

  private CategoryTree readTree(ArrowFile itemFile, int shift) {
    ArrowFile file = open(TreeOutput.FILE_NAME, -1);
    Blocks.Ints parentColumn = Blocks.ints(List.of(file), "parent", shift);
    Blocks.Ints nodeColumn = Blocks.ints(List.of(itemFile), EntityOutput.NODE, shift);
    TextColumn nameColumn = new TextColumn(file, "name", shift);
    int[] parents = new int[Math.toIntExact(file.rows())];
    Arrays.setAll(parents, parentColumn::get);
    String[] names = new String[parents.length];
    Arrays.setAll(names, nameColumn::get);
    int[] itemNodes = new int[items()];
    Arrays.setAll(itemNodes, nodeColumn::get);
    return CategoryTree.of(parents, names, itemNodes);
  }

  private Path resolve(String path) {
    Path file = directory.resolve(path).normalize();
    if (!file.startsWith(directory.normalize())) {
      throw new BadDataException(
          directory.resolve(Manifest.FILE_NAME) + " names a file outside its directory: " + path);
    }
    return file;
  }

  private ArrowFile open(String path, long rows) {
    Manifest.DataFile listed =
        manifest.files().stream()
            .filter(each -> each.path().equals(path))
            .findFirst()
            .orElseThrow(
                () ->
                    new BadDataException(
                        directory.resolve(Manifest.FILE_NAME) + " does not list " + path));
    ArrowFile file = ArrowFile.open(resolve(path), manifest.schema().rowsPerBatch());
    if (rows >= 0 && file.rows() != rows) {
      throw new BadDataException(
          "%s has %d rows, dataset.json says %d".formatted(file.path(), file.rows(), rows));
    }
    return file;
  }

  private List<ArrowFile> parts(Split split) {
    List<ArrowFile> parts = new ArrayList<>();
    long rows = 0;
    for (Manifest.DataFile part : manifest.files()) {
      if (part.split() == split) {
        if (rows % manifest.schema().rowsPerBatch() != 0) {
          throw new BadDataException(
              "%s follows a part of %d rows that does not end on a full batch"
                  .formatted(part.path(), rows));
        }
        parts.add(open(part.path(), part.rows()));
        rows += part.rows();
      }
    }
    if (rows != manifest.counts().rows(split)) {
      throw new BadDataException(
          "%s: the %s parts hold %d rows, the counts say %d"
              .formatted(
                  directory.resolve(Manifest.FILE_NAME),
                  split,
                  rows,
                  manifest.counts().rows(split)));
    }
    return parts;
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

  /** The rows of a split; no rows where the data set has no such split. */
  public Interactions interactions(Split split) {
    return interactions.get(split);
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
   * Rows {@code from} (inclusive) to {@code to} (exclusive) of a split as zero-copy Arrow vectors.
   *
   * @throws IllegalArgumentException when the range leaves the split, or crosses a record batch
   *     boundary (a multiple of the schema's rowsPerBatch)
   */
  public ArrowSlice slice(Split split, long from, long to) {
    return ArrowSlice.of(interactions.get(split), manifest.schema(), from, to, allocator());
  }

  /** Like {@link #slice} for any range: one slice for each record batch it touches, in order. */
  public List<ArrowSlice> slices(Split split, long from, long to) {
    List<ArrowSlice> result = new ArrayList<>();
    long at = from;
    do {
      long end = Math.min(to, interactions.get(split).batchEnd(at));
      result.add(slice(split, at, Math.max(at, end)));
      at = end;
    } while (at < to);
    return result;
  }

  private synchronized BufferAllocator allocator() {
    if (slices == null) {
      slices = new RootAllocator();
    }
    return slices;
  }

  /**
   * Ends the use of this data set.
   *
   * @throws IllegalStateException when slices are still open
   */
  @Override
  public synchronized void close() {
    if (slices != null) {
      slices.close();
    }
  }
}
