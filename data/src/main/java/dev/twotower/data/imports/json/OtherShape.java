package dev.twotower.data.imports.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.imports.source.TextFile;
import dev.twotower.data.json.Json;
import dev.twotower.data.message.ShellWord;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A file that is one object which holds all records, as answers of services and pandas write. */
final class OtherShape {
  /** Lists that lie deeper belong to a record. */
  private static final int DEEPEST = 3;

  private OtherShape() {}

  /**
   * What a file of a single object is, and how to write its records; empty where it does not show.
   *
   * @param path the file's own path, for messages
   */
  static Optional<String> of(Path path, TextFile text) {
    try {
      Optional<String> wrapped = wrapped(0, path, text);
      if (wrapped.isPresent()) {
        return wrapped;
      }
      try (Reader reader = reader(text);
          JsonParser parser = Json.PLAIN.createParser(reader)) {
        return byKey(path, Json.PLAIN.readTree(parser));
      }
    } catch (IOException unread) {
      return Optional.empty();
    }
  }

  private static Reader reader(TextFile text) throws IOException {
    return new InputStreamReader(text.open(), StandardCharsets.UTF_8);
  }

  /**
   * The same for a file that begins with an object of more than some characters, most of them in a
   * list of objects; reads no more of other files than their first object.
   */
  static Optional<String> beyond(long characters, Path path, TextFile text) {
    try {
      return wrapped(characters, path, text);
    } catch (IOException unread) {
      return Optional.empty();
    }
  }

  /** Of an object with a list of objects in it that reaches that far. */
  private static Optional<String> wrapped(long characters, Path path, TextFile text)
      throws IOException {
    try (Reader reader = reader(text);
        JsonParser parser = Json.PLAIN.createParser(reader)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      List<String> names = new ArrayList<>();
      for (JsonToken next = parser.nextToken(); next != null; next = parser.nextToken()) {
        switch (next) {
          case FIELD_NAME -> {
            names.add(parser.currentName());
            JsonToken value = parser.nextToken();
            if (value == JsonToken.START_ARRAY) {
              boolean objects = parser.nextToken() == JsonToken.START_OBJECT;
              if (objects && reaches(parser, characters)) {
                return Optional.of(list(path, names));
              }
              skipRest(parser);
            } else if (value == JsonToken.START_OBJECT && names.size() < DEEPEST) {
              continue;
            } else {
              parser.skipChildren();
            }
            names.remove(names.size() - 1);
          }
          case END_OBJECT -> {
            if (names.isEmpty()) {
              return Optional.empty();
            }
            names.remove(names.size() - 1);
          }
          default -> throw new IOException("unexpected " + next);
        }
      }
      return Optional.empty();
    }
  }

  /** Whether a list goes on beyond a place of the text. */
  private static boolean reaches(JsonParser parser, long characters) throws IOException {
    while (parser.currentLocation().getCharOffset() < characters) {
      parser.skipChildren();
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
    }
    return true;
  }

  /** From the first element of a list, or its end, to its end. */
  private static void skipRest(JsonParser parser) throws IOException {
    for (JsonToken at = parser.currentToken();
        at != null && at != JsonToken.END_ARRAY;
        at = parser.nextToken()) {
      parser.skipChildren();
    }
  }

  private static String list(Path path, List<String> names) {
    StringBuilder within = new StringBuilder();
    for (String name : names) {
      within.append(name.matches("[A-Za-z_]\\w*") ? "." + name : ".\"" + name + "\"");
    }
    return "%s is one object, and its records are the list %s in it; write these alone: jq -c %s %s > records.jsonl"
        .formatted(
            path.getFileName(),
            String.join(" > ", names),
            ShellWord.of(within + "[]"),
            ShellWord.of(path));
  }

  private static Optional<String> byKey(Path path, JsonNode object) {
    if (object == null || !object.isObject() || object.size() < 2) {
      return Optional.empty();
    }
    boolean lists = true;
    boolean objects = true;
    Set<Set<String>> keys = new HashSet<>();
    for (JsonNode value : object) {
      lists &= value.isArray();
      objects &= value.isObject();
      Set<String> names = new HashSet<>();
      value.fieldNames().forEachRemaining(names::add);
      keys.add(names);
    }
    boolean numbered =
        keys.size() == 1 && keys.iterator().next().stream().allMatch(key -> key.matches("\\d+"));
    if (lists || objects && numbered) {
      return Optional.of(
          "%s is one object with all values of a column together, none for each record, as pandas may write it; write records: df.to_json('records.jsonl', orient='records', lines=True)"
              .formatted(path.getFileName()));
    }
    return objects
        ? Optional.of(
            "%s is one object whose values are the records; write these alone: jq -c '.[]' %s > records.jsonl"
                .formatted(path.getFileName(), ShellWord.of(path)))
        : Optional.empty();
  }
}
