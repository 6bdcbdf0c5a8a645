package dev.twotower.data.dataset;

import java.util.List;

/**
 * What the codes of a context column stand for where that is a list.
 *
 * @param values the list behind each code, 0 included, as a multi-valued feature by code
 * @param words whether they are the words of a text ({@link TextWords})
 */
public record ListedValues(FeatureColumn values, boolean words) {
  /** The values in a text that somebody typed. */
  List<String> in(String text) {
    return words ? TextWords.of(text) : List.of(text);
  }
}
