package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Checksum;
import dev.twotower.data.disk.Seal;
import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.tree.CategoryTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Writes a data set directory (design 9). Rows are handed over in storage order, one request after
 * the other:
 *
 * <pre>{@code
 * try (DatasetWriter writer = DatasetWriter.create(target, schema)) {
 *   writer.request(0);                                  // user 0 opens a request
 *   writer.row(Split.TRAIN, item, time, 1f);            // its rows, by time
 *   writer.row(Split.TEST, item, time, 1f);
 *   ...
 *   writer.users(users);
 *   writer.items(items);
 *   writer.commit("leave-last-out", provenance);        // only now the target appears
 * }
 * }</pre>
 *
 * <p>Everything goes to a hidden sibling of the target; {@link #commit} flushes it to the disk and
 * renames it, {@link #close} without a commit removes it. So the target either is a whole data set
 * or does not exist, whatever happens in between; a killed process leaves at most a hidden {@code
 * .NAME.partial-*} directory. Memory use does not grow with the rows. Equal calls write equal
 * bytes.
 *
 * <p>Not safe for several threads.
 */
public final class DatasetWriter implements AutoCloseable {
  private final Path target;
  private final StagedDirectory staging;
  private final ArrowSink.Opener opener;
  private final DatasetSchema schema;
  private final BatchRows.Limit limit;
  private final BufferAllocator allocator = new RootAllocator();
  private final InteractionOutput interactions;
  private final VocabularyOutput vocabulary;
  private final ContextListsOutput contextLists;
  private final List<Manifest.DataFile> files = new ArrayList<>();
  private final List<Manifest.Context> contexts = new ArrayList<>();
  private List<Manifest.Feature> userFeatures;
  private List<Manifest.Feature> itemFeatures;
  private int users;
  private int items;
  private TreeOutput tree;
  private boolean committed;

  private DatasetWriter(
      Path target, DatasetSchema schema, ArrowSink.Opener opener, long bytesPerBatch)
      throws IOException {
    this.target = target;
    this.limit = new BatchRows.Limit(schema.rowsPerBatch(), bytesPerBatch);
    this.schema = schema;
    this.opener = opener;
    this.staging = StagedDirectory.create(target);
    try {
      Files.createDirectory(staging.path().resolve(InteractionOutput.DIRECTORY));
      this.interactions = new InteractionOutput(schema, this::open);
      this.vocabulary = new VocabularyOutput(this::open);
      this.contextLists = new ContextListsOutput(vocabulary, limit, this::open);
      for (DatasetSchema.ContextSpec context : schema.contexts()) {
        long start = vocabulary.rows();
        int cardinality =
            context.isNumeric()
                ? 0
                : vocabulary.add("context." + context.name(), context.vocabulary());
        contexts.add(new Manifest.Context(context.name(), context.isNumeric(), cardinality, start));
        if (context.lists() != null) {
          contextLists.add(context);
        }
      }
    } catch (IOException | RuntimeException e) {
      staging.close();
      throw e;
    }
  }

  /**
   * Starts a data set.
   *
   * @throws IllegalArgumentException when the target exists
   */
  public static DatasetWriter create(Path target, DatasetSchema schema) {
    return create(target, schema, ArrowSink.Opener.DISK, BatchRows.Limit.BYTES);
  }

  /**
   * @param bytesPerBatch the most that a record batch of users or items has, unless it is one row
   */
  static DatasetWriter create(
      Path target, DatasetSchema schema, ArrowSink.Opener opener, long bytesPerBatch) {
    Path absolute = target.toAbsolutePath().normalize();
    try {
      return new DatasetWriter(absolute, schema, opener, bytesPerBatch);
    } catch (IOException e) {
      throw failed(absolute, e);
    }
  }

  /**
   * Checks early that a data set can be made at a place.
   *
   * @throws IllegalArgumentException when the target exists, or nothing can be written there
   */
  public static void requireFree(Path target) {
    StagedDirectory.requireFree(target);
  }

  private ArrowFileOutput open(String path, Split split, List<Field> fields, int rowsPerBatch)
      throws IOException {
    return new ArrowFileOutput(
        opener, allocator, staging.path(), path, split, fields, rowsPerBatch);
  }

  /**
   * Opens the next request. Users come in ascending order; a user may have several requests.
   *
   * @param user dense index of the request's user
   * @return the request's number
   * @throws IllegalArgumentException when the user comes before the previous request's
   */
  public int request(int user) {
    try {
      return interactions.request(user);
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /**
   * Adds a row to the open request.
   *
   * @param item dense index of the item
   * @param time not before the request's previous row of the same split
   * @param weight finite; ignored unless the schema is weighted
   * @param context a value per context column of the schema: the number, or the code
   * @throws IllegalArgumentException when a value is out of range or out of order
   */
  public void row(Split split, int item, long time, float weight, double... context) {
    try {
      interactions.row(split, item, time, weight, context);
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /** Hands over the users, whose indices the rows use. Call once, after the last row. */
  public void users(EntityTable table) {
    try {
      users = table.size();
      interactions.requireUsersBelow(users);
      EntityOutput output = new EntityOutput("users", table, vocabulary, limit);
      userFeatures = output.features();
      files.add(output.writeUsers(this::open, interactions::userStart));
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /** Hands over the items, whose indices the rows use. Call once, after the last row. */
  public void items(EntityTable table) {
    try {
      items = table.size();
      interactions.requireItemsBelow(items);
      EntityOutput output = new EntityOutput("items", table, vocabulary, limit);
      itemFeatures = output.features();
      if (tree != null) {
        tree.requireItems(items);
      }
      files.add(output.writeItems(this::open, tree));
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /**
   * Hands over the category tree. Call before {@link #items}.
   *
   * @param parent the parent of each node, -1 for a root
   * @param names the name of each node
   * @param itemNode the node of each item, -1 where it has none
   * @throws BadDataException naming the node or item that makes it no tree
   */
  public void tree(int[] parent, List<String> names, int[] itemNode) {
    if (itemFeatures != null) {
      throw new IllegalStateException("the tree comes before the items");
    }
    try {
      tree = new TreeOutput(parent, names, itemNode);
      files.add(tree.write(this::open));
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /** Hands over a category tree that is built already. Call before {@link #items}. */
  public void tree(CategoryTree built) {
    int[] parents = new int[built.nodes()];
    List<String> names = new ArrayList<>();
    for (int node = 0; node < parents.length; node++) {
      parents[node] = built.parent(node);
      names.add(built.name(node));
    }
    int[] nodes = new int[built.items()];
    for (int item = 0; item < nodes.length; item++) {
      nodes[item] = built.nodeOf(item);
    }
    tree(parents, names, nodes);
  }

  /**
   * Finishes the data set: everything reaches the disk, then the target appears.
   *
   * @param split the rule that made the splits
   * @return the manifest written
   */
  public Manifest commit(String split, Manifest.Provenance provenance) {
    if (userFeatures == null || itemFeatures == null || committed) {
      throw new IllegalStateException(
          "commit needs users and items, once; target " + target + ", committed " + committed);
    }
    try {
      files.addAll(0, interactions.finish());
      files.addAll(contextLists.files());
      files.add(vocabulary.finish());
      Map<Split, Long> rows = new EnumMap<>(Split.class);
      for (Split each : Split.values()) {
        rows.put(each, interactions.rows(each));
      }
      Manifest manifest =
          new Manifest(
              Manifest.FORMAT_VERSION,
              new Manifest.Counts(users, items, interactions.requests(), rows),
              new Manifest.Schema(
                  schema.time(),
                  schema.weighted(),
                  schema.requests(),
                  schema.rowsPerBatch(),
                  contexts,
                  userFeatures,
                  itemFeatures,
                  tree != null,
                  contextLists.lists()),
              split,
              provenance,
              files,
              interactions.overlaps());
      write(manifest);
      staging.commit();
      committed = true;
      return manifest;
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  /** Writes the manifest, and the seal that vouches for it. */
  private void write(Manifest manifest) throws IOException {
    byte[] json = ManifestJson.text(manifest).getBytes(StandardCharsets.UTF_8);
    try (ArrowSink sink = new ArrowSink(opener, staging.path().resolve(Manifest.FILE_NAME))) {
      ByteBuffer buffer = ByteBuffer.wrap(json);
      while (buffer.hasRemaining()) {
        sink.write(buffer);
      }
    }
    Map<String, String> sums = new TreeMap<>();
    sums.put(Manifest.FILE_NAME, Checksum.sha256(json));
    manifest.files().forEach(file -> sums.put(file.path(), file.sha256()));
    Seal.write(staging.path(), sums);
  }

  private static UncheckedIOException failed(Path target, IOException cause) {
    return new UncheckedIOException(
        "writing %s failed: %s; nothing is left at that place"
            .formatted(target, cause.getMessage()),
        cause);
  }

  /** Removes what was written unless {@link #commit} went through. */
  @Override
  public void close() {
    try (allocator;
        vocabulary;
        interactions) {
      staging.close();
    } catch (IOException e) {
      throw failed(target, e);
    }
  }
}
