package dev.twotower.trainer.vectorfile;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.NearIds;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Amount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Vectors of the users and items of a data set, made by whatever wrote them into a folder: {@code
 * users} and {@code items} as {@code .parquet} or {@code .npy}, or both in {@code
 * vectors.safetensors}, as {@link VectorFile} reads them.
 *
 * @param users a vector of each user by dense index, or null where the folder has none
 * @param items likewise of the items
 * @param notes what a reader of the figures should know: who has no vector, what was left out, and
 *     what has seen the rows to be ranked
 */
public record VectorFolder(float[][] users, float[][] items, List<String> notes) {
  private static final String SHARED = "vectors.safetensors";

  /**
   * Reads the folder.
   *
   * @param option that names it, for messages
   * @param split the split that is to be ranked
   * @throws IllegalArgumentException where there is no folder, or not one file of each kind in it
   * @throws BadDataException where the files do not hold vectors of this data set
   */
  public static VectorFolder read(String option, Path folder, Dataset data, Split split)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "%s: received '%s', which is no folder; allowed: one with the vectors of users and items, such as 'twotower export' writes"
              .formatted(option, folder));
    }
    Path userFile = file(option, folder, "users");
    Path itemFile = file(option, folder, "items");
    VectorFile users = VectorFile.read(userFile, "users");
    VectorFile items = VectorFile.read(itemFile, "items");
    if (users.values()[0].length != items.values()[0].length) {
      throw new BadDataException(
          "%s holds vectors of %s, %s of %d; the two are multiplied, so they must be as long"
              .formatted(
                  userFile,
                  Amount.of(users.values()[0].length, "number"),
                  itemFile,
                  items.values()[0].length));
    }
    List<String> notes = new ArrayList<>();
    float[][] ofUsers = placed(userFile, users, data.userTable(), "user", data, notes);
    float[][] ofItems = placed(itemFile, items, data.itemTable(), "item", data, notes);
    if (split == Split.VALIDATION && ExportSeal.maySeeValidation(folder)) {
      notes.add(
          "%s was exported as of the test split: with a history (user.history.length), its users have seen the validation rows that are ranked here, and figures come out too high; evaluate --run takes histories up to them"
              .formatted(folder));
    }
    return new VectorFolder(ofUsers, ofItems, List.copyOf(notes));
  }

  /** Whether a folder holds a file of vectors of users or items. */
  public static boolean isOne(Path folder) {
    return !present(folder, "users").isEmpty() || !present(folder, "items").isEmpty();
  }

  /**
   * Refuses a folder that lacks a file of users or of items, or has two.
   *
   * @param option that names it, for messages
   * @throws IllegalArgumentException naming the option, what it holds and what it may
   */
  public static void requireFiles(String option, Path folder) {
    file(option, folder, "users");
    file(option, folder, "items");
  }

  private static List<Path> present(Path folder, String set) {
    return List.of(set + ".parquet", set + ".npy", SHARED).stream()
        .map(folder::resolve)
        .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  private static Path file(String option, Path folder, String set) {
    List<Path> found = present(folder, set);
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "%s: '%s' holds %s; allowed: one of %s.parquet (columns id, vector), %s.npy (ids in %s.ids.json), %s"
              .formatted(
                  option,
                  folder,
                  found.isEmpty()
                      ? "no vectors of " + set
                      : String.join(
                          " and ",
                          found.stream().map(each -> each.getFileName().toString()).toList()),
                  set,
                  set,
                  set,
                  SHARED));
    }
    return found.get(0);
  }

  /** The vectors by dense index. */
  private static float[][] placed(
      Path file, VectorFile read, EntityTable table, String one, Dataset data, List<String> notes) {
    if (read.ids().isEmpty()) {
      if (read.values().length != table.size()) {
        throw new BadDataException(
            "%s holds %s without ids, %s has %s"
                .formatted(
                    file,
                    Amount.of(read.values().length, "vector"),
                    data.directory(),
                    Amount.of(table.size(), one)));
      }
      return read.values();
    }
    float[][] placed = new float[table.size()][];
    List<String> ids = read.ids().get();
    List<String> unknown = new ArrayList<>();
    for (int row = 0; row < ids.size(); row++) {
      OptionalInt index = table.index(ids.get(row));
      if (index.isEmpty()) {
        unknown.add(ids.get(row));
      } else if (placed[index.getAsInt()] != null) {
        throw new BadDataException("%s holds %s '%s' twice".formatted(file, one, ids.get(row)));
      } else {
        placed[index.getAsInt()] = read.values()[row];
      }
    }
    int known = ids.size() - unknown.size();
    if (known == 0) {
      throw new BadDataException(
          "%s: none of its %s is one of %s, such as '%s'%s; a %s there is named such as '%s'"
              .formatted(
                  file,
                  Amount.of(ids.size(), "id"),
                  data.directory(),
                  unknown.get(0),
                  NearIds.hint(table, unknown.get(0)),
                  one,
                  table.id(0)));
    }
    if (!unknown.isEmpty()) {
      notes.add(
          "%s, such as '%s', %s not in %s and left out"
              .formatted(
                  Amount.of(unknown.size(), one) + " of " + file,
                  unknown.get(0),
                  unknown.size() == 1 ? "is" : "are",
                  data.directory()));
    }
    if (known < table.size()) {
      notes.add(
          "%s of %s no vector: %s"
              .formatted(
                  Amount.number(table.size() - known),
                  Amount.of(table.size(), one + " has", one + "s have"),
                  one.equals("user") ? "items rank by popularity for them" : "they rank last"));
    }
    return placed;
  }
}
