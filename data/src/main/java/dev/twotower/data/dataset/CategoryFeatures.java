package dev.twotower.data.dataset;

import dev.twotower.data.tree.CategoryTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Items with their place in the category tree as features (design 8): {@code category} holds all
 * categories from the top one to the item's own, {@code category.1} the top one, {@code category.2}
 * the one below, none where the item lies higher. Codes are node numbers plus one, so all share one
 * numbering. A column of the data set with such a name takes precedence. Columns are made when
 * asked for: most models ask for none, and each takes some 30 bytes per item.
 */
public final class CategoryFeatures implements EntityTable {
  /** The feature of all categories of an item, from the top. */
  public static final String PATH = "category";

  private final EntityTable items;
  private final CategoryTree tree;
  private final Map<String, Supplier<FeatureColumn>> features = new LinkedHashMap<>();
  private final Map<String, FeatureColumn> made = new ConcurrentHashMap<>();

  private CategoryFeatures(EntityTable items, CategoryTree tree) {
    this.items = items;
    this.tree = tree;
    features.put(PATH, this::path);
    for (int level = 1; level <= tree.height(); level++) {
      int depth = level;
      features.put(PATH + "." + level, () -> level(depth));
    }
    items.features().forEach(feature -> features.put(feature.name(), () -> feature));
  }

  private List<String> vocabulary() {
    List<String> vocabulary = new ArrayList<>(List.of(""));
    for (int node = 0; node < tree.nodes(); node++) {
      vocabulary.add(String.join(" > ", tree.path(node)));
    }
    return vocabulary;
  }

  private FeatureColumn path() {
    int[][] path = new int[tree.items()][];
    for (int item = 0; item < path.length; item++) {
      int node = tree.nodeOf(item);
      path[item] = new int[tree.depth(node)];
      for (int depth = path[item].length; depth > 0; depth--) {
        path[item][depth - 1] = node + 1;
        node = tree.parent(node);
      }
    }
    return MemoryFeature.multi(PATH, vocabulary(), path);
  }

  private FeatureColumn level(int level) {
    int[] code = new int[tree.items()];
    for (int item = 0; item < code.length; item++) {
      int node = tree.nodeOf(item);
      for (int above = tree.depth(node); above > level; above--) {
        node = tree.parent(node);
      }
      code[item] = tree.depth(node) < level ? 0 : node + 1;
    }
    return MemoryFeature.categorical(PATH + "." + level, vocabulary(), code);
  }

  /**
   * Names of features that hold all of the data set's tree: that of the path, or those of the
   * levels where a column has that name. Empty without a tree.
   */
  public static List<String> names(Dataset data) {
    List<String> columns = data.itemTable().features().stream().map(FeatureColumn::name).toList();
    int height = data.tree().map(CategoryTree::height).orElse(0);
    if (height == 0 || !columns.contains(PATH)) {
      return height == 0 ? List.of() : List.of(PATH);
    }
    return IntStream.rangeClosed(1, height)
        .mapToObj(level -> PATH + "." + level)
        .filter(name -> !columns.contains(name))
        .toList();
  }

  /** The data set's items, with these features where it has a tree. */
  public static EntityTable of(Dataset data) {
    return data.tree()
        .<EntityTable>map(tree -> new CategoryFeatures(data.itemTable(), tree))
        .orElse(data.itemTable());
  }

  /**
   * The data set's items, with these features of another tree over them.
   *
   * @throws IllegalArgumentException when the tree is over another number of items
   */
  public static EntityTable of(Dataset data, CategoryTree tree) {
    if (tree.items() != data.items()) {
      throw new IllegalArgumentException(
          "the tree is over %d items; allowed: the data set's %d"
              .formatted(tree.items(), data.items()));
    }
    return new CategoryFeatures(data.itemTable(), tree);
  }

  @Override
  public int size() {
    return items.size();
  }

  @Override
  public String id(int index) {
    return items.id(index);
  }

  @Override
  public OptionalInt index(String externalId) {
    return items.index(externalId);
  }

  @Override
  public String name(int index) {
    return items.name(index);
  }

  @Override
  public List<FeatureColumn> features() {
    return features.keySet().stream().map(this::feature).toList();
  }

  @Override
  public FeatureColumn feature(String name) {
    Supplier<FeatureColumn> feature = features.get(name);
    if (feature == null) {
      throw new IllegalArgumentException(
          "items have no feature '%s'; they have %s".formatted(name, features.keySet()));
    }
    return made.computeIfAbsent(name, asked -> feature.get());
  }
}
