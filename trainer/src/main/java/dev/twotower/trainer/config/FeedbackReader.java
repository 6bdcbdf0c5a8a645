package dev.twotower.trainer.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Feedback.Role;
import dev.twotower.data.dataset.Feedback.Use;
import dev.twotower.data.message.Suggestion;
import dev.twotower.data.message.Words;
import dev.twotower.trainer.config.ConfigException.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The section {@code events}: kinds of feedback, which the log names, and what each stands for. */
final class FeedbackReader {
  private static final String WEIGHT = "weight";
  private static final String ALLOWED =
      "a weight above 0 and at most %d, alone or as {weight: NUMBER}, for positives; or shown, never, ignore"
          .formatted((long) Use.MOST);
  private static final List<String> WORDS = List.of("shown", "never", "ignore");
  private static final String DOTS = "; a kind with a dot in --set '%s={\"page.view\": 1}'";

  private FeedbackReader() {}

  /** The uses of a section; what cannot be read is added to the problems. */
  static Feedback read(JsonNode section, String key, List<Problem> problems) {
    Map<String, Use> kinds = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> kind : section.properties()) {
      Use use = use(kind.getValue());
      if (use == null) {
        String dots = kind.getValue().isObject() ? DOTS.formatted(key) : "";
        problems.add(
            new Problem(
                key + "." + kind.getKey(),
                YamlText.shown(kind.getValue()),
                ALLOWED + Suggestion.hint(kind.getValue().asText(), WORDS) + dots));
      }
      // With a use in place of one that cannot be read, nothing else is found wrong.
      kinds.put(kind.getKey(), use == null ? Use.positive(1) : use);
    }
    return new Feedback(kinds);
  }

  /** Null where the node says none. */
  private static Use use(JsonNode node) {
    JsonNode value = node.isObject() && node.size() == 1 ? node.path(WEIGHT) : node;
    Double weight = RecordReader.number(value);
    if (weight != null) {
      return Use.isWeight(weight) ? Use.positive(weight) : null;
    }
    for (Use use : new Use[] {Use.SHOWN, Use.NEVER, Use.IGNORE}) {
      if (node.isTextual() && node.textValue().equals(Words.of(use.role()))) {
        return use;
      }
    }
    return null;
  }

  /** The section that {@link #read} turns into an equal value. */
  static JsonNode toTree(Feedback feedback, ObjectMapper mapper) {
    ObjectNode section = mapper.createObjectNode();
    feedback
        .kinds()
        .forEach(
            (kind, use) -> {
              double weight = use.weight();
              if (use.role() != Role.POSITIVE) {
                section.put(kind, Words.of(use.role()));
              } else if (weight == Math.rint(weight)) {
                section.put(kind, (long) weight);
              } else {
                section.put(kind, weight);
              }
            });
    return section;
  }
}
