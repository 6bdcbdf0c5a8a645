package dev.twotower.data.dataset;

import dev.twotower.data.disk.Checksum;
import dev.twotower.data.disk.Durable;
import dev.twotower.data.disk.Seal;
import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.disk.WorkFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a data set of parts ({@link PartedDataset}). Each part is written where the work on it is
 * done, by a {@link DatasetWriter} into {@link #attempt}, and accepted by {@link #keep}; one
 * process then joins the parts into the whole.
 */
public final class PartedWriter implements AutoCloseable {
  private final StagedDirectory staging;

  private PartedWriter(StagedDirectory staging) {
    this.staging = staging;
  }

  /**
   * Starts a data set.
   *
   * @throws IllegalArgumentException when the target exists
   */
  public static PartedWriter create(Path target) throws IOException {
    return new PartedWriter(StagedDirectory.create(target));
  }

  /** Where parts go until the whole is there; every process that writes one must see it. */
  public Path path() {
    return staging.path();
  }

  /** Where one attempt at a part goes, which others may be made at meanwhile. */
  public static Path attempt(Path staged, int part, long attempt) {
    return staged.resolve(PartedDataset.name(part) + ".attempt-" + attempt);
  }

  /** Where a part lies until the whole is there. */
  public static Path part(Path staged, int part) {
    return staged.resolve(PartedDataset.name(part));
  }

  /** Whether a part is there already. */
  public static boolean has(Path staged, int part) {
    return Files.isDirectory(staged.resolve(PartedDataset.name(part)));
  }

  /**
   * Makes an attempt the part, with its users' numbers; where another was first, that one stays.
   *
   * @param users the numbers in the log of the part's users, ascending
   * @param itemRows rows of each item in the part's training split, then in its validation split;
   *     where rows are of kinds of feedback, this of each kind in turn
   */
  public static void keep(Path staged, int part, long attempt, int[] users, int[] itemRows)
      throws IOException {
    Path written = attempt(staged, part, attempt);
    replace(staged.resolve(PartedDataset.usersFile(part)), users, attempt);
    replace(staged.resolve(PartedDataset.name(part) + ".items"), itemRows, attempt);
    try {
      Files.move(written, staged.resolve(PartedDataset.name(part)), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!has(staged, part)) {
        throw e;
      }
      WorkFolder.delete(written);
    }
  }

  private static void replace(Path file, int[] numbers, long attempt) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + "." + attempt);
    Files.write(fresh, bytes(numbers));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static byte[] bytes(int[] numbers) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.multiplyExact(4, numbers.length)).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asIntBuffer().put(numbers);
    return buffer.array();
  }

  /**
   * Finishes the data set: the target appears.
   *
   * @param parts how many there are
   * @param split the rule that made the splits
   * @return the manifest of the whole
   */
  public Manifest commit(int parts, String split, Manifest.Provenance provenance)
      throws IOException {
    List<Manifest.DataFile> files = new ArrayList<>();
    Map<Split, Long> rows = new EnumMap<>(Split.class);
    List<SplitOverlap> overlaps = new ArrayList<>();
    Manifest.Schema schema = null;
    int[] itemRows = null;
    int users = 0;
    int items = 0;
    int requests = 0;
    for (int part = 0; part < parts; part++) {
      Path directory = staging.path().resolve(PartedDataset.name(part));
      Manifest manifest = Manifest.read(directory);
      schema = manifest.schema();
      users = Math.addExact(users, manifest.counts().users());
      items = manifest.counts().items();
      requests = Math.addExact(requests, manifest.counts().requests());
      for (Split each : Split.values()) {
        rows.merge(each, manifest.counts().rows(each), Long::sum);
      }
      add(overlaps, manifest.overlaps());
      files.add(file(PartedDataset.name(part) + "/" + Manifest.FILE_NAME));
      files.add(file(PartedDataset.usersFile(part)));
      itemRows = sum(itemRows, staging.path().resolve(PartedDataset.name(part) + ".items"));
    }
    Path counts = staging.path().resolve(PartedDataset.ITEM_ROWS);
    Files.write(counts, bytes(itemRows));
    files.add(file(PartedDataset.ITEM_ROWS));
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT_VERSION,
            new Manifest.Counts(users, items, requests, rows),
            schema,
            split,
            provenance,
            files,
            overlaps);
    String json = ManifestJson.text(manifest);
    Files.writeString(staging.path().resolve(Manifest.FILE_NAME), json);
    Map<String, String> sums = new TreeMap<>();
    sums.put(Manifest.FILE_NAME, Checksum.sha256(json));
    files.forEach(file -> sums.put(file.path(), file.sha256()));
    Seal.write(staging.path(), sums);
    Durable.directory(staging.path());
    staging.commit();
    return manifest;
  }

  private static void add(List<SplitOverlap> sums, List<SplitOverlap> more) {
    for (int i = 0; i < more.size(); i++) {
      SplitOverlap each = more.get(i);
      if (i == sums.size()) {
        sums.add(each);
      } else {
        SplitOverlap sum = sums.get(i);
        sums.set(
            i,
            new SplitOverlap(
                sum.split(),
                sum.rows() + each.rows(),
                sum.repeatedItems() + each.repeatedItems(),
                sum.dividedRequests() + each.dividedRequests(),
                sum.ownFuture() + each.ownFuture(),
                sum.sameMoment() + each.sameMoment()));
      }
    }
  }

  /** Adds a part's item rows, and removes their file. */
  private static int[] sum(int[] sums, Path file) throws IOException {
    var more = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int[] rows = sums == null ? new int[more.remaining() / 4] : sums;
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Math.addExact(rows[i], more.getInt(4 * i));
    }
    Files.delete(file);
    return rows;
  }

  private Manifest.DataFile file(String path) throws IOException {
    Path file = staging.path().resolve(path);
    return new Manifest.DataFile(path, null, 0, Files.size(file), Checksum.sha256(file));
  }

  /** Removes what was written unless {@link #commit} went through. */
  @Override
  public void close() throws IOException {
    staging.close();
  }
}
