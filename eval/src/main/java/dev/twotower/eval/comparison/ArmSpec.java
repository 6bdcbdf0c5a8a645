package dev.twotower.eval.comparison;

import dev.twotower.data.sampling.Layout;
import dev.twotower.masking.MaskSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What makes an arm. Flags write it {@code [NAME=]LAYOUT/MASK[+MASK..][;key=value..]}, for example
 * {@code sorted/identity+user} or {@code mine=requests:400/identity;batchSize=8192}; {@link #parse}
 * is the only reader of that text.
 *
 * @param name what reports call it: the name given, else the whole text
 * @param layout order in which rows are read
 * @param masks what is removed from the negatives
 * @param settings whatever else it sets, value by key, in the order given
 */
public record ArmSpec(String name, Layout layout, MaskSet masks, Map<String, String> settings) {
  private static final String FORM =
      "[NAME=]LAYOUT/MASK[+MASK..][;key=value..], for example sorted/identity+user";

  /** Nothing that separates arms, parts of an arm, or names in a list. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,39}");

  /** What else has a row beside the arms, or stands for another arm. */
  private static final Set<String> TAKEN = Set.of("popularity", "random", "recipe");

  public ArmSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(layout, "layout");
    Objects.requireNonNull(masks, "masks");
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * Reads an arm.
   *
   * @throws IllegalArgumentException naming the part received and what is allowed
   */
  public static ArmSpec parse(String text) {
    Optional<String> given = givenName(text);
    String[] parts = withoutName(text).split(";", -1);
    int slash = parts[0].indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("arm '" + text + "' has no '/'; allowed: " + FORM);
    }
    return new ArmSpec(
            given.orElse(text),
            Layout.parse(parts[0].substring(0, slash)),
            MaskWords.parse(parts[0].substring(slash + 1)),
            Map.of())
        .set(Arrays.asList(parts).subList(1, parts.length));
  }

  /**
   * The name that a text gives an arm; empty where it says only what makes it.
   *
   * @throws IllegalArgumentException when it cannot be one
   */
  public static Optional<String> givenName(String text) {
    int equals = text.indexOf('=');
    if (equals < 0 || text.substring(0, equals).matches("(?s).*[/;].*")) {
      return Optional.empty();
    }
    String name = text.substring(0, equals);
    if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
      throw new IllegalArgumentException(
          "arm '%s' has the name '%s'; allowed: up to 40 letters, digits, '.', '_', '+' and '-', a letter or digit first, not %s"
              .formatted(text, name, TAKEN.stream().sorted().collect(Collectors.joining(", "))));
    }
    return Optional.of(name);
  }

  /** What makes the arm, as a text gives it. */
  public static String withoutName(String text) {
    return givenName(text).map(name -> text.substring(name.length() + 1)).orElse(text);
  }

  /** What makes it, {@code LAYOUT/MASK[+MASK..][;key=value..]}; empty where its name says so. */
  public Optional<String> meaning() {
    return isNamed() ? Optional.of(written(Map.of())) : Optional.empty();
  }

  private boolean isNamed() {
    return name.split(";", 2)[0].indexOf('/') < 0;
  }

  /** The arm with further settings, {@code key=value} each, which its name then says as well. */
  public ArmSpec with(List<String> chosen) {
    return new ArmSpec(name + ";" + String.join(";", chosen), layout, masks, settings).set(chosen);
  }

  /** Later settings replace earlier ones; layout and masks may be set as well. */
  private ArmSpec set(List<String> chosen) {
    Layout newLayout = layout;
    MaskSet newMasks = masks;
    Map<String, String> all = new LinkedHashMap<>(settings);
    for (String setting : chosen) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "arm '" + name + "': setting '" + setting + "' is not key=value; allowed: " + FORM);
      }
      String key = setting.substring(0, equals).strip();
      String value = setting.substring(equals + 1);
      switch (key) {
        case "layout" -> newLayout = Layout.parse(value);
        case "masks" -> newMasks = MaskWords.parse(value.strip());
        default -> all.put(key, value);
      }
    }
    return new ArmSpec(name, newLayout, newMasks, all);
  }

  /** The settings that make the arm of a configuration, {@code key=value} each. */
  public List<String> overrides() {
    List<String> overrides = new ArrayList<>(List.of("layout=" + layout, "masks=" + masks));
    settings.forEach((key, value) -> overrides.add(key + "=" + value));
    return overrides;
  }

  /** The arm with some settings left out of its name, for showing. */
  String nameWithout(Map<String, String> left) {
    return isNamed() ? name : written(left);
  }

  private String written(Map<String, String> left) {
    String rest = text(settings, left);
    return layout + "/" + masks + (rest.isEmpty() ? "" : ";" + rest);
  }

  /** {@code key=value[;key=value..]} of what is not among {@code left}. */
  static String text(Map<String, String> settings, Map<String, String> left) {
    return settings.entrySet().stream()
        .filter(setting -> !setting.getValue().equals(left.get(setting.getKey())))
        .map(setting -> setting.getKey() + "=" + setting.getValue())
        .collect(Collectors.joining(";"));
  }
}
