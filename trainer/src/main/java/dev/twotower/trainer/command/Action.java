package dev.twotower.trainer.command;

import dev.twotower.data.disk.WriteFailure;
import dev.twotower.trainer.command.text.Fold;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** What all commands share: {@code --json}, {@code --verbose}, {@code --help} and the console. */
@Command(
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    usageHelpAutoWidth = true,
    showDefaultValues = true,
    abbreviateSynopsis = true,
    footerHeading = "%nExamples:%n",
    optionListHeading = "%nOptions:%n")
public abstract class Action implements Callable<Integer> {
  static final String UNWRITTEN = "standard output could not be written";

  @ParentCommand private Main main;

  @Option(names = "--json", order = 90, description = "Print one JSON document on standard output.")
  private boolean json;

  @Option(
      names = "--verbose",
      order = 91,
      description = "Log more on standard error, with stack traces.")
  private boolean verbose;

  /** Does the work; whatever it throws becomes a message and an exit code. */
  protected abstract Answer answer(Console console) throws Exception;

  /** How to continue after something could not be written, such as on a full disk. */
  protected String afterWriteFailure() {
    return "nothing is left of it; free some space, and run the same command again";
  }

  @Override
  public final Integer call() throws Exception {
    Console console = main.console();
    Answer answer;
    try {
      answer = answer(console);
    } catch (WriteFailure failure) {
      throw failure.with(afterWriteFailure());
    }
    console.out().println(json ? answer.toJson() : Fold.forTerminal(answer.text()));
    console.out().flush();
    if (console.out().checkError()) {
      throw new IOException(UNWRITTEN);
    }
    return answer.exitCode();
  }

  /** Whether {@code --verbose} was given. */
  protected final boolean verbose() {
    return verbose;
  }
}
