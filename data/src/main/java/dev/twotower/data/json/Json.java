package dev.twotower.data.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Shared JSON mappers: creating one is expensive. Formats with stricter rules have mappers of their
 * own.
 */
public final class Json {
  /** Writes a document on one line. */
  public static final ObjectMapper PLAIN = JsonMapper.builder().build();

  /** Writes a document for people as well. */
  public static final ObjectMapper INDENTED =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** As {@link #INDENTED}; reads what later versions write by leaving out what it does not know. */
  public static final ObjectMapper TOLERANT =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** As {@link #TOLERANT}, for documents that people read: with 13 digits of a number at most. */
  public static final ObjectMapper SHOWN =
      JsonMapper.builder(
              JsonFactory.builder()
                  .addDecorator((factory, generator) -> new ShortNumbers(generator))
                  .build())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Json() {}
}
