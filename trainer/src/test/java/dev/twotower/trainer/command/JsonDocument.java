package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonArrayFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitable;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonMapFormatVisitor;
import com.fasterxml.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;
import com.fasterxml.jackson.databind.ser.BeanPropertyWriter;
import dev.twotower.data.describe.Description;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.tuning.TuneReport;
import dev.twotower.trainer.bench.BenchReport;
import dev.twotower.trainer.command.text.DiagnosisText;
import dev.twotower.trainer.command.text.EvaluationText;
import dev.twotower.trainer.doctor.Diagnosis;
import dev.twotower.trainer.ids.ablation.AblationReport;
import dev.twotower.trainer.ids.quantize.KeptCodes;
import dev.twotower.trainer.ids.semantic.CodeBrowser;
import dev.twotower.trainer.ids.semantic.SemanticIdReport;
import dev.twotower.trainer.serving.lists.ListSummary;
import dev.twotower.trainer.serving.recommend.NewUserList;
import dev.twotower.trainer.serving.recommend.Recommendation;
import dev.twotower.trainer.serving.recommend.SimilarItems;
import dev.twotower.trainer.train.BatchExamination;
import dev.twotower.trainer.train.TrainingResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The documents of {@code --json}, and the fields that each may have. A field is a path: {@code []}
 * is a list, {@code *} any name. The stored lists, which the reference shows, mark with {@code ?}
 * what is there only where it applies.
 */
enum JsonDocument {
  IMPORT("import", "`import`, `generate`", ImportCommand.Document.class),
  DESCRIBE("describe", "`describe`", Description.class),
  DIAGNOSE("diagnose", "`diagnose`", DiagnosisText.Entry[].class),
  COMPARE("compare", "`compare`, `curve`, `demo`", Report.class),
  JUDGE("judge", "`judge`", JudgeCommand.Result.class),
  TRAIN("train", "`train`", TrainingResult.class),
  REPLAY("replay", "`train --replay`", BatchExamination.class),
  EVALUATE("evaluate", "`evaluate`", EvaluationText.Document.class),
  AGAINST("against", "`evaluate --against`, `evaluate --require`", Against.Judged.class),
  TUNE("tune", "`tune`", TuneReport.class),
  RECOMMEND("recommend", "`recommend --user`", Recommendation.class),
  NEW_USER("new-user", "`recommend --new-user`", NewUserList.class),
  SIMILAR("similar", "`similar --item`", SimilarItems.class),
  LISTS("lists", "`recommend` and `similar` with `--to`", ListSummary.class),
  EXPORT("export", "`export`", ExportCommand.Written.class),
  QUANTIZE("quantize", "`quantize`", SemanticIdReport.class),
  KEEP("keep", "`quantize --from`", KeptCodes.Outcome.class),
  ABLATE("ablate", "`quantize --ablate`", AblationReport.class),
  BROWSE("browse", "`browse`", CodeBrowser.View.class),
  BENCH("bench", "`bench`", BenchReport.class),
  DOCTOR("doctor", "`doctor`", Diagnosis.class),
  COMPLETION("completion", "`completion`", CompletionCommand.Script.class);

  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  /** What has any name by its type, but always the same ones. */
  private static final Set<String> NAMED =
      Set.of(
          "splits", "baselines", "counts.rows", "partMillis", "outsideMillis", "floor.partMillis");

  private final String file;
  private final String title;
  private final Type type;

  JsonDocument(String file, String title, Type type) {
    this.file = file;
    this.title = title;
    this.type = type;
  }

  String resource() {
    return "fields-" + file + ".txt";
  }

  /** The commands that print it. */
  String title() {
    return title;
  }

  /** The document that a command line asks for. */
  static JsonDocument of(String... arguments) {
    List<String> given =
        List.of(arguments).stream().map(each -> each.replaceFirst("=.*", "")).toList();
    return switch (arguments[0]) {
      case "import", "generate" -> IMPORT;
      case "compare", "curve", "demo" -> COMPARE;
      case "train" -> given.contains("--replay") ? REPLAY : TRAIN;
      case "evaluate" ->
          given.contains("--against") || given.contains("--require") ? AGAINST : EVALUATE;
      case "recommend" ->
          given.contains("--to") ? LISTS : given.contains("--new-user") ? NEW_USER : RECOMMEND;
      case "similar" -> given.contains("--to") ? LISTS : SIMILAR;
      case "quantize" ->
          given.contains("--from") ? KEEP : given.contains("--ablate") ? ABLATE : QUANTIZE;
      default -> valueOf(arguments[0].toUpperCase(Locale.ROOT));
    };
  }

  /** Fields as stored, with their {@code ?}. */
  List<String> stored() {
    try (InputStream in = JsonDocument.class.getResourceAsStream(resource())) {
      return in == null
          ? List.of()
          : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** Fields as stored, without {@code ?}. */
  Set<String> known() {
    Set<String> known = new TreeSet<>();
    stored().forEach(field -> known.add(field.replace("?", "")));
    return known;
  }

  /** Fails where a printed document has a field that the reference does not. */
  void requireKnown(JsonNode document) {
    Set<String> known = known();
    assertThat(printed(document))
        .as("fields of %s that docs/reference.md lacks (JsonFieldsTest says how to add)", title)
        .allMatch(field -> known.stream().anyMatch(each -> covers(each, field)));
  }

  /** Whether a path, which may hold {@code *}, stands for another one. */
  static boolean covers(String general, String field) {
    String[] one = general.split("\\.");
    String[] other = field.split("\\.");
    boolean same = one.length == other.length;
    for (int at = 0; same && at < one.length; at++) {
      same =
          one[at].equals(other[at])
              || one[at].startsWith("*") && other[at].endsWith(one[at].substring(1));
    }
    return same;
  }

  /** The fields of a document that was printed. */
  Set<String> printed(JsonNode document) {
    Set<String> fields = new TreeSet<>();
    Set<String> anyName = new TreeSet<>();
    for (String field : possible()) {
      if (field.endsWith(".*")) {
        anyName.add(field.substring(0, field.length() - 2));
      }
    }
    anyName.removeAll(NAMED);
    collect(document, "", anyName, fields);
    return fields;
  }

  private static void collect(JsonNode node, String path, Set<String> anyName, Set<String> fields) {
    if (node.isArray()) {
      node.forEach(each -> collect(each, path + "[]", anyName, fields));
      return;
    }
    boolean open = anyName.stream().anyMatch(each -> covers(each, path));
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String key = open ? "*" : field.getKey();
      String name = path.isEmpty() ? key : path + "." + key;
      fields.add(name);
      // What a setting may hold is not the document's.
      if (!path.equals("config")) {
        collect(field.getValue(), name, anyName, fields);
      }
    }
  }

  /** Every field that a document can have, by its type. */
  Set<String> possible() {
    return byType().keySet();
  }

  /** Those of them that are left out where they do not apply. */
  Set<String> absentAtTimes() {
    Set<String> absent = new TreeSet<>(possible());
    absent.retainAll(
        byType().entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList());
    return absent;
  }

  private Map<String, Boolean> byType() {
    Map<String, Boolean> fields = new TreeMap<>();
    try {
      JavaType root = MAPPER.constructType(type);
      MAPPER.acceptJsonFormatVisitor(root, new Fields("", false, fields, List.of()));
    } catch (JsonMappingException broken) {
      throw new UncheckedIOException(broken);
    }
    return fields;
  }

  /** Walks through a type as Jackson would write it. */
  private static final class Fields extends JsonFormatVisitorWrapper.Base {
    private final String path;
    private final boolean absent;
    private final Map<String, Boolean> fields;
    private final List<JavaType> within;

    /** With {@code absent}, what lies here may be left out. */
    Fields(String path, boolean absent, Map<String, Boolean> fields, List<JavaType> within) {
      this.path = path;
      this.absent = absent;
      this.fields = fields;
      this.within = within;
    }

    private Fields at(String deeper, boolean maybe, JavaType type) {
      List<JavaType> all = new ArrayList<>(within);
      all.add(type);
      return new Fields(deeper, maybe, fields, all);
    }

    @Override
    public JsonObjectFormatVisitor expectObjectFormat(JavaType type) {
      if (within.contains(type)) {
        return null;
      }
      return new JsonObjectFormatVisitor.Base(getProvider()) {
        @Override
        public void property(BeanProperty property) throws JsonMappingException {
          optionalProperty(property);
        }

        @Override
        public void optionalProperty(BeanProperty property) throws JsonMappingException {
          String name = path.isEmpty() ? property.getName() : path + "." + property.getName();
          boolean maybe = absent || mayBeAbsent(property);
          fields.put(name, maybe);
          visit(serializer(property, getProvider()), property.getType(), at(name, maybe, type));
        }
      };
    }

    /** Where its record leaves out what is null, a number that can be null is a box. */
    private static boolean mayBeAbsent(BeanProperty property) {
      Class<?> type = property.getType().getRawClass();
      boolean box = Number.class.isAssignableFrom(type) || type == Boolean.class;
      return property.getAnnotation(JsonInclude.class) != null
          || box && property.getContextAnnotation(JsonInclude.class) != null;
    }

    private static JsonSerializer<?> serializer(BeanProperty property, SerializerProvider provider)
        throws JsonMappingException {
      return property instanceof BeanPropertyWriter writer && writer.getSerializer() != null
          ? writer.getSerializer()
          : provider.findValueSerializer(property.getType(), property);
    }

    private void visit(JsonFormatVisitable what, JavaType type, Fields deeper)
        throws JsonMappingException {
      deeper.setProvider(getProvider());
      what.acceptJsonFormatVisitor(deeper, type);
    }

    @Override
    public JsonArrayFormatVisitor expectArrayFormat(JavaType type) {
      return new JsonArrayFormatVisitor.Base(getProvider()) {
        @Override
        public void itemsFormat(JsonFormatVisitable handler, JavaType element)
            throws JsonMappingException {
          visit(
              handler == null ? getProvider().findValueSerializer(element, null) : handler,
              element,
              at(path + "[]", absent, type));
        }
      };
    }

    @Override
    public JsonMapFormatVisitor expectMapFormat(JavaType type) {
      return new JsonMapFormatVisitor.Base(getProvider()) {
        @Override
        public void valueFormat(JsonFormatVisitable handler, JavaType value)
            throws JsonMappingException {
          String name = path.isEmpty() ? "*" : path + ".*";
          fields.put(name, absent);
          visit(
              handler == null ? getProvider().findValueSerializer(value, null) : handler,
              value,
              at(name, absent, type));
        }
      };
    }
  }
}
