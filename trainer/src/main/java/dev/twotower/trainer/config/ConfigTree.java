package dev.twotower.trainer.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.message.Suggestion;
import dev.twotower.trainer.config.ConfigException.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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

  private static final ObjectMapper YAML =
      new ObjectMapper(
              new YAMLFactory()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS))
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

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
    try (InputStream in = ConfigTree.class.getResourceAsStream(resource)) {
      return new ConfigTree((ObjectNode) YAML.readTree(in));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
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
    tree.override(new Source("the configuration", write(record)));
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
    ObjectNode own = (ObjectNode) RecordReader.toTree(record, YAML);
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
      put(values, key, yaml(value));
    }
  }

  /** Gives a default that is left to be chosen a value, for where what is set cannot be read. */
  void fallBack(String key, String value) {
    if (automatic.contains(key)) {
      put(known, key, yaml(value));
    }
  }

  private static JsonNode yaml(String value) {
    try {
      return YAML.readTree(value);
    } catch (JsonProcessingException broken) {
      throw new UncheckedIOException(broken);
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
      given = document(source.text());
    } catch (TrailingDocument second) {
      problem("line " + second.line, "a second document", "one document, without '---' in between");
      return;
    } catch (JsonProcessingException malformed) {
      problem(
          at(malformed),
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
      problem("(whole file)", shown(given), sectionOf(known));
    }
  }

  /** A text continues after its first document. */
  private static final class TrailingDocument extends Exception {
    private static final long serialVersionUID = 1L;
    final int line;

    TrailingDocument(int line) {
      this.line = line;
    }
  }

  /** The only document of a text, whose mistakes would otherwise go by unseen. */
  private static JsonNode document(String text) throws JsonProcessingException, TrailingDocument {
    try (JsonParser parser = YAML.createParser(text)) {
      JsonNode document = YAML.readTree(parser);
      if (document != null && parser.nextToken() != null) {
        throw new TrailingDocument(parser.currentTokenLocation().getLineNr());
      }
      return document == null ? YAML.missingNode() : document;
    } catch (JsonProcessingException malformed) {
      throw malformed;
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
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
      value = document(setting.substring(equals + 1));
    } catch (TrailingDocument | JsonProcessingException malformed) {
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
    String[] path = key.split("\\.", -1);
    JsonNode node = value.isMissingNode() ? YAML.getNodeFactory().nullNode() : value;
    for (int i = path.length - 1; i >= 0; i--) {
      node = YAML.createObjectNode().set(path[i], node);
    }
    merge("", known, values, (ObjectNode) node);
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

  /** The record as YAML, sections and lists in the order of their components. */
  static String write(Record record) {
    try {
      return YAML.writeValueAsString(RecordReader.toTree(record, YAML));
    } catch (JsonProcessingException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** Settings that two records of one kind do not share, each with both values. */
  static List<String> differences(Record earlier, Record now) {
    List<String> differences = new ArrayList<>();
    differences(
        "", RecordReader.toTree(earlier, YAML), RecordReader.toTree(now, YAML), differences);
    return differences;
  }

  private static void differences(String path, JsonNode earlier, JsonNode now, List<String> into) {
    if (earlier instanceof ObjectNode section && now.isObject()) {
      Set<String> either = new LinkedHashSet<>(names(section));
      either.addAll(names((ObjectNode) now));
      for (String name : either) {
        String key = path.isEmpty() ? name : path + "." + name;
        differences(key, section.path(name), now.path(name), into);
      }
    } else if (!earlier.equals(now)) {
      into.add("%s: %s there, %s now".formatted(path, shown(earlier), shown(now)));
    }
  }

  private void merge(String path, ObjectNode known, ObjectNode into, ObjectNode given) {
    for (Map.Entry<String, JsonNode> field : given.properties()) {
      String key = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      JsonNode expected = known.path(field.getKey());
      if (RETIRED.containsKey(key)) {
        if (!RETIRED.get(key).equals(field.getValue().asText())) {
          problem(key, shown(field.getValue()), RETIRED.get(key) + ", which is the only one");
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
        problem(key, shown(field.getValue()), sectionOf(section));
      }
    }
  }

  /** Kinds of feedback, one by one, so that a single setting changes one of a file's; or none. */
  private void events(ObjectNode into, JsonNode given) {
    if (!(given instanceof ObjectNode kinds)) {
      problem(
          EVENTS,
          shown(given),
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

  private static String at(JsonProcessingException malformed) {
    return malformed.getLocation() == null
        ? "(whole file)"
        : "line " + malformed.getLocation().getLineNr();
  }

  static String shown(JsonNode node) {
    return node.isMissingNode()
        ? "nothing"
        : node.isTextual() ? "'" + node.textValue() + "'" : node.toString();
  }
}
