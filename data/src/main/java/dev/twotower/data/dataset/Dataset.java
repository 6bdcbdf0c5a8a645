package dev.twotower.data.dataset;

import dev.twotower.data.tree.CategoryTree;
import java.io.IOException;
import java.nio.file.Files;
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
 * A data set directory, memory-mapped (design 9). Opening reads headers only; memory use does not
 * grow with the data. Safe for several threads.
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
    for (Manifest.DataFile file : manifest.files()) {
      requireSize(file);
    }
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
   * Opens a data set: checks the manifest, every file's size and layout, but not the checksums (see
   * {@link #verify}).
   *
   * @throws BadDataException naming the file that is missing, truncated or not what the manifest
   *     says
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

  private void requireSize(Manifest.DataFile expected) {
    Path file = resolve(expected.path());
    try {
      if (!Files.isRegularFile(file)) {
        throw new BadDataException(
            file + " is missing, though dataset.json lists it; import the data again");
      }
      if (Files.size(file) != expected.bytes()) {
        throw new BadDataException(
            "%s has %d bytes, dataset.json says %d: it was truncated or altered (%s); import the data again"
                .formatted(file, Files.size(file), expected.bytes(), checksums(expected)));
      }
    } catch (IOException e) {
      throw new BadDataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Expected and found checksum of a file. */
  private String checksums(Manifest.DataFile file) throws IOException {
    return "SHA-256 expected %s, found %s"
        .formatted(file.sha256(), Checksum.sha256(resolve(file.path())));
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
    ArrowFile file;
    try {
      file = ArrowFile.open(resolve(path), manifest.schema().rowsPerBatch());
    } catch (BadDataException e) {
      throw new BadDataException(e.getMessage() + "; " + checksumsOrReason(listed), e);
    }
    if (rows >= 0 && file.rows() != rows) {
      throw new BadDataException(
          "%s has %d rows, dataset.json says %d".formatted(file.path(), file.rows(), rows));
    }
    return file;
  }

  private String checksumsOrReason(Manifest.DataFile file) {
    try {
      return checksums(file);
    } catch (IOException e) {
      return "its SHA-256 cannot be computed: " + e.getMessage();
    }
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

  /**
   * Reads every file and compares its SHA-256 with the manifest's.
   *
   * @throws BadDataException naming the first file that differs, with both checksums
   */
  public void verify() {
    for (Manifest.DataFile file : manifest.files()) {
      requireSize(file);
      try {
        if (!Checksum.sha256(resolve(file.path())).equals(file.sha256())) {
          throw new BadDataException(
              "%s was altered: %s; import the data again"
                  .formatted(resolve(file.path()), checksums(file)));
        }
      } catch (IOException e) {
        throw new BadDataException(resolve(file.path()) + " cannot be read: " + e.getMessage(), e);
      }
    }
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
