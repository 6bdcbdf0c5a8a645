package dev.twotower.data.imports;

import dev.twotower.data.dataset.DatasetSchema.ContextSpec;
import dev.twotower.data.dataset.ListedValues;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.TextWords;
import dev.twotower.data.imports.columns.ContextOption.Kind;
import dev.twotower.data.imports.columns.ListText;
import dev.twotower.data.message.Amount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A context column whose values are lists, such as the words of a query: each distinct list is a
 * code, as each distinct text is of another column, and beside the codes lies what each stands for.
 * Texts of the same values in the same order are one list.
 */
final class ContextLists {
  private static final String WORDS = " ";
  private static final String VALUES = "|";

  private final String name;
  private final Kind kind;

  /** The code of each list. */
  private final Map<List<String>, Integer> codes = new LinkedHashMap<>();

  /** The code of the list of each text; 0 of no text, and of texts without a value. */
  private final int[] codeOf;

  /**
   * @param texts of the column, in the order of their numbers
   */
  ContextLists(String name, Kind kind, List<String> texts) {
    this.name = name;
    this.kind = kind;
    this.codeOf = new int[texts.size() + 1];
    codes.put(List.of(), 0);
    for (int text = 0; text < texts.size(); text++) {
      List<String> values =
          kind == Kind.WORDS ? TextWords.of(texts.get(text)) : ListText.parts(texts.get(text));
      codeOf[text + 1] = codes.computeIfAbsent(values, added -> codes.size());
    }
  }

  /** The code of a text by its number from 1; 0 for none. */
  int code(int text) {
    return codeOf[text];
  }

  /** The column as a data set keeps it. */
  ContextSpec spec() {
    List<List<String>> lists = new ArrayList<>(codes.keySet());
    String between = kind == Kind.WORDS ? WORDS : VALUES;
    List<String> texts =
        lists.stream().skip(1).map(values -> String.join(between, values)).toList();
    return new ContextSpec(
        name, texts, new ListedValues(MemoryFeature.multi(name, lists), kind == Kind.WORDS));
  }

  /** What was found. */
  String note() {
    long values = codes.keySet().stream().flatMap(List::stream).distinct().count();
    return "context %s: %s in %s"
        .formatted(
            name,
            Amount.of(values, kind == Kind.WORDS ? "word" : "value"),
            Amount.of(codes.size() - 1, "different text"));
  }
}
