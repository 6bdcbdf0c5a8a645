package dev.twotower.trainer.command;

import static dev.twotower.trainer.command.text.TextTable.count;
import static dev.twotower.trainer.command.text.TextTable.percent;

import dev.twotower.data.message.Amount;
import dev.twotower.trainer.ids.quantize.QuantizerDirectory;
import dev.twotower.trainer.ids.semantic.CodeBrowser;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "browse",
    description = {
      "Shows the items under a prefix of the semantic IDs, by name.",
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
      hideParamSyntax = true,
      paramLabel = "N[-N..]",
      description = "The first numbers of a code. By default none.")
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
      description = "Items to show for each code, by name and id.")
  private int examples;

  @Override
  protected Answer answer(Console console) {
    if (most < 1 || examples < 0) {
      throw new IllegalArgumentException(
          "--most: received %d, allowed: 1 and up; --examples: received %d, allowed: 0 and up"
              .formatted(most, examples));
    }
    CodeBrowser browser = new CodeBrowser(QuantizerDirectory.open(codes).codes());
    CodeBrowser.View view = browser.view(prefix, most, examples);
    if (view.items() == 0 && !prefix.isEmpty()) {
      throw new IllegalArgumentException(absent(browser));
    }
    return new Answer(view, text(view));
  }

  /** What there is instead, below the longest part of the prefix that items have. */
  private String absent(CodeBrowser browser) {
    List<Integer> shorter = prefix;
    CodeBrowser.View near;
    do {
      shorter = shorter.subList(0, shorter.size() - 1);
      near = browser.view(shorter, 10, 0);
    } while (near.items() == 0 && !shorter.isEmpty());
    return "--prefix: received %s, which no item's code begins with; allowed: for example %s"
        .formatted(
            prefix.stream().map(String::valueOf).collect(Collectors.joining("-")),
            near.children().stream()
                .map(CodeBrowser.Child::code)
                .collect(Collectors.joining(", ")));
  }

  private static String text(CodeBrowser.View view) {
    String header =
        "%s: %s; %s"
            .formatted(
                view.prefix().isEmpty() ? "All codes" : view.prefix(),
                Amount.of(view.items(), "item"),
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
                      items(child)));
    }
    return lines.toString();
  }

  /** With their ids, for the commands that take one. */
  private static String items(CodeBrowser.Child child) {
    return IntStream.range(0, child.ids().size())
        .mapToObj(i -> RecommendCommand.label(child.ids().get(i), child.examples().get(i)))
        .collect(Collectors.joining("; "));
  }

  private static String name(String category) {
    return category.isEmpty() ? "(no category)" : category;
  }
}
