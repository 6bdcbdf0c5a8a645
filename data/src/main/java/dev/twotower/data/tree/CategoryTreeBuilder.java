package dev.twotower.data.tree;

import dev.twotower.data.BadDataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * Builds a {@link CategoryTree} from a parent table, or from path columns, in the text a log uses.
 * Nodes are numbered in the order they are first given. Rows of a parent table may come in any
 * order; a category may repeat as long as its parent does not change.
 */
public final class CategoryTreeBuilder {
  private static final char PREFIX = '\u001f';

  private final Map<String, Integer> numbers = new LinkedHashMap<>();
  private final List<String> names = new ArrayList<>();

  /** The parent's id of each node; null for a top. */
  private final List<String> parents = new ArrayList<>();

  private final int[] itemNode;
  private final IntFunction<String> itemLabel;

  /** What each item was given, for messages; null until given. */
  private final String[] itemCategory;

  /** A builder for the tree of {@code items} items, none of which has a category yet. */
  public CategoryTreeBuilder(int items) {
    this(items, Integer::toString);
  }

  /** The same, where messages call an item by what {@code itemLabel} gives for its number. */
  public CategoryTreeBuilder(int items, IntFunction<String> itemLabel) {
    this.itemLabel = itemLabel;
    this.itemNode = new int[items];
    this.itemCategory = new String[items];
    Arrays.fill(itemNode, -1);
  }

  /**
   * Adds a row of a parent table.
   *
   * @param id the category's id, not blank
   * @param parentId the parent's id; null or blank for a top
   * @param name a name for people, without the blanks around it; null or blank where the id must do
   * @throws BadDataException when the category was given before with another parent
   */
  public CategoryTreeBuilder category(String id, String parentId, String name) {
    String label = blank(name) ? id : name.strip();
    if (blank(id)) {
      throw new BadDataException(
          "a category has no id (parent " + quoted(parentId) + ", name " + quoted(name) + ")");
    }
    String parent = blank(parentId) ? null : parentId;
    Integer known = numbers.putIfAbsent(id, names.size());
    if (known == null) {
      names.add(label);
      parents.add(parent);
    } else if (!Objects.equals(parents.get(known), parent)) {
      throw new BadDataException(
          "category '"
              + id
              + "' has two parents, "
              + quoted(parents.get(known))
              + " and "
              + quoted(parent)
              + "; a category has one");
    } else if (!blank(name) && !names.get(known).equals(label)) {
      throw new BadDataException(
          "category '"
              + id
              + "' has two names, '"
              + names.get(known)
              + "' and '"
              + label
              + "'; a category has one");
    }
    return this;
  }

  private static String quoted(String text) {
    return blank(text) ? "none" : "'" + text + "'";
  }

  /** Hangs an item on the category with the given id; null or blank leaves it without one. */
  public CategoryTreeBuilder item(int item, String categoryId) {
    itemCategory[item] = blank(categoryId) ? null : categoryId;
    return this;
  }

  /**
   * Hangs an item on the category at the end of a path, adding the categories on the way. Equal
   * names under different parents are different categories; blanks around a name are none of it, as
   * in {@code Books > Novels}. Blank levels at the end are left out, so that paths may differ in
   * length; a path of blanks leaves the item without a category.
   *
   * @param levels names from the top category down
   * @throws BadDataException when a blank level is above a named one
   */
  public CategoryTreeBuilder path(int item, List<String> levels) {
    int length = levels.size();
    while (length > 0 && blank(levels.get(length - 1))) {
      length--;
    }
    String id = null;
    for (int level = 0; level < length; level++) {
      if (blank(levels.get(level))) {
        throw new BadDataException(
            "item "
                + itemLabel.apply(item)
                + " has the category path "
                + levels
                + ", in which level "
                + (level + 1)
                + " is blank above '"
                + levels.get(length - 1)
                + "'; only the last levels may be blank"
                + (level == 0
                    ? "; where paths begin with their separator, take it away, as ltrim(COLUMN,"
                        + " '/') does"
                    : ""));
      }
      String name = levels.get(level).strip();
      String parentId = id;
      id = id == null ? name : id + PREFIX + name;
      category(id, parentId, name);
    }
    itemCategory[item] = id;
    return this;
  }

  /**
   * The tree.
   *
   * @throws BadDataException when there is no category, a parent or an item's category is not in
   *     the table, or categories form a cycle
   */
  public CategoryTree build() {
    if (names.isEmpty()) {
      throw new BadDataException("the taxonomy has no category");
    }
    List<String> ids = List.copyOf(numbers.keySet());
    int[] parent = new int[ids.size()];
    for (int node = 0; node < parent.length; node++) {
      String parentId = parents.get(node);
      Integer number = parentId == null ? Integer.valueOf(-1) : numbers.get(parentId);
      if (number == null) {
        throw new BadDataException(
            "category '"
                + names.get(node)
                + "' (id '"
                + ids.get(node)
                + "') names parent '"
                + parentId
                + "', which is not in the table; add that row, or leave the parent blank for a top"
                + " category");
      }
      parent[node] = number;
    }
    for (int item = 0; item < itemNode.length; item++) {
      String category = itemCategory[item];
      Integer number = category == null ? Integer.valueOf(-1) : numbers.get(category);
      if (number == null) {
        throw new BadDataException(
            "item "
                + itemLabel.apply(item)
                + " names category '"
                + category
                + "', which is not in the table; add that category, or leave the item's blank");
      }
      itemNode[item] = number;
    }
    return CategoryTree.of(parent, names.toArray(String[]::new), itemNode);
  }

  private static boolean blank(String text) {
    return text == null || text.isBlank();
  }
}
