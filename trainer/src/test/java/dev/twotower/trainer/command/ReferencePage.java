package dev.twotower.trainer.command;

import static java.util.stream.Collectors.joining;

import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * {@code docs/reference.md}, made of what the program itself says: its commands' options, the
 * comments of its settings, and the fields that its JSON documents keep.
 */
public final class ReferencePage {
  static final Path FILE = Path.of("..", "docs", "reference.md");

  /** What picocli has for an option without an order. */
  private static final int UNORDERED = -1;

  /** In the column of defaults, where an option has none. */
  private static final List<String> WORDS = List.of("needed", "one of these");

  private ReferencePage() {}

  /** Writes the page anew. */
  public static void main(String[] args) throws IOException {
    Files.writeString(FILE, text());
  }

  static String text() throws IOException {
    StringBuilder page = new StringBuilder();
    page.append("# Reference\n\n");
    page.append("Made by `ReferencePage` from the code; `ReferencePageTest` says how, and fails\n");
    page.append("where it is stale. Commands, [settings](#settings), [settings of quantize]");
    page.append("(#settings-of-quantize), [JSON fields](#json-fields).\n");
    commands().forEach(command -> page.append(command(command)));
    page.append("\n## Settings\n\n");
    page.append("For `--config FILE` (YAML, nested at the dots) and `--set KEY=VALUE`.\n\n");
    page.append(settings("defaults.yaml"));
    page.append("\n## Settings of quantize\n\n").append(settings("quantize.yaml"));
    page.append("\n## JSON fields\n\n");
    page.append("What `--json` prints; documents may gain fields, and lose none.\n");
    page.append("`[]` is a list, `*` any name; `?` marks what is there only where it applies.\n");
    for (JsonDocument document : JsonDocument.values()) {
      String fields = document.stored().stream().map(ReferencePage::code).collect(joining(", "));
      page.append("\n### %s\n\n%s\n".formatted(document.title().replace("`", ""), fields));
    }
    return page.toString();
  }

  static Iterable<CommandLine> commands() {
    Console nowhere =
        new Console(
            new PrintWriter(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            false,
            new Interruption());
    return Main.commandLine(nowhere).getSubcommands().values();
  }

  private static String command(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    StringBuilder text = new StringBuilder("\n## " + spec.name() + "\n\n");
    Arrays.stream(spec.usageMessage().description())
        .forEach(each -> text.append(prose(each)).append('\n'));
    text.append("\n| option | default | does |\n|---|---|---|\n");
    for (PositionalParamSpec place : spec.positionalParameters()) {
      text.append(row(place.paramLabel(), "", place.description()));
    }
    List<OptionSpec> options = new ArrayList<>(spec.options());
    options.sort(
        Comparator.comparingInt(ReferencePage::place).thenComparing(OptionSpec::longestName));
    for (OptionSpec option : options) {
      String name = option.longestName();
      if (!List.of("--help", "--version", "--json", "--verbose").contains(name)) {
        String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        String standard = option.defaultValue() == null ? "" : option.defaultValue();
        String needed =
            !option.required() ? standard : alternative(option) ? "one of these" : "needed";
        text.append(row(names(option) + value, needed, description(spec, option)));
      }
    }
    return text.toString();
  }

  /** With the range that the help has in a line of its own. */
  private static String[] description(CommandSpec command, OptionSpec option) {
    List<String> lines = new ArrayList<>(List.of(option.description()));
    OptionRanges.allowed(command, option).ifPresent(range -> lines.add("Allowed: " + range + "."));
    return lines.toArray(String[]::new);
  }

  /** Whether another option may be given in its place. */
  private static boolean alternative(OptionSpec option) {
    return option.group() != null && option.group().exclusive() && option.group().args().size() > 1;
  }

  /** Where it can be negated, with its other form. */
  private static String names(OptionSpec option) {
    String names = String.join(", ", option.names());
    return option.negatable()
        ? names + ", " + option.longestName().replaceFirst("^--", "--no-")
        : names;
  }

  /** As in the help: by the order given, then the rest. */
  private static int place(OptionSpec option) {
    return option.order() == UNORDERED ? Integer.MAX_VALUE : option.order();
  }

  private static String row(String name, String standard, String[] description) {
    String code = standard.isEmpty() || WORDS.contains(standard) ? standard : code(standard);
    return "| %s | %s | %s |\n".formatted(code(name), code, prose(String.join(" ", description)));
  }

  private static String code(String text) {
    return "`" + text.replace("|", "\\|") + "`";
  }

  /** The escapes of a format, and characters that a table gives a meaning. */
  private static String prose(String text) {
    return text.replace("%n", " ")
        .replace("%%", "%")
        .replace("|", "\\|")
        .replace("*", "\\*")
        .replace("<", "&lt;")
        .strip();
  }

  /** Each setting with the comment above it, which says what it may be. */
  private static String settings(String name) throws IOException {
    StringBuilder table = new StringBuilder("| setting | default | means |\n|---|---|---|\n");
    List<String> path = new ArrayList<>();
    List<String> comment = new ArrayList<>();
    for (String line : resource(RunConfig.class, name)) {
      String words = line.strip();
      if (words.isEmpty()) {
        comment.clear();
      } else if (words.startsWith("#")) {
        comment.add(words.substring(1).strip());
      } else {
        int depth = (line.length() - line.stripLeading().length()) / 2;
        int colon = words.indexOf(':');
        path.subList(depth, path.size()).clear();
        path.add(words.substring(0, colon));
        String value = words.substring(colon + 1).strip();
        String key = String.join(".", path);
        table.append(
            "| %s | %s | %s |\n"
                .formatted(
                    code(key),
                    value.isEmpty() ? "" : code(value),
                    prose(String.join(" ", comment))));
        comment.clear();
      }
    }
    return table.toString();
  }

  private static List<String> resource(Class<?> beside, String name) throws IOException {
    try (InputStream in = beside.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
