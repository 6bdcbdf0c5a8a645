package dev.twotower.trainer.command;

import static dev.twotower.trainer.command.TextTable.count;
import static dev.twotower.trainer.command.TextTable.percent;

import dev.twotower.trainer.quantize.QuantizerDirectory;
import dev.twotower.trainer.semantic.CodeBrowser;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "browse",
    description = {
      "Shows what sits under a prefix of the semantic IDs, by item name.",
      "Without a prefix: the codes of the first level."
    },
    footer = {
      "  twotower browse --codes ids/one",
      "  twotower browse --codes ids/one --prefix 17",
      "  twotower browse --codes ids/one --prefix 17-203 --examples 8"
    })
final class BrowseCommand extends Action {
  @Option(
      names = "--codes",
      required = true,
      order = 1,
      paramLabel = "DIR",
      description = "A directory that quantize wrote.")
  private Path codes;

  @Option(
      names = "--prefix",
      order = 2,
      split = "-",
      paramLabel = "N[-N..]",
      description = "The first numbers of a code.")
  private List<Integer> prefix = List.of();

  @Option(
      names = "--most",
      order = 3,
      paramLabel = "N",
      defaultValue = "30",
      description = "Codes to list, those with most items first.")
  private int most;

  @Option(
      names = "--examples",
      order = 4,
      paramLabel = "N",
      defaultValue = "4",
      description = "Names to show of each.")
  private int examples;

  @Override
  Answer answer(Console console) {
    if (most < 1 || examples < 0) {
      throw new IllegalArgumentException(
          "--most: received %d, allowed: 1 and up; --examples: received %d, allowed: 0 and up"
              .formatted(most, examples));
    }
    CodeBrowser.View view =
        new CodeBrowser(QuantizerDirectory.open(codes).codes()).view(prefix, most, examples);
    return new Answer(view, text(view));
  }

  private static String text(CodeBrowser.View view) {
    if (view.items() == 0) {
      return "No item has a code that begins with " + view.prefix() + ".";
    }
    String header =
        "%s: %s items; %s"
            .formatted(
                view.prefix().isEmpty() ? "All codes" : view.prefix(),
                count(view.items()),
                view.categories().entrySet().stream()
                    .map(
                        category ->
                            "%s %s"
                                .formatted(
                                    name(category.getKey()),
                                    percent((double) category.getValue() / view.items())))
                    .collect(Collectors.joining(", ")));
    StringBuilder lines = new StringBuilder(header);
    for (CodeBrowser.Child child : view.children()) {
      lines
          .append(System.lineSeparator())
          .append(
              "  %-12s %6s  %s %s: %s"
                  .formatted(
                      child.code(),
                      count(child.items()),
                      name(child.category()),
                      percent(child.purity()),
                      String.join("; ", child.examples())));
    }
    return lines.toString();
  }

  private static String name(String category) {
    return category.isEmpty() ? "(no category)" : category;
  }
}
