package dev.twotower.trainer.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.twotower.trainer.config.ConfigException.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Values of a YAML text that would be read as something else than they look: a number with a
 * leading zero, which YAML 1.1 takes to be of base 8, and an alias, which would be the text of its
 * name.
 */
final class YamlSurprises {
  private static final Pattern LEADING_ZERO = Pattern.compile("[-+]?0[0-9_]+");

  private YamlSurprises() {}

  /**
   * The surprises of a text.
   *
   * @param root the key that the text is a value of; empty for a whole file
   * @return none where the text is malformed, which its reader says
   */
  static List<Problem> of(String yaml, String root) {
    List<Problem> found = new ArrayList<>();
    try (YAMLParser parser = new YAMLFactory().createParser(yaml)) {
      while (parser.nextToken() != null) {
        value(parser, root, found);
      }
    } catch (JsonProcessingException malformed) {
      return List.of();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return found;
  }

  private static void value(YAMLParser parser, String key, List<Problem> found) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String nested = key.isEmpty() ? parser.currentName() : key + "." + parser.currentName();
        parser.nextToken();
        value(parser, nested, found);
      }
    } else if (token == JsonToken.START_ARRAY) {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        value(parser, key + "[" + i + "]", found);
      }
    } else if (parser.isCurrentAlias()) {
      found.add(
          new Problem(
              key,
              "*" + parser.getText(),
              "the value itself, since anchors and aliases are not followed"));
    } else if (numberWithLeadingZero(parser)) {
      found.add(
          new Problem(
              key,
              parser.getText(),
              "numbers without a leading zero, which in YAML means base 8: %s, or %d"
                  .formatted(
                      parser.getText().replaceFirst("0[0_]*(?=.)", ""), parser.getLongValue())));
    }
  }

  private static boolean numberWithLeadingZero(JsonParser parser) throws IOException {
    return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && LEADING_ZERO.matcher(parser.getText()).matches();
  }
}
