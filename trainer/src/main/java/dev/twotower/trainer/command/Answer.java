package dev.twotower.trainer.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.twotower.data.json.Json;
import java.io.UncheckedIOException;

/**
 * What a command has to say.
 *
 * @param document for {@code --json}: a record, map or list that Jackson can write
 * @param text for a person; no trailing line end
 * @param exitCode the process's exit code
 */
public record Answer(Object document, String text, int exitCode) {
  private static final ObjectMapper JSON =
      Json.SHOWN.copy().enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING);

  /** An answer after which the process ends with 0. */
  public Answer(Object document, String text) {
    this(document, text, ExitCode.DONE);
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(document);
    } catch (JsonProcessingException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
