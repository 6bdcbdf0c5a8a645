package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What can be said about the values of {@code dataset.json} without a look at the other files. */
final class ManifestChecks {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final Path directory;
  private final Manifest manifest;

  private ManifestChecks(Path directory, Manifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  /**
   * Checks every value.
   *
   * @throws BadDataException naming the first field out of range, its value and what is allowed
   */
  static void require(Path directory, Manifest manifest) {
    ManifestChecks checks = new ManifestChecks(directory, manifest);
    checks.counts(manifest.counts());
    checks.schema(manifest.schema());
    checks.overlaps(manifest.overlaps());
    checks.files(manifest.files());
  }

  /** Bad data: a field of the manifest holds a value that cannot be. */
  static BadDataException wrong(Path directory, String field, Object value, String expected) {
    return new BadDataException(
        "%s: %s is %s; expected %s; import the data again"
            .formatted(directory.resolve(Manifest.FILE_NAME), field, value, expected));
  }

  private void require(boolean right, String field, Object value, String expected) {
    if (!right) {
      throw wrong(directory, field, value, expected);
    }
  }

  private void counts(Manifest.Counts counts) {
    require(counts.users() >= 0, "counts.users", counts.users(), "0 or more");
    require(counts.items() >= 0, "counts.items", counts.items(), "0 or more");
    require(counts.requests() >= 0, "counts.requests", counts.requests(), "0 or more");
    counts
        .rows()
        .forEach((split, rows) -> require(rows >= 0, "counts.rows." + split, rows, "0 or more"));
  }

  private void schema(Manifest.Schema schema) {
    require(
        DatasetSchema.isRowsPerBatch(schema.rowsPerBatch()),
        "schema.rowsPerBatch",
        schema.rowsPerBatch(),
        DatasetSchema.ROWS_PER_BATCH);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < schema.context().size(); i++) {
      Manifest.Context context = schema.context().get(i);
      String field = "schema.context[" + i + "].";
      require(names.add(context.name()), field + "name", context.name(), "a name not used before");
      coded(field, !context.numeric(), context.cardinality(), context.vocabularyStart());
    }
    features("schema.userFeatures", schema.userFeatures());
    features("schema.itemFeatures", schema.itemFeatures());
    features(
        "schema.contextLists",
        schema.contextLists().stream().map(Manifest.ContextList::feature).toList());
    for (int i = 0; i < schema.contextLists().size(); i++) {
      String name = schema.contextLists().get(i).name();
      boolean coded =
          schema.context().stream()
              .anyMatch(context -> context.name().equals(name) && !context.numeric());
      require(
          coded,
          "schema.contextLists[" + i + "].name",
          name,
          "the name of a context column of codes");
    }
  }

  private void features(String list, List<Manifest.Feature> features) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < features.size(); i++) {
      Manifest.Feature feature = features.get(i);
      String field = list + "[" + i + "].";
      require(names.add(feature.name()), field + "name", feature.name(), "a name not used before");
      boolean coded = feature.kind().coded();
      coded(field, coded, feature.cardinality(), feature.vocabularyStart());
      boolean vector = feature.kind() == FeatureKind.VECTOR;
      require(
          vector ? feature.dimension() >= 1 : feature.dimension() == 0,
          field + "dimension",
          feature.dimension(),
          vector ? "1 or more" : "0, because it is not a vector");
    }
  }

  private void coded(String field, boolean coded, int cardinality, long start) {
    require(
        coded ? cardinality >= 1 : cardinality == 0,
        field + "cardinality",
        cardinality,
        coded ? "1 or more" : "0, because it has no codes");
    require(start >= 0, field + "vocabularyStart", start, "0 or more");
  }

  private void overlaps(List<SplitOverlap> overlaps) {
    List<Split> heldOut = List.of(Split.VALIDATION, Split.TEST);
    List<Split> splits = overlaps.stream().map(SplitOverlap::split).toList();
    require(
        splits.isEmpty() || splits.equals(heldOut), "overlaps", splits, "none, or of " + heldOut);
    for (int i = 0; i < overlaps.size(); i++) {
      SplitOverlap overlap = overlaps.get(i);
      String field = "overlaps[" + i + "].";
      long rows = manifest.counts().rows(overlap.split());
      require(overlap.rows() == rows, field + "rows", overlap.rows(), rows + ", as in counts");
      within(field + "repeatedItems", overlap.repeatedItems(), rows);
      within(field + "dividedRequests", overlap.dividedRequests(), rows);
      within(field + "ownFuture", overlap.ownFuture(), rows);
      within(field + "sameMoment", overlap.sameMoment(), rows);
    }
  }

  private void within(String field, long part, long rows) {
    require(part >= 0 && part <= rows, field, part, "0 to " + rows);
  }

  private void files(List<Manifest.DataFile> files) {
    Set<String> paths = new HashSet<>();
    for (int i = 0; i < files.size(); i++) {
      Manifest.DataFile file = files.get(i);
      String field = "files[" + i + "].";
      require(inside(file.path()), field + "path", file.path(), "a file inside the directory");
      require(paths.add(file.path()), field + "path", file.path(), "each file once");
      boolean part = file.path().startsWith(InteractionOutput.DIRECTORY + "/");
      require(
          part == (file.split() != null),
          field + "split",
          file.split(),
          part
              ? "a split, because the file holds interactions"
              : "null, because the file holds no interactions");
      require(file.rows() >= 0, field + "rows", file.rows(), "0 or more");
      require(file.bytes() >= 0, field + "bytes", file.bytes(), "0 or more");
      require(
          SHA256.matcher(file.sha256()).matches(),
          field + "sha256",
          file.sha256(),
          "64 hexadecimal digits");
    }
    if (PartedDataset.lists(manifest)) {
      return; // the tree lies in the parts
    }
    boolean tree = paths.contains(TreeOutput.FILE_NAME);
    require(
        manifest.schema().tree() == tree,
        "schema.tree",
        manifest.schema().tree(),
        tree + ", as " + TreeOutput.FILE_NAME + (tree ? " is listed" : " is not listed"));
  }

  private boolean inside(String path) {
    try {
      Path file = directory.resolve(path).normalize();
      return file.startsWith(directory.normalize()) && !file.equals(directory.normalize());
    } catch (InvalidPathException impossible) {
      return false;
    }
  }
}
