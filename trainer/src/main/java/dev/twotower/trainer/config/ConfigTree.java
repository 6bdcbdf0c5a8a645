package dev.twotower.trainer.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.message.Suggestion;
import dev.twotower.trainer.config.ConfigException.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * Settings on their way to a record: the defaults, which have all the keys there are, with
 * overrides applied and every mistake recorded.
 */
final class ConfigTree {
  /** A YAML text and the name it has in messages. */
  record Source(String name, String text) {}

  /** What stands for a value that is chosen later. */
  private static final String AUTO = "auto";

  /** Settings that the recipe is made of, which may be asked for by that name. */
  private static final Set<String> OF_RECIPE = Set.of("layout", "masks");

  private static final String RECIPE = "recipe";

  /** A section whose keys the log gives. */
  private static final String EVENTS = "events";

  private final ObjectNode known;

  /** Settings whose default is left to be chosen. */
  private final Set<String> automatic = new HashSet<>();

  private final ObjectNode values;
  private final Set<String> sources = new LinkedHashSet<>();
  private final Set<String> named = new HashSet<>();

  /** Where the file names a key that no single setting overrides. */
  private final Map<String, Integer> lines = new HashMap<>();

  private final List<Problem> problems = new ArrayList<>();

  private ConfigTree(ObjectNode defaults) {
    known = defaults;
    values = defaults.deepCopy();
    automatic("", defaults, automatic);
  }

  /** Keys of earlier versions that had one value; configurations that hold it are still read. */
  private static final Map<String, String> RETIRED = Map.of("optimizer.dense", "adamw");

  /** The documented defaults in a resource beside this class, for example defaults.yaml. */
  static ConfigTree defaults(String resource) {
    return new ConfigTree(YamlText.resource(resource));
  }

  /** Defaults, overridden by a file, overridden by single settings. */
  static ConfigTree of(String resource, Optional<ConfigFile> file, List<String> settings) {
    ConfigTree tree = defaults(resource);
    tree.override(file, settings);
    return tree;
  }

  /** Lays a file, and then single settings, over the values. */
  void override(Optional<ConfigFile> file, List<String> settings) {
    file.ifPresent(
        read -> {
          override(new Source(read.path().toString(), read.text()));
          lines.putAll(KeyLines.of(read.text()));
        });
    settings.forEach(this::set);
  }

  /** Gives a setting that no source names the value that follows from another, a whole number. */
  void derive(String key, String from, IntUnaryOperator rule) {
    if (!named.contains(key) && values.path(from).canConvertToInt()) {
      values.put(key, rule.applyAsInt(values.get(from).intValue()));
    }
  }

  /**
   * A record with single settings, on their way to another.
   *
   * @param followers settings that keep the value of another, by name: those that have it, and are
   *     not set themselves, change with it
   */
  static ConfigTree of(
      Record record, String resource, List<String> settings, Map<String, String> followers) {
    ConfigTree tree = defaults(resource);
    tree.sources.add("the configuration");
    tree.merge("", tree.known, tree.values, YamlText.tree(record));
    Set<String> following = new HashSet<>();
    followers.forEach(
        (key, leader) -> {
          if (tree.node(tree.values, key).equals(tree.node(tree.values, leader))) {
            following.add(key);
          }
        });
    tree.named.clear();
    settings.forEach(tree::set);
    followers.forEach(
        (key, leader) -> {
          if (following.contains(key) && !tree.named.contains(key)) {
            put(tree.values, key, tree.node(tree.values, leader));
          }
        });
    return tree;
  }

  /** See {@link SettingNames#like}. */
  List<String> like(String word) {
    return SettingNames.like(known, word);
  }

  /** Gives settings that sources leave to be chosen the values of a record. */
  void keep(Record record) {
    ObjectNode own = YamlText.tree(record);
    for (String key : automatic) {
      if (left(key)) {
        put(values, key, node(own, key));
        named.remove(key);
      }
    }
  }

  /** Names of the settings that a source names. */
  Set<String> given() {
    return Set.copyOf(named);
  }

  /** The text of a setting's value; empty where it is left to be chosen. */
  Optional<String> chosen(String key) {
    return left(key) ? Optional.empty() : Optional.of(node(values, key).asText());
  }

  /** The texts of a list, or the {@code name} of each of its sections; whatever else is wrong. */
  List<String> names(String key) {
    List<String> names = new ArrayList<>();
    node(values, key)
        .forEach(each -> names.add(each.isObject() ? each.path("name").asText() : each.asText()));
    return names;
  }

  /** What kinds of feedback stand for, as far as it can be read; whatever else is wrong. */
  Feedback events() {
    return FeedbackReader.read(values.path(EVENTS), EVENTS, new ArrayList<>());
  }

  private boolean left(String key) {
    String value = node(values, key).asText();
    return AUTO.equals(value) || RECIPE.equals(value) && OF_RECIPE.contains(key);
  }

  /**
   * Gives a setting that is left to be chosen its value; one whose default is a value cannot be
   * left.
   *
   * @param value as YAML
   */
  void choose(String key, String value) {
    if (automatic.contains(key) && left(key)) {
      put(values, key, YamlText.value(value));
    }
  }

  /** Gives a default that is left to be chosen a value, for where what is set cannot be read. */
  void fallBack(String key, String value) {
    if (automatic.contains(key)) {
      put(known, key, YamlText.value(value));
    }
  }

  private static void automatic(String path, ObjectNode node, Set<String> into) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String key = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      if (field.getValue() instanceof ObjectNode section) {
        automatic(key, section, into);
      } else if (AUTO.equals(field.getValue().asText())) {
        into.add(key);
      }
    }
  }

  private JsonNode node(ObjectNode tree, String key) {
    return tree.at("/" + key.replace('.', '/'));
  }

  private static void put(ObjectNode tree, String key, JsonNode value) {
    int dot = key.lastIndexOf('.');
    JsonNode section = dot < 0 ? tree : tree.at("/" + key.substring(0, dot).replace('.', '/'));
    ((ObjectNode) section).set(key.substring(dot + 1), value);
  }

  /** Lays a YAML document over the values. */
  void override(Source source) {
    sources.add(source.name());
    JsonNode given;
    try {
      given = YamlText.document(source.text());
    } catch (YamlText.TrailingDocument second) {
      problem("line " + second.line, "a second document", "one document, without '---' in between");
      return;
    } catch (JsonProcessingException malformed) {
      problem(
          YamlText.place(malformed),
          malformed.getOriginalMessage().strip(),
          "well-formed YAML, each key once, numbers finite");
      return;
    }
    List<Problem> surprises = YamlSurprises.of(source.text(), "");
    problems.addAll(surprises);
    if (!surprises.isEmpty()) {
      return;
    }
    if (given instanceof ObjectNode section) {
      merge("", known, values, section);
    } else if (!given.isMissingNode() && !given.isNull()) {
      problem("(whole file)", YamlText.shown(given), sectionOf(known));
    }
  }

  /** Applies one {@code key=value}; the value is YAML. */
  void set(String setting) {
    sources.add(ConfigException.SET);
    int equals = setting.indexOf('=');
    if (equals <= 0) {
      problem("--set", "'" + setting + "'", "KEY=VALUE, for example loss.temperature=0.05");
      return;
    }
    JsonNode value;
    try {
      value = YamlText.document(setting.substring(equals + 1));
    } catch (YamlText.TrailingDocument | JsonProcessingException malformed) {
      problem(
          setting.substring(0, equals),
          "'" + setting.substring(equals + 1) + "'",
          "a YAML value, numbers finite");
      return;
    }
    String key = setting.substring(0, equals).strip();
    List<Problem> surprises = YamlSurprises.of(setting.substring(equals + 1), key);
    problems.addAll(surprises);
    if (!surprises.isEmpty()) {
      return;
    }
    merge("", known, values, YamlText.nested(key.split("\\.", -1), value));
  }

  /**
   * Builds the record.
   *
   * @throws ConfigException with every mistake of every source
   */
  <T extends Record> T read(Class<T> type) {
    T record = new RecordReader(problems).read(type, values, known, "");
    if (!problems.isEmpty() || record == null) {
      String where = sources.isEmpty() ? "the defaults" : String.join(", ", sources);
      throw new ConfigException(where, problems.stream().map(this::located).toList());
    }
    return record;
  }

  private void merge(String path, ObjectNode known, ObjectNode into, ObjectNode given) {
    for (Map.Entry<String, JsonNode> field : given.properties()) {
      String key = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      JsonNode expected = known.path(field.getKey());
      if (RETIRED.containsKey(key)) {
        if (!RETIRED.get(key).equals(field.getValue().asText())) {
          problem(
              key, YamlText.shown(field.getValue()), RETIRED.get(key) + ", which is the only one");
        }
      } else if (expected instanceof MissingNode) {
        if (path.isEmpty() && !this.known.at("/" + key.replace('.', '/')).isMissingNode()) {
          problem(key, "a key with dots", "in a file, sections: " + sections(key));
        } else {
          problem(key, "an unknown key", allowed(path, field.getKey(), known));
        }
      } else if (key.equals(EVENTS)) {
        events((ObjectNode) into.get(EVENTS), field.getValue());
      } else if (!(expected instanceof ObjectNode section)) {
        into.set(field.getKey(), field.getValue());
        named.add(key);
        lines.remove(key);
      } else if (field.getValue() instanceof ObjectNode nested) {
        merge(key, section, (ObjectNode) into.get(field.getKey()), nested);
      } else {
        problem(key, YamlText.shown(field.getValue()), sectionOf(section));
      }
    }
  }

  /** Kinds of feedback, one by one, so that a single setting changes one of a file's; or none. */
  private void events(ObjectNode into, JsonNode given) {
    if (!(given instanceof ObjectNode kinds)) {
      problem(
          EVENTS,
          YamlText.shown(given),
          "a section with a kind of feedback for each key, as in events.click=1");
      return;
    }
    for (Map.Entry<String, JsonNode> kind : kinds.properties()) {
      if (kind.getValue().isNull()) {
        into.remove(kind.getKey());
      } else {
        into.set(kind.getKey(), kind.getValue());
      }
      named.add(EVENTS + "." + kind.getKey());
      lines.remove(EVENTS + "." + kind.getKey());
    }
  }

  /** A dotted key as a file has it. */
  private static String sections(String key) {
    String[] parts = key.split("\\.");
    return String.join(": {", parts) + ": .." + "}".repeat(parts.length - 1);
  }

  /** The keys of a section; at the top, a setting of any section may be meant. */
  private String allowed(String path, String given, ObjectNode section) {
    List<String> deeper = path.isEmpty() ? like(given) : List.of();
    return deeper.isEmpty() || !deeper.get(0).contains(".")
        ? Suggestion.among(given, names(section))
        : String.join(", ", names(section))
            + " (did you mean '%s'?)".formatted(String.join("' or '", deeper));
  }

  private Problem located(Problem problem) {
    // A list's element stands at the list's line.
    Integer line = lines.get(problem.key().replaceFirst("\\[.*", ""));
    return line == null ? problem : problem.atLine(line);
  }

  private void problem(String key, String received, String allowed) {
    problems.add(new Problem(key, received, allowed));
  }

  private static String sectionOf(ObjectNode known) {
    return "a section with the keys " + String.join(", ", names(known));
  }

  private static List<String> names(ObjectNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
