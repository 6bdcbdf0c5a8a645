package dev.twotower.data.dataset;

import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Seal;
import dev.twotower.data.tree.CategoryTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The files of a data set, read in an order in which each is vouched for before it is believed: the
 * manifest by the seal, every other file by the manifest, what the manifest says of a file by the
 * file (design 13).
 */
final class DatasetFiles {
  private static final String REMEDY = "import the data again";

  private final Path directory;
  private final Manifest manifest;

  private DatasetFiles(Path directory, Manifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  /**
   * Reads and checks the manifest, then the checksum of every file.
   *
   * @throws BadDataException naming the file that is missing, altered, or not what another says
   */
  static DatasetFiles open(Path directory) {
    boolean sealed = Seal.on(directory);
    if (sealed) {
      Seal seal = Seal.of(directory, REMEDY);
      if (!seal.lists(Manifest.FILE_NAME)) {
        Manifest.requireExists(directory); // the seal of something else than a data set
      }
      seal.check(Manifest.FILE_NAME);
    }
    Manifest manifest = Manifest.read(directory);
    if (!sealed && manifest.formatVersion() >= Manifest.FIRST_SEALED_VERSION) {
      Seal.of(directory, REMEDY);
    }
    ManifestChecks.require(directory, manifest);
    Verification.require(directory, manifest.files());
    if (sealed) {
      requireSealed(directory, manifest);
    }
    return new DatasetFiles(directory, manifest);
  }

  /** Damage to a line of the seal about another file shows as well. */
  private static void requireSealed(Path directory, Manifest manifest) {
    Seal seal = Seal.of(directory, REMEDY);
    for (Manifest.DataFile file : manifest.files()) {
      if (!seal.sum(file.path()).equals(file.sha256())) {
        throw new BadDataException(
            "%s gives %s the SHA-256 %s, but dataset.json gives it %s; %s"
                .formatted(
                    directory.resolve(Seal.FILE),
                    file.path(),
                    seal.sum(file.path()),
                    file.sha256(),
                    REMEDY));
      }
    }
  }

  Manifest manifest() {
    return manifest;
  }

  ArrowFile users() {
    ArrowFile file = open(EntityOutput.file("users"));
    file.requireColumns(
        FileColumns.users(file.has(EntityOutput.NAME), manifest.schema().userFeatures()));
    requireCount("counts.users", manifest.counts().users(), file);
    return file;
  }

  ArrowFile items() {
    ArrowFile file = open(EntityOutput.file("items"));
    file.requireColumns(
        FileColumns.items(file.has(EntityOutput.NAME), manifest.schema().itemFeatures()));
    requireCount("counts.items", manifest.counts().items(), file);
    return file;
  }

  ArrowFile requests() {
    ArrowFile file = open(InteractionOutput.REQUESTS);
    file.requireColumns(FileColumns.requests());
    requireCount("counts.requests", manifest.counts().requests(), file);
    return file;
  }

  private void requireCount(String field, int count, ArrowFile file) {
    if (file.rows() != count) {
      throw ManifestChecks.wrong(
          directory, field, count, file.rows() + ", the rows of " + file.path().getFileName());
    }
  }

  /** The parts of a split, in order. */
  List<ArrowFile> interactions(Split split) {
    int rowsPerBatch = manifest.schema().rowsPerBatch();
    List<Field> columns =
        FileColumns.interactions(
            manifest.schema().weights(),
            manifest.schema().context().stream()
                .map(context -> FileColumns.context(context.name(), context.numeric()))
                .toList());
    List<ArrowFile> parts = new ArrayList<>();
    long rows = 0;
    for (Manifest.DataFile part : manifest.files()) {
      if (part.split() == split) {
        if (rows % rowsPerBatch != 0) {
          throw new BadDataException(
              "%s: %s follows %d rows that do not end on a full batch of schema.rowsPerBatch, %d; %s"
                  .formatted(
                      directory.resolve(Manifest.FILE_NAME),
                      part.path(),
                      rows,
                      rowsPerBatch,
                      REMEDY));
        }
        ArrowFile file = open(part.path()).requireRowsPerBatch(rowsPerBatch);
        file.requireColumns(columns);
        parts.add(file);
        rows += part.rows();
      }
    }
    if (rows != manifest.counts().rows(split)) {
      throw ManifestChecks.wrong(
          directory,
          "counts.rows." + split,
          manifest.counts().rows(split),
          rows + ", the rows of its parts");
    }
    return parts;
  }

  /** The texts of all codes; the manifest's vocabularies are where it says. */
  TextColumn vocabulary() {
    ArrowFile file = open(VocabularyOutput.FILE_NAME);
    file.requireColumns(FileColumns.vocabulary());
    VocabularyCheck check = new VocabularyCheck(directory, file);
    Manifest.Schema schema = manifest.schema();
    for (int i = 0; i < schema.context().size(); i++) {
      Manifest.Context context = schema.context().get(i);
      if (!context.numeric()) {
        check.require(
            "schema.context[" + i + "]",
            InteractionOutput.contextColumn(context.name()),
            context.cardinality(),
            context.vocabularyStart());
      }
    }
    for (int i = 0; i < schema.contextLists().size(); i++) {
      Manifest.ContextList lists = schema.contextLists().get(i);
      check.require(
          "schema.contextLists[" + i + "]",
          ContextListsOutput.column(lists.name()),
          lists.cardinality(),
          lists.vocabularyStart());
    }
    check(check, "users", schema.userFeatures());
    check(check, "items", schema.itemFeatures());
    return new TextColumn(file, "text");
  }

  private static void check(VocabularyCheck check, String what, List<Manifest.Feature> features) {
    String list = "schema." + (what.equals("users") ? "userFeatures[" : "itemFeatures[");
    for (int i = 0; i < features.size(); i++) {
      Manifest.Feature feature = features.get(i);
      if (feature.kind().coded()) {
        check.require(
            list + i + "]",
            what + "." + feature.name(),
            feature.cardinality(),
            feature.vocabularyStart());
      }
    }
  }

  /** What the codes of context columns stand for where that is a list, by column. */
  Map<String, ListedValues> contextLists(TextColumn vocabulary) {
    Map<String, ListedValues> lists = new HashMap<>();
    List<Manifest.ContextList> declared = manifest.schema().contextLists();
    for (int i = 0; i < declared.size(); i++) {
      Manifest.Feature feature = declared.get(i).feature();
      ArrowFile file = open(ContextListsOutput.file(i));
      file.requireColumns(List.of(FileColumns.feature(feature)));
      int codes =
          manifest.schema().context().stream()
              .filter(context -> context.name().equals(feature.name()))
              .mapToInt(Manifest.Context::cardinality)
              .findFirst()
              .orElseThrow();
      requireCount("schema.context, cardinality of " + feature.name(), codes, file);
      FeatureColumn column = MappedFeature.of(file, feature, vocabulary);
      MappedEntityTable.requireCodes(file, column, codes);
      lists.put(feature.name(), new ListedValues(column, declared.get(i).words()));
    }
    return lists;
  }

  /** The category tree, null where there is none. */
  CategoryTree tree(ArrowFile items) {
    if (!manifest.schema().tree()) {
      return null;
    }
    ArrowFile file = open(TreeOutput.FILE_NAME);
    file.requireColumns(FileColumns.taxonomy());
    Blocks.Ints parentColumn = Blocks.ints(file, "parent");
    Blocks.Ints nodeColumn = Blocks.ints(items, EntityOutput.NODE);
    TextColumn nameColumn = new TextColumn(file, "name");
    int[] parents = new int[Math.toIntExact(file.rows())];
    Arrays.setAll(parents, parentColumn::get);
    String[] names = new String[parents.length];
    Arrays.setAll(names, nameColumn::get);
    int[] itemNodes = new int[manifest.counts().items()];
    Arrays.setAll(itemNodes, nodeColumn::get);
    try {
      return CategoryTree.of(parents, names, itemNodes);
    } catch (IllegalArgumentException | BadDataException e) {
      throw new BadDataException(
          "%s and %s do not hold a valid tree: %s; %s"
              .formatted(file.path(), items.path().getFileName(), e.getMessage(), REMEDY),
          e);
    }
  }

  private ArrowFile open(String path) {
    Manifest.DataFile listed =
        manifest.files().stream()
            .filter(each -> each.path().equals(path))
            .findFirst()
            .orElseThrow(
                () ->
                    new BadDataException(
                        "%s does not list %s; %s"
                            .formatted(directory.resolve(Manifest.FILE_NAME), path, REMEDY)));
    ArrowFile file = ArrowFile.open(directory.resolve(path));
    if (file.rows() != listed.rows()) {
      int at = manifest.files().indexOf(listed);
      throw ManifestChecks.wrong(
          directory, "files[" + at + "].rows", listed.rows(), file.rows() + ", those of " + path);
    }
    return file;
  }
}
