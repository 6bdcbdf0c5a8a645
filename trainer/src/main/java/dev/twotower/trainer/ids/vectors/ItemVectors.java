package dev.twotower.trainer.ids.vectors;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.NearIds;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.tree.CategoryTree;
import dev.twotower.trainer.vectorfile.VectorFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The vectors that become codes, one row per item, and what is known about the items.
 *
 * @param source where the vectors come from, in words
 * @param ids external ids
 * @param names names for people
 * @param tree the categories of the rows, if there are any
 * @param train the training rows, if row numbers are the data set's item numbers
 * @param values rows x dimension
 * @param origin where they can be made again; empty where that is not known
 */
public record ItemVectors(
    String source,
    List<String> ids,
    List<String> names,
    Optional<CategoryTree> tree,
    Optional<Interactions> train,
    float[][] values,
    Optional<VectorOrigin> origin) {

  /** Vectors of which nobody needs to know where they can be made again. */
  public ItemVectors(
      String source,
      List<String> ids,
      List<String> names,
      Optional<CategoryTree> tree,
      Optional<Interactions> train,
      float[][] values) {
    this(source, ids, names, tree, train, values, Optional.empty());
  }

  /** The same, which can be made again there. */
  public ItemVectors from(VectorOrigin where) {
    return new ItemVectors(source, ids, names, tree, train, values, Optional.of(where));
  }

  /** Vectors of all items of a data set, in its order. */
  public static ItemVectors ofAll(String source, Dataset data, float[][] values) {
    return of(source, data, IntStream.range(0, data.items()).toArray(), values);
  }

  /**
   * Vectors of a file that stands alone; rows are named by its ids, or by their numbers.
   *
   * @throws BadDataException when the file does not hold vectors, or an id comes twice
   */
  public static ItemVectors ofFile(Path file) throws IOException {
    VectorFile read = VectorFile.read(file, "items");
    requireOnce(file, read.ids().orElse(List.of()));
    List<String> ids =
        read.ids()
            .orElseGet(
                () ->
                    IntStream.range(0, read.values().length).mapToObj(Integer::toString).toList());
    return new ItemVectors(
        file.toString(), ids, ids, Optional.empty(), Optional.empty(), read.values());
  }

  /**
   * Vectors of a file for items of a data set; rows without an id there are in the data set's
   * order.
   *
   * @throws BadDataException naming an id that the data set does not have, or that comes twice
   */
  public static ItemVectors ofFile(Path file, Dataset data) throws IOException {
    VectorFile read = VectorFile.read(file, "items");
    if (read.ids().isEmpty()) {
      if (read.values().length != data.items()) {
        throw new BadDataException(
            "%s holds %d vectors without ids, %s has %d items"
                .formatted(file, read.values().length, data.directory(), data.items()));
      }
      return ofAll(file.toString(), data, read.values());
    }
    int[] items = new int[read.values().length];
    requireOnce(file, read.ids().get());
    for (int row = 0; row < items.length; row++) {
      String id = read.ids().get().get(row);
      OptionalInt index = data.itemTable().index(id);
      items[row] =
          index.orElseThrow(
              () ->
                  new BadDataException(
                      "%s: '%s' is not an item of %s%s"
                          .formatted(
                              file, id, data.directory(), NearIds.hint(data.itemTable(), id))));
    }
    return of(file.toString(), data, items, read.values());
  }

  private static void requireOnce(Path file, List<String> ids) {
    Set<String> seen = new HashSet<>();
    for (String id : ids) {
      if (!seen.add(id)) {
        throw new BadDataException("%s holds item '%s' twice".formatted(file, id));
      }
    }
  }

  private static ItemVectors of(String source, Dataset data, int[] items, float[][] values) {
    EntityTable table = data.itemTable();
    List<String> ids = new ArrayList<>(items.length);
    List<String> names = new ArrayList<>(items.length);
    boolean inOrder = items.length == data.items();
    for (int row = 0; row < items.length; row++) {
      ids.add(table.id(items[row]));
      names.add(table.name(items[row]));
      inOrder &= items[row] == row;
    }
    Optional<CategoryTree> tree =
        data.tree().map(all -> all.withItems(IntStream.of(items).map(all::nodeOf).toArray()));
    Optional<Interactions> train =
        inOrder ? Optional.of(data.interactions(Split.TRAIN)) : Optional.empty();
    return new ItemVectors(source, ids, names, tree, train, values);
  }

  public int rows() {
    return values.length;
  }

  public int dimension() {
    return values[0].length;
  }

  /** The row's category from the top down, joined by {@code >}; empty without one. */
  public String category(int row) {
    return tree.map(it -> String.join(" > ", it.path(it.nodeOf(row)))).orElse("");
  }

  /** SHA-256 of the numbers and categories, to tell whether a resumed run sees the same ones. */
  public String checksum() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer bytes = ByteBuffer.allocate(dimension() * Float.BYTES + Integer.BYTES);
      for (int row = 0; row < rows(); row++) {
        bytes.clear();
        for (float value : values[row]) {
          bytes.putFloat(value);
        }
        bytes.putInt(tree.isPresent() ? tree.get().nodeOf(row) : -1);
        digest.update(bytes.array());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
