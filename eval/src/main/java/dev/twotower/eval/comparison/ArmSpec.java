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
import java.util.stream.Collectors;

/**
 * What makes an arm. Flags write it {@code LAYOUT/MASK[+MASK..][;key=value..]}, for example {@code
 * sorted/identity+user} or {@code requests:400/identity;batchSize=8192}; {@link #parse} is the only
 * reader of that text.
 *
 * @param name the text given, which reports show
 * @param layout order in which rows are read
 * @param masks what is removed from the negatives
 * @param settings whatever else it sets, value by key, in the order given
 */
public record ArmSpec(String name, Layout layout, MaskSet masks, Map<String, String> settings) {
  private static final String FORM =
      "LAYOUT/MASK[+MASK..][;key=value..], for example sorted/identity+user";

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
    String[] parts = text.split(";", -1);
    int slash = parts[0].indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("arm '" + text + "' has no '/'; allowed: " + FORM);
    }
    return new ArmSpec(
            text,
            Layout.parse(parts[0].substring(0, slash)),
            MaskSet.parse(parts[0].substring(slash + 1)),
            Map.of())
        .set(Arrays.asList(parts).subList(1, parts.length));
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
        case "masks" -> newMasks = MaskSet.parse(value.strip());
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
