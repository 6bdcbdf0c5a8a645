package dev.twotower.trainer.command;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description = {
      "Prints a script that completes commands, options and their values in a shell.",
      "bash and zsh read it by 'source', fish from a file in its folder of completions."
    },
    footer = {
      "  source <(twotower completion bash)",
      "  source <(twotower completion zsh)",
      "  twotower completion fish > ~/.config/fish/completions/twotower.fish"
    })
final class CompletionCommand extends Action {
  /** Shells that a script can be had for. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  /** A shell's script. */
  record Script(Shell shell, String script) {}

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
  private Shell shell;

  @Override
  protected Answer answer(Console console) {
    CommandLine program = spec.parent().commandLine();
    String script =
        switch (shell) {
          // The script for bash loads what it needs from zsh by itself.
          case bash, zsh -> AutoComplete.bash(program.getCommandName(), program);
          case fish -> FishCompletion.script(program);
        };
    return new Answer(new Script(shell, script), script.stripTrailing());
  }
}
