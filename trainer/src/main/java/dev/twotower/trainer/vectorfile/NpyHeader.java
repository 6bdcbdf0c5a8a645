package dev.twotower.trainer.vectorfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The dictionary in front of an npy file's numbers, a literal of Python such as {@code {'descr':
 * '<f4', 'fortran_order': False, 'shape': (3, 4), }} (<a
 * href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">format</a>). Read
 * in one pass, whatever it holds.
 *
 * @param type such as {@code <f4}
 * @param columnMajor whether it is in Fortran's order
 * @param shape its sizes
 */
record NpyHeader(String type, boolean columnMajor, List<Long> shape) {
  /** Digits that a long holds for sure. */
  private static final int DIGITS = 18;

  /** Empty for a text that is not such a dictionary. */
  static Optional<NpyHeader> parse(String text) {
    Map<String, Object> found = new HashMap<>();
    Reader reader = new Reader(text);
    if (!reader.dictionary(found)
        || !(found.get("descr") instanceof String type)
        || !(found.get("fortran_order") instanceof Boolean columnMajor)
        || !(found.get("shape") instanceof List<?> sizes)
        || found.size() != 3) {
      return Optional.empty();
    }
    return Optional.of(
        new NpyHeader(type, columnMajor, sizes.stream().map(Long.class::cast).toList()));
  }

  /** Goes through a text from left to right. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    boolean dictionary(Map<String, Object> into) {
      if (!sign('{')) {
        return false;
      }
      while (!sign('}')) {
        Optional<String> key = quoted();
        if (key.isEmpty() || !sign(':')) {
          return false;
        }
        Optional<Object> value = value();
        if (value.isEmpty() || into.put(key.get(), value.get()) != null) {
          return false;
        }
        if (!sign(',') && !ahead('}')) {
          return false;
        }
      }
      skipSpace();
      return at == text.length();
    }

    private Optional<Object> value() {
      if (ahead('\'') || ahead('"')) {
        return quoted().map(Object.class::cast);
      }
      if (text.startsWith("True", at)) {
        at += 4;
        return Optional.of(true);
      }
      if (text.startsWith("False", at)) {
        at += 5;
        return Optional.of(false);
      }
      return numbers().map(Object.class::cast);
    }

    private Optional<List<Long>> numbers() {
      if (!sign('(')) {
        return Optional.empty();
      }
      List<Long> numbers = new ArrayList<>();
      while (!sign(')')) {
        skipSpace();
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
          at++;
        }
        if (at == from || at - from > DIGITS) {
          return Optional.empty();
        }
        numbers.add(Long.parseLong(text, from, at, 10));
        if (!sign(',') && !ahead(')')) {
          return Optional.empty();
        }
      }
      return Optional.of(numbers);
    }

    private Optional<String> quoted() {
      skipSpace();
      if (at == text.length() || text.charAt(at) != '\'' && text.charAt(at) != '"') {
        return Optional.empty();
      }
      int end = text.indexOf(text.charAt(at), at + 1);
      if (end < 0) {
        return Optional.empty();
      }
      String inside = text.substring(at + 1, end);
      at = end + 1;
      return Optional.of(inside);
    }

    private boolean sign(char wanted) {
      boolean there = ahead(wanted);
      at += there ? 1 : 0;
      return there;
    }

    private boolean ahead(char wanted) {
      skipSpace();
      return at < text.length() && text.charAt(at) == wanted;
    }

    private void skipSpace() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
    }
  }
}
