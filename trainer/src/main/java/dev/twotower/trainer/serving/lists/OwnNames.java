package dev.twotower.trainer.serving.lists;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Manifest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The columns of the items under the names that they had in the log's files, as the data set's
 * provenance tells: a level of {@code --tree department>aisle}, and a feature that was given a name
 * of its own.
 */
final class OwnNames {
  private static final Pattern NAMED_FEATURE = Pattern.compile("([^=:]+)=[a-z]+:(.+)");

  private final Map<String, String> columns = new LinkedHashMap<>();

  OwnNames(Dataset data) {
    Manifest.Provenance provenance = data.manifest().provenance();
    if (provenance.importer().equals("generate")) {
      // There were no files, and the option tree has numbers of children.
      return;
    }
    Map<String, String> options = provenance.options();
    for (String feature : options.getOrDefault("item-feature", "").split("; ")) {
      Matcher named = NAMED_FEATURE.matcher(feature);
      if (named.matches()) {
        columns.putIfAbsent(named.group(2), named.group(1));
      }
    }
    String tree = options.getOrDefault("tree", "");
    if (data.tree().isPresent() && !tree.matches("(path|parents):.*")) {
      String[] levels = tree.isEmpty() ? new String[0] : tree.split(">", -1);
      for (int level = 0; level < Math.min(levels.length, data.tree().get().height()); level++) {
        columns.putIfAbsent(levels[level].strip(), "category." + (level + 1));
      }
    }
  }

  /** The files' names, and what each column is called in the data set. */
  Map<String, String> columns() {
    return columns;
  }

  /** What a column of the files is called in the data set; as elsewhere, case does not matter. */
  Optional<String> column(String own) {
    return columns.entrySet().stream()
        .filter(each -> each.getKey().equalsIgnoreCase(own))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** What a column of the data set was called in the files. */
  Optional<String> own(String column) {
    return columns.entrySet().stream()
        .filter(each -> each.getValue().equals(column))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
