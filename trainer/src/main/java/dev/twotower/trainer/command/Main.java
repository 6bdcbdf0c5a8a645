package dev.twotower.trainer.command;

import dev.twotower.data.message.LocaleEncoding;
import dev.twotower.data.message.ProgramName;
import dev.twotower.data.message.Received;
import dev.twotower.trainer.command.text.Fold;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code twotower}. */
@Command(
    name = "twotower",
    description = "Trains two-tower retrieval models from request-sorted logs.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    usageHelpAutoWidth = true,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "",
    footerHeading = "%nExamples:%n",
    footer = {
      "  twotower generate --to logs/synthetic",
      "  twotower diagnose --data logs/synthetic --layout iid,sorted",
      "  twotower train --data logs/synthetic --out runs/one",
      "  twotower evaluate --run runs/one",
      "%nExit codes: 0 done, 1 failed, 2 bad usage or configuration, 3 bad data, 4 --require not"
          + " met, 130 interrupted.",
      "'twotower COMMAND --help' explains a command."
    })
public final class Main implements Runnable {
  /** In the order of the usual way. */
  private static final List<Class<? extends Action>> COMMANDS =
      List.of(
          DemoCommand.class,
          ImportCommand.class,
          GenerateCommand.class,
          DescribeCommand.class,
          DiagnoseCommand.class,
          TrainCommand.class,
          EvaluateCommand.class,
          CompareCommand.class,
          JudgeCommand.class,
          CurveCommand.class,
          TuneCommand.class,
          RecommendCommand.class,
          SimilarCommand.class,
          ExportCommand.class,
          QuantizeCommand.class,
          BrowseCommand.class,
          BenchCommand.class,
          DoctorCommand.class,
          CompletionCommand.class);

  /** Speaks of the other commands. */
  private static final String COMPLETION = "completion";

  private final Console console;
  @Spec private CommandSpec spec;

  private Main(Console console) {
    this.console = console;
  }

  /**
   * Another program whose commands behave as these do: help, messages, JSON, exit codes.
   *
   * @param name what the user types
   * @param description a sentence
   * @param examples command lines
   * @param commands each annotated with picocli's {@code Command}
   */
  public record Program(
      String name,
      List<String> description,
      List<String> examples,
      List<? extends Action> commands) {}

  /** Runs the command line and exits with the documented code. */
  public static void main(String[] args) {
    main(Optional.empty(), args);
  }

  /** Runs another program's command line and exits with the documented code. */
  public static void main(Program program, String[] args) {
    main(Optional.of(program), args);
  }

  private static void main(Optional<Program> program, String[] args) {
    // Numbers are read by other programs as often as by people: points and ASCII digits everywhere.
    Locale.setDefault(Locale.ROOT);
    if (Arrays.asList(args).contains("--verbose")) {
      System.setProperty("twotower.log", "INFO");
    }
    System.setErr(
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
    Optional<String> lost = LocaleEncoding.lost(args);
    if (lost.isPresent()) {
      System.err.println(
          "twotower: received %s with letters that the locale's encoding, %s, does not have; allowed: any under UTF-8; %s"
              .formatted(
                  Received.quoted(lost.get()), LocaleEncoding.name(), LocaleEncoding.REMEDY));
      System.exit(ExitCode.USAGE);
    }
    Console console = Console.system();
    int code;
    try {
      code = run(commandLine(console, program, args), console, args);
    } finally {
      console.interruption().end();
    }
    // On the way down already, a second exit would wait for itself.
    if (!console.interruption().requested()) {
      System.exit(code);
    }
  }

  /**
   * Runs one command.
   *
   * @return the exit code
   */
  static int run(Console console, String... args) {
    return run(commandLine(console, Optional.empty(), args), console, args);
  }

  /**
   * Runs one command of another program, for its tests.
   *
   * @return the exit code
   */
  public static int run(Program program, Console console, String... args) {
    return run(commandLine(console, Optional.of(program), args), console, args);
  }

  private static int run(CommandLine line, Console console, String... args) {
    try {
      return line.execute(args);
    } catch (Error failure) {
      boolean verbose = Arrays.asList(args).contains("--verbose");
      return console.interruption().abandoned()
          ? ExitCode.INTERRUPTED
          : explain(failure, "twotower", verbose, line.getErr());
    }
  }

  /** The commands, writing to the given console. */
  static CommandLine commandLine(Console console) {
    return commandLine(console, Optional.empty());
  }

  /**
   * The commands that the arguments need: a command that is called by its name needs no other, and
   * to read the options of all takes longer than all else that starts a program.
   */
  private static CommandLine commandLine(
      Console console, Optional<Program> program, String... args) {
    PrintWriter err = new PrintWriter(console.err(), true, StandardCharsets.UTF_8);
    CommandLine bare = new CommandLine(new Main(console));
    program.ifPresent(other -> become(bare.getCommandSpec(), other));
    Map<String, Object> commands = new LinkedHashMap<>();
    program
        .<List<?>>map(Program::commands)
        .orElse(COMMANDS)
        .forEach(command -> commands.put(name(command), command));
    if (args.length > 0 && commands.containsKey(args[0]) && !args[0].equals(COMPLETION)) {
      commands.keySet().retainAll(Set.of(args[0]));
    }
    commands.values().forEach(command -> bare.addSubcommand(new CommandLine(command)));
    CommandLine line = Converters.register(HelpText.tidy(bare)).setExecutionStrategy(Main::execute);
    // Every mistake of a command line is reported, not the first alone.
    withSubcommands(line).forEach(each -> each.getCommandSpec().parser().collectErrors(true));
    return line.setOut(console.out())
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::explainUsage)
        .setExecutionExceptionHandler(
            (failure, command, parsed) ->
                console.interruption().abandoned()
                    ? ExitCode.INTERRUPTED
                    : explain(failure, command, err));
  }

  private static String name(Object command) {
    Class<?> type = command instanceof Class<?> given ? given : command.getClass();
    return type.getAnnotation(Command.class).name();
  }

  private static void become(CommandSpec spec, Program program) {
    spec.name(program.name());
    List<String> footer =
        new ArrayList<>(program.examples().stream().map(each -> "  " + each).toList());
    footer.add(spec.usageMessage().footer()[spec.usageMessage().footer().length - 2]);
    footer.add("'%s COMMAND --help' explains a command.".formatted(program.name()));
    spec.usageMessage()
        .description(program.description().toArray(String[]::new))
        .footer(footer.toArray(String[]::new));
  }

  Console console() {
    return console;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  private static List<CommandLine> withSubcommands(CommandLine line) {
    List<CommandLine> all = new ArrayList<>(List.of(line));
    all.addAll(line.getSubcommands().values());
    return all;
  }

  /** Runs a command whose command line holds no mistake, or shows what it was asked to show. */
  private static int execute(ParseResult parsed) {
    // The help of what nobody knows is not that of the program.
    if (!parsed.hasSubcommand()
        && parsed.commandSpec().parent() == null
        && !parsed.unmatched().isEmpty()
        && !parsed.unmatched().get(0).startsWith("-")) {
      throw new UnmatchedArgumentException(parsed.commandSpec().commandLine(), parsed.unmatched());
    }
    Integer help = CommandLine.executeHelpRequest(parsed);
    if (help != null) {
      CommandLine line = parsed.commandSpec().commandLine();
      line.getOut().flush();
      if (line.getOut().checkError()) {
        line.getErr().println("twotower: " + Action.UNWRITTEN);
        return ExitCode.FAILED;
      }
      return help;
    }
    List<Exception> errors = new ArrayList<>();
    List<String> mistakes = new ArrayList<>();
    ParseResult last = parsed;
    for (ParseResult each = parsed; each != null; each = each.subcommand()) {
      errors.addAll(each.errors());
      OptionRanges.check(each, mistakes);
      last = each;
    }
    Mistakes.dropRepeated(errors);
    errors.forEach(error -> mistakes.add(Mistakes.told(error, parsed.originalArgs())));
    CommandLine command = last.commandSpec().commandLine();
    if (mistakes.size() == 1 && errors.size() == 1 && errors.get(0) instanceof ParameterException) {
      throw (ParameterException) errors.get(0);
    }
    if (!mistakes.isEmpty()) {
      throw new ParameterException(
          command,
          mistakes.size() == 1
              ? mistakes.get(0)
              : mistakes.size()
                  + " problems"
                  + mistakes.stream()
                      .map(mistake -> System.lineSeparator() + "  " + mistake)
                      .collect(Collectors.joining()));
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static int explainUsage(ParameterException mistake, String[] args) {
    CommandLine command = mistake.getCommandLine();
    PrintWriter err = command.getErr();
    if (mistake instanceof UnmatchedArgumentException unknown
        && command.getParent() == null
        && !unknown.getUnmatched().get(0).startsWith("-")) {
      err.println(name(command) + ": " + unknownCommand(unknown));
      err.println("'" + called(command) + " --help' shows what is allowed.");
      return ExitCode.USAGE;
    }
    err.println(
        folded(name(command) + ": " + Received.inMessage(Mistakes.told(mistake, List.of(args)))));
    if (command.getParent() == null && args.length == 0) {
      // Standard error may be a file where standard output is a terminal.
      CommandLine.Help.Ansi colours =
          Console.errorsOnTerminal() ? CommandLine.Help.Ansi.AUTO : CommandLine.Help.Ansi.OFF;
      err.println(
          CommandList.usual(
              new CommandLine.Help(
                  command.getCommandSpec(), CommandLine.Help.defaultColorScheme(colours))));
    }
    if (mistake instanceof MissingParameterException
        && !command.getUnmatchedArguments().isEmpty()) {
      err.println(
          folded(
              Received.inMessage(
                  "Not understood: " + String.join(" ", command.getUnmatchedArguments()))));
    }
    OptionNames.settings(command, command.getUnmatchedArguments())
        .forEach(each -> err.println(folded(Received.inMessage(each))));
    err.println("'" + called(command) + " --help' shows what is allowed.");
    return ExitCode.USAGE;
  }

  private static String unknownCommand(UnmatchedArgumentException unknown) {
    String text = "unknown command " + Received.quoted(unknown.getUnmatched().get(0));
    List<String> near = unknown.getSuggestions();
    return near.isEmpty()
        ? text
        : text + "; did you mean " + near.get(0).replaceFirst("^twotower ", "") + "?";
  }

  private static int explain(Exception failure, CommandLine command, PrintWriter err) {
    Object user = command.getCommandSpec().userObject();
    boolean verbose = user instanceof Action action && action.verbose();
    return explain(failure, name(command), verbose, err);
  }

  private static int explain(Throwable failure, String name, boolean verbose, PrintWriter err) {
    FailureText text = FailureText.of(failure);
    err.println(folded(name + ": " + Received.inMessage(text.message())));
    if (verbose) {
      failure.printStackTrace(err);
    } else if (text.code() == ExitCode.FAILED) {
      err.println("'--verbose' shows where this came from.");
    }
    return text.code();
  }

  private static String folded(String message) {
    return Console.errorsOnTerminal() ? Fold.within(message, Console.errorColumns()) : message;
  }

  /** What to type for a command. */
  private static String called(CommandLine command) {
    return ProgramName.typed() + name(command).substring("twotower".length());
  }

  private static String name(CommandLine command) {
    return command.getCommandSpec().qualifiedName(" ");
  }
}
