package dev.twotower.trainer.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.json.Json;
import dev.twotower.data.message.Suggestion;
import dev.twotower.data.message.Words;
import dev.twotower.eval.comparison.MaskWords;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.config.ConfigException.Problem;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a tree into records and back, component by component. A value of the wrong type is recorded
 * as a mistake and replaced by its default, so that the rest of the tree is still checked.
 */
final class RecordReader {
  /** Of each kind of number, one that no bounded setting takes. */
  private static final Map<Class<?>, Object> NOWHERE =
      Map.of(int.class, Integer.MIN_VALUE, long.class, Long.MIN_VALUE, double.class, Double.NaN);

  private static final Method[] NO_METHODS = {};

  /** What reads types of modules that know no words near to others. */
  private static final Map<Class<?>, Class<?>> READERS = Map.of(MaskSet.class, MaskWords.class);

  private final List<Problem> problems;

  RecordReader(List<Problem> problems) {
    this.problems = problems;
  }

  /** The record, or null when it could not be built; what is wrong is then in the problems. */
  @SuppressWarnings("ReferenceEquality") // Whether these very values were refused.
  <T extends Record> T read(Class<T> type, JsonNode values, JsonNode defaults, String path) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      String key = path.isEmpty() ? name : path + "." + name;
      arguments[i] =
          value(components[i].getGenericType(), values.path(name), defaults.path(name), key);
    }
    if (Arrays.asList(arguments).contains(null)) {
      return null;
    }
    problems.replaceAll(problem -> withRange(problem, type, arguments, path));
    try {
      return construct(type, arguments);
    } catch (ConfigException refused) {
      refused.problems().forEach(problem -> problems.add(problem.under(path)));
      return defaults.isMissingNode() || defaults == values
          ? null
          : new RecordReader(new ArrayList<>()).read(type, defaults, defaults, path);
    }
  }

  /**
   * The range of a number that none could be read for: what the record says to one that is out of
   * every range.
   */
  private static Problem withRange(
      Problem problem, Class<? extends Record> type, Object[] arguments, String path) {
    RecordComponent[] components = type.getRecordComponents();
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      Class<?> number = components[i].getType();
      boolean same = problem.key().equals(path.isEmpty() ? name : path + "." + name);
      if (same && NOWHERE.containsKey(number) && problem.allowed().equals(describe(number))) {
        Object[] probe = arguments.clone();
        probe[i] = NOWHERE.get(number);
        try {
          construct(type, probe);
        } catch (ConfigException refused) {
          return refused.problems().stream()
              .filter(range -> range.key().equals(name) && !range.whole())
              .findFirst()
              .map(range -> new Problem(problem.key(), problem.received(), range.allowed()))
              .orElse(problem);
        }
      }
    }
    return problem;
  }

  private Object value(Type type, JsonNode node, JsonNode fallback, String key) {
    if (type instanceof ParameterizedType generic) {
      Class<?> argument = (Class<?>) generic.getActualTypeArguments()[0];
      if (generic.getRawType() == Optional.class) {
        return node.isMissingNode()
            ? Optional.empty()
            : Optional.ofNullable(value(argument, node, fallback, key));
      }
      return list(argument, node, fallback, key);
    }
    Class<?> plain = (Class<?>) type;
    if (plain == Feedback.class) {
      return FeedbackReader.read(node, key, problems);
    }
    Optional<Method> parser = parser(plain);
    if (parser.isPresent() && node.isTextual()) {
      return parsed(parser.get(), node, fallback, key);
    }
    if (plain.isRecord() && parser.isEmpty()) {
      return plain == FeatureConfig.class
          ? feature(node, key)
          : read(plain.asSubclass(Record.class), node, fallback, key);
    }
    Object scalar = parser.isPresent() ? null : scalar(plain, node);
    if (scalar != null) {
      return scalar;
    }
    String meant = node.isTextual() ? Suggestion.hint(node.textValue(), words(plain)) : "";
    problems.add(new Problem(key, YamlText.shown(node), describe(plain) + meant));
    if (fallback.isMissingNode()) {
      return null;
    }
    return parser.isPresent() ? value(type, fallback, fallback, key) : scalar(plain, fallback);
  }

  /**
   * How a type that is written as text is read: a static {@code parse} that returns it, its own or
   * that of {@link #READERS}.
   */
  private static Optional<Method> parser(Class<?> type) {
    return Arrays.stream(
            type.isPrimitive() || type == String.class
                ? NO_METHODS
                : READERS.getOrDefault(type, type).getMethods())
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .filter(method -> method.getName().equals("parse") && method.getReturnType() == type)
        .filter(method -> Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class}))
        .findFirst();
  }

  /** A value in its own words; a refusal of the type's passes its message on. */
  @SuppressWarnings("ReferenceEquality") // Whether it is the very node that was refused.
  private Object parsed(Method parser, JsonNode node, JsonNode fallback, String key) {
    try {
      return parser.invoke(null, node.textValue());
    } catch (InvocationTargetException thrown) {
      if (!(thrown.getCause() instanceof IllegalArgumentException refused)) {
        throw new IllegalStateException("cannot read " + key, thrown.getCause());
      }
      problems.add(new Problem(key, YamlText.shown(node), refused.getMessage(), true, 0));
      return fallback.isTextual() && fallback != node
          ? parsed(parser, fallback, fallback, key)
          : null;
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException("cannot read " + key, impossible);
    }
  }

  private Object list(Class<?> element, JsonNode node, JsonNode fallback, String key) {
    JsonNode array = node;
    if (!array.isArray()) {
      problems.add(new Problem(key, YamlText.shown(node), "a list of " + describe(element)));
      array = fallback;
    }
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      list.add(value(element, array.get(i), MissingNode.getInstance(), key + "[" + i + "]"));
    }
    return list.contains(null) ? list(element, fallback, fallback, key) : list;
  }

  private FeatureConfig feature(JsonNode node, String key) {
    if (node.isTextual()) {
      ObjectNode named = Json.PLAIN.createObjectNode().put("name", node.textValue());
      return feature(named, key);
    }
    if (!(node instanceof ObjectNode given)) {
      problems.add(new Problem(key, YamlText.shown(node), describe(FeatureConfig.class)));
      return null;
    }
    ObjectNode whole = given.objectNode().put("name", "").put("table", "").put("embedding", 0);
    List<String> known = List.of("name", "table", "embedding");
    given
        .properties()
        .forEach(
            field -> {
              if (known.contains(field.getKey())) {
                whole.set(field.getKey(), field.getValue());
              } else {
                String allowed = Suggestion.among(field.getKey(), known);
                problems.add(new Problem(key + "." + field.getKey(), "an unknown key", allowed));
              }
            });
    return read(FeatureConfig.class, whole, MissingNode.getInstance(), key);
  }

  /** The value, or null when the node is of another type. */
  private static Object scalar(Class<?> type, JsonNode node) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(
              constant -> node.isTextual() && Words.of((Enum<?>) constant).equals(node.textValue()))
          .findFirst()
          .orElse(null);
    }
    if (type == String.class) {
      return node.textValue();
    }
    if (type == boolean.class) {
      return node.isBoolean() ? node.booleanValue() : null;
    }
    if (type == double.class) {
      return number(node);
    }
    if (type == int.class || type == Integer.class) {
      return node.isIntegralNumber() && node.canConvertToInt() ? node.intValue() : null;
    }
    return node.isIntegralNumber() && node.canConvertToLong() ? node.longValue() : null;
  }

  /** YAML 1.1 reads 1e-3 as text; here it is the number it looks like. */
  static Double number(JsonNode node) {
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return node.isTextual() && node.textValue().matches("[-+]?[0-9.]+[eE][-+]?[0-9]+")
        ? Double.valueOf(node.textValue())
        : null;
  }

  /** The words that a type has; none where its values are not words. */
  private static List<String> words(Class<?> type) {
    if (type == boolean.class) {
      return List.of("true", "false");
    }
    return type.isEnum()
        ? Arrays.stream(type.getEnumConstants())
            .map(constant -> Words.of((Enum<?>) constant))
            .toList()
        : List.of();
  }

  private static String describe(Class<?> type) {
    if (!words(type).isEmpty()) {
      return String.join(", ", words(type));
    }
    if (type == FeatureConfig.class) {
      return "feature name or {name, table, embedding}";
    }
    if (type == double.class) {
      return "number";
    }
    if (type == String.class || parser(type).isPresent()) {
      return "text";
    }
    return "whole number";
  }

  private static <T extends Record> T construct(Class<T> type, Object[] arguments) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<T> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof ConfigException refused) {
        throw refused;
      }
      throw new IllegalStateException("cannot build " + type.getSimpleName(), thrown.getCause());
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException("cannot build " + type.getSimpleName(), impossible);
    }
  }

  /** The tree that {@link #read} turns into an equal record. */
  static JsonNode toTree(Object value, ObjectMapper mapper) {
    if (value instanceof FeatureConfig feature
        && feature.equals(FeatureConfig.of(feature.name()))) {
      return mapper.getNodeFactory().textNode(feature.name());
    }
    if (value instanceof Feedback feedback) {
      return FeedbackReader.toTree(feedback, mapper);
    }
    if (value instanceof Record record) {
      ObjectNode node = mapper.createObjectNode();
      for (RecordComponent component : record.getClass().getRecordComponents()) {
        Object inner = component(record, component);
        JsonNode child =
            parser(component.getType()).isPresent()
                ? mapper.getNodeFactory().textNode(inner.toString())
                : toTree(inner, mapper);
        if (!(child instanceof NullNode)) {
          node.set(component.getName(), child);
        }
      }
      return node;
    }
    if (value instanceof Optional<?> optional) {
      return optional.map(inner -> toTree(inner, mapper)).orElse(NullNode.getInstance());
    }
    if (value instanceof List<?> list) {
      ArrayNode node = mapper.createArrayNode();
      list.forEach(element -> node.add(toTree(element, mapper)));
      return node;
    }
    if (value instanceof Enum<?> constant) {
      return mapper.getNodeFactory().textNode(Words.of(constant));
    }
    return mapper.valueToTree(value);
  }

  private static Object component(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException("cannot read " + component, impossible);
    }
  }
}
