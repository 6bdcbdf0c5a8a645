package dev.twotower.trainer.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** The line of each key in a YAML text. */
final class KeyLines {
  private KeyLines() {}

  /** The line, from 1, of every dotted key; of those before the mistake in a malformed text. */
  static Map<String, Integer> of(String yaml) {
    Map<String, Integer> lines = new HashMap<>();
    try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        section(parser, "", lines);
      }
    } catch (JsonProcessingException malformed) {
      return lines;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return lines;
  }

  private static void section(JsonParser parser, String path, Map<String, Integer> lines)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = path + parser.currentName();
      lines.put(key, parser.currentTokenLocation().getLineNr());
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        section(parser, key + ".", lines);
      } else {
        parser.skipChildren();
      }
    }
  }
}
