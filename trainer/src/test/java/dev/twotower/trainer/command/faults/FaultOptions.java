package dev.twotower.trainer.command.faults;

import dev.twotower.data.random.Streams;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a call tries.
 *
 * @param parts names of the parts
 * @param seed of every draw
 * @param trials kills of each kind, at least; 0: as many as each part has by default
 * @param quick one trial in eight
 * @param only makes the trials alone whose names begin with this
 * @param work folder for what the trials need; empty: a temporary one, removed at the end
 * @param disk folder on a small file system of its own
 * @param root of the source tree, where the launcher is
 * @param verbose whether every trial is told, not the faults alone
 */
record FaultOptions(
    List<String> parts,
    long seed,
    int trials,
    boolean quick,
    Optional<String> only,
    Optional<Path> work,
    Optional<Path> disk,
    Path root,
    boolean verbose) {

  static FaultOptions parse(String[] args, List<String> allowed) {
    List<String> parts = allowed;
    long seed = System.nanoTime() & 0xffffff;
    int trials = 0;
    boolean quick = false;
    boolean verbose = false;
    Optional<String> only = Optional.empty();
    Optional<Path> work = Optional.empty();
    Optional<Path> disk = Optional.empty();
    Path root = Path.of("");
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--quick" -> quick = true;
        case "--verbose" -> verbose = true;
        case "--part" -> parts = Arrays.asList(value(args, ++i).split(","));
        case "--seed" -> seed = Long.parseLong(value(args, ++i));
        case "--trials" -> trials = Integer.parseInt(value(args, ++i));
        case "--only" -> only = Optional.of(value(args, ++i));
        case "--work" -> work = Optional.of(Path.of(value(args, ++i)));
        case "--root" -> root = Path.of(value(args, ++i));
        case "--disk" -> disk = Optional.of(Path.of(value(args, ++i)));
        default -> throw new IllegalArgumentException("unknown option '" + args[i] + "'");
      }
    }
    for (String part : parts) {
      if (!allowed.contains(part)) {
        throw new IllegalArgumentException(
            "--part '%s'; allowed: %s".formatted(part, String.join(",", allowed)));
      }
    }
    if (only.isPresent()) {
      String part = only.get().split(":", 2)[0];
      parts = allowed.contains(part) ? List.of(part) : parts;
    }
    return new FaultOptions(parts, seed, trials, quick, only, work, disk, root, verbose);
  }

  private static String value(String[] args, int at) {
    if (at >= args.length) {
      throw new IllegalArgumentException(args[at - 1] + " needs a value");
    }
    return args[at];
  }

  /**
   * Whether this call makes the trial of that name.
   *
   * @param share of such trials that is made without --quick, 0 to 1
   */
  boolean wants(String trial, double share) {
    if (only.isPresent()) {
      return trial.startsWith(only.get());
    }
    double drawn = Streams.stream(seed, "faults.choice." + trial).nextDouble();
    return drawn < (quick ? share / 8 : share);
  }
}
