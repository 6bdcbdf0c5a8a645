package dev.twotower.trainer.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A comparison was asked to go on with runs that have other settings. Whoever knows what was typed
 * can say what to type instead.
 */
public final class OtherSettings extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** Every arm has its own. */
  private static final Set<String> ARMS_OWN = Set.of("layout", "masks");

  /** The setting of kinds of feedback. */
  public static final String EVENTS = "events";

  private final transient Optional<Map<String, String>> there;

  private OtherSettings(String message, Optional<Map<String, String>> there) {
    super(message);
    this.there = there;
  }

  /**
   * The values, by key, that settings of all arms have in the runs that are there; empty where an
   * arm itself is another.
   */
  public Optional<Map<String, String>> there() {
    return there;
  }

  /**
   * Looks at the runs in place before anything is measured or trained.
   *
   * @param configs what each arm is to be trained with, but for its seed and what it chooses
   * @param folders where each arm keeps its runs
   * @throws OtherSettings naming all that differ
   */
  static void refuse(
      Path out, Map<ArmSpec, RunConfig> configs, Map<ArmSpec, Path> folders, CompareRequest request)
      throws IOException {
    List<Difference> all = new ArrayList<>();
    for (Map.Entry<ArmSpec, RunConfig> each : configs.entrySet()) {
      for (Path run : runs(folders.get(each.getKey()))) {
        all.addAll(Difference.of(each.getKey(), RunDirectory.open(run).config(), each.getValue()));
      }
    }
    Set<String> chosen = request.grid().stream().map(Grid::key).collect(Collectors.toSet());
    all.removeIf(each -> each.key.equals("seed") || chosen.contains(each.key));
    // The layout and masks of a recipe follow from other settings.
    if (all.stream().anyMatch(each -> !each.isOfRecipe(request))) {
      all.removeIf(each -> each.isOfRecipe(request));
    }
    if (!all.isEmpty()) {
      throw new OtherSettings(
          "'%s' holds runs with other settings:%s"
              .formatted(
                  out,
                  all.stream()
                      .map(each -> System.lineSeparator() + "  " + each.text)
                      .distinct()
                      .collect(Collectors.joining())),
          common(all));
    }
  }

  /** A setting of an arm that a run has otherwise. */
  private record Difference(ArmSpec arm, String key, String text, String there) {
    static List<Difference> of(ArmSpec arm, RunConfig run, RunConfig now) {
      return run.differences(now).stream()
          .map(
              text -> {
                // Kinds of feedback have names of any form, and are given together.
                String key =
                    text.startsWith(EVENTS + ".") ? EVENTS : text.substring(0, text.indexOf(':'));
                return new Difference(arm, key, text, value(run, key));
              })
          .toList();
    }

    boolean isOfArm() {
      return ARMS_OWN.contains(key) || arm.settings().containsKey(key);
    }

    boolean isOfRecipe(CompareRequest request) {
      return ARMS_OWN.contains(key) && request.recipes().contains(arm.name());
    }
  }

  /** What to give to all arms; empty where that is not one value each. */
  private static Optional<Map<String, String>> common(List<Difference> all) {
    Map<String, String> there = new LinkedHashMap<>();
    for (Difference each : all) {
      String other = there.put(each.key, each.there);
      if (each.isOfArm() || other != null && !other.equals(each.there)) {
        return Optional.empty();
      }
    }
    return Optional.of(Collections.unmodifiableMap(there));
  }

  /** Runs of seeds, and those among which the arm chose. */
  private static List<Path> runs(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("(seed|tune)-[^/]*"))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    }
  }

  /** A setting's value as {@code --set} takes it. */
  public static String value(RunConfig config, String key) {
    try {
      JsonNode value = new YAMLMapper().readTree(config.toYaml()).at("/" + key.replace('.', '/'));
      if (!value.isArray()) {
        return value.isValueNode() ? value.asText() : value.toString();
      }
      List<String> all = new ArrayList<>();
      StreamSupport.stream(value.spliterator(), false)
          .map(each -> each.isValueNode() ? each.asText() : each.toString())
          .forEach(all::add);
      return "[" + String.join(",", all) + "]";
    } catch (JsonProcessingException own) {
      throw new UncheckedIOException(own);
    }
  }
}
