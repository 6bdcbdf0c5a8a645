package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class HelpTextTest {
  @Test
  void anExampleIsBrokenBetweenArgumentsNotWithinQuotes() {
    List<String> lines =
        HelpText.wrap(
            "  twotower evaluate --run runs/tuesday --against runs/monday --require \"not worse\"");
    assertThat(lines)
        .containsExactly(
            "  twotower evaluate --run runs/tuesday --against runs/monday \\",
            "      --require \"not worse\"");
    assertThat(
            HelpText.wrap("  twotower recommend --among \"\\\"category.1\\\" = 'a  b' AND x > 1\""))
        .containsExactly("  twotower recommend --among \"\\\"category.1\\\" = 'a  b' AND x > 1\"");
  }

  private static List<String> importOptions() {
    return Main.commandLine(
            new Console(new PrintWriter(System.out), System.err, false, new Interruption()))
        .getSubcommands()
        .get("import")
        .getCommandSpec()
        .options()
        .stream()
        .map(OptionSpec::longestName)
        .toList();
  }

  private static List<String> lines(String... words) {
    Invocation help = Invocation.done(words);
    assertThat(help.err()).isEmpty();
    assertThat(help.out().lines()).allMatch(line -> line.length() <= 80);
    return help.out().lines().toList();
  }

  @Test
  void theHelpOfImportExplainsWhatEveryImportNeedsAndNamesTheRest() {
    List<String> help = lines("import", "--help");
    assertThat(help).hasSizeLessThan(60).noneMatch(line -> line.contains("  More: "));
    String text = String.join("\n", help);
    assertThat(text.indexOf("--from=PATH")).isLessThan(text.indexOf("More, which"));
    assertThat(importOptions()).allMatch(text::contains);
    assertThat(text).contains("twotower import baskets --from", "twotower import table --from");
  }

  @Test
  void anOptionThatCanDoNothingForAFormatIsNotInItsHelp() {
    for (String format : List.of("lightgcn", "baskets")) {
      assertThat(lines("import", format, "--help"))
          .noneMatch(line -> line.contains("--session-gap"))
          .anyMatch(line -> line.contains("--split"));
    }
    assertThat(lines("import", "movielens", "--help"))
        .anyMatch(line -> line.contains("--session-gap"));
  }

  @Test
  void aFormatsHelpExplainsTheOptionsThatItTakes() {
    String table = String.join("\n", lines("import", "table", "--help"));
    assertThat(importOptions())
        .allMatch(option -> table.contains("    " + option) || table.contains(", " + option));
    assertThat(table)
        .contains("twotower import table --from")
        .doesNotContain("import movielens --from", "More, which");
    List<String> known = lines("import", "movielens", "--help");
    assertThat(known)
        .anyMatch(line -> line.contains("--item-feature="))
        .noneMatch(line -> line.contains("--delimiter="))
        .anyMatch(line -> line.contains("import movielens --from"))
        .noneMatch(line -> line.contains("import table --from"));
    assertThat(lines("import", "klingon", "--help")).isEqualTo(lines("import", "--help"));
  }

  private static Stream<CommandLine> commands() {
    return StreamSupport.stream(ReferencePage.commands().spliterator(), false);
  }

  @Test
  void namesOfFilesAndSettingsAreNotBroken() {
    List<String> broken =
        commands()
            .flatMap(each -> lines(each.getCommandName(), "--help").stream())
            .filter(line -> line.matches(".*[A-Za-z]\\.") && line.length() > 70)
            .filter(line -> line.matches(".*(best|optimizer|vectors|category|FILE)\\."))
            .toList();
    assertThat(broken).isEmpty();
    assertThat(lines("tune", "--help")).anyMatch(line -> line.contains("best.yaml"));
    assertThat(lines("recommend", "--help"))
        .anyMatch(line -> line.contains(".jsonl;"))
        .anyMatch(line -> line.contains("\"category.1\""));
    assertThat(String.join("\n", lines("judge", "--help"))).contains("of 1 % or more");
  }

  @Test
  void aRangeIsInTheHelpAsInTheMessageThatRefuses() {
    for (CommandLine command : (Iterable<CommandLine>) commands()::iterator) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        OptionRanges.allowed(command.getCommandSpec(), option)
            .ifPresent(
                range ->
                    assertThat(command.getUsageMessage())
                        .as(command.getCommandName() + " " + option.longestName())
                        .contains("  Allowed: " + range));
      }
    }
    assertThat(lines("tune", "--help")).contains(" ".repeat(28) + "Allowed: 1 to 1000");
    assertThat(lines("compare", "--help"))
        .contains(" ".repeat(29) + "Allowed: 1 and up. Default: 3");
    // A file, where other commands have a number of users.
    assertThat(String.join("\n", lines("import", "table", "--help")))
        .containsPattern("--users=FILE +A file about users\\.\\R +--user-key");
  }

  @Test
  void whatACommandIsForStandsFirstAndWhatAllHaveLast() {
    for (CommandLine command : (Iterable<CommandLine>) commands()::iterator) {
      List<String> help = lines(command.getCommandName(), "--help");
      int first = help.indexOf("Options:");
      if (first >= 0) {
        assertThat(help.get(first + 1))
            .as(command.getCommandName())
            .doesNotContain("--help", "--events");
      }
      assertThat(help.toString()).as(command.getCommandName()).contains("Examples:");
    }
  }

  @Test
  void aDefaultIsSaidInOneWay() {
    assertThat(
            commands()
                .flatMap(each -> each.getCommandSpec().options().stream())
                .map(option -> String.join(" ", option.description())))
        .noneMatch(text -> text.matches("(?s).*[;(,] *(by )?default:? .*"));
  }
}
