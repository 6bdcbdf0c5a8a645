package dev.twotower.trainer.command;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What other programs call options: too far from their names here for a likeness of letters. */
final class Synonyms {
  /** By a name without dashes: the options that may be meant, of which a command has some. */
  private static final Map<String, List<String>> MEANT = new HashMap<>();

  static {
    add("--delimiter", "sep", "delim", "separator");
    add("--learning-rate", "lr");
    add("--batch-size", "bs");
    add("--dim", "embeddingdim", "embeddingsize", "embdim");
    add("--out", "output", "outputdir", "outdir");
    add("--data", "input", "dataset");
    add("--from", "input", "inputfile", "infile");
    add("--k", "topk", "topn");
    add("--device gpu:0", "gpu", "cuda");
    add("--seed", "randomstate", "randomseed");
    add("--at-once", "jobs", "njobs", "parallel", "concurrency", "workers", "numworkers");
    add("--threads", "jobs", "njobs", "workers", "numworkers");
  }

  private Synonyms() {}

  private static void add(String option, String... names) {
    for (String name : names) {
      MEANT.merge(name, List.of(option), (some, more) -> List.of(some.get(0), more.get(0)));
    }
  }

  /**
   * The option of a command, with a value where it takes one for it, that an unknown one means.
   *
   * @param name with its dashes
   */
  static Optional<String> of(CommandLine command, String name) {
    String plain = name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    return MEANT.getOrDefault(plain, List.of()).stream()
        .flatMap(meant -> known(command, meant).stream())
        .findFirst();
  }

  private static Optional<String> known(CommandLine command, String meant) {
    String[] words = meant.split(" ", 2);
    OptionSpec option = command.getCommandSpec().findOption(words[0]);
    if (option == null || option.hidden()) {
      return Optional.empty();
    }
    String name = words[0].startsWith("--") ? OptionNames.first(option) : words[0];
    return Optional.of(words.length == 1 ? name : name + " " + words[1]);
  }
}
