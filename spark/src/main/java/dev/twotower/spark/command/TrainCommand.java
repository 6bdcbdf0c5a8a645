package dev.twotower.spark.command;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.message.Amount;
import dev.twotower.spark.job.Jobs;
import dev.twotower.spark.rounds.RoundTraining;
import dev.twotower.trainer.command.Action;
import dev.twotower.trainer.command.Answer;
import dev.twotower.trainer.command.Console;
import dev.twotower.trainer.command.KindsNote;
import dev.twotower.trainer.command.TrainingOptions;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.Shuffle;
import dev.twotower.trainer.rounds.RoundFiles;
import dev.twotower.trainer.rounds.RoundPlan;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.train.PartTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains one model over all parts, in rounds. */
@Command(
    name = "train",
    description = {
      "Trains one model over all parts in rounds: a task for each part trains on its users' rows,"
          + " then what all share is merged.",
      "An epoch of every part is cut into --rounds-per-epoch rounds. A run that was killed goes on"
          + " with --resume, with the same weights."
    },
    footer = {
      "  twotower-spark train --data logs/parts --out runs/one",
      "  twotower-spark train --data logs/parts --out runs/two --rounds-per-epoch 8 --set epochs=10"
          + " --set dim=64",
      "  twotower-spark train --data logs/parts --out runs/one --resume"
    })
public final class TrainCommand extends Action {
  private static final int ROUNDS_PER_EPOCH = 16;

  @Mixin private PartsOption data;

  @Option(
      names = {"--out", "--to"},
      required = true,
      order = 2,
      paramLabel = "RUN",
      description =
          "The run to write; must not exist unless --resume is given. On storage that all executors"
              + " see.")
  private Path out;

  @Option(
      names = "--rounds-per-epoch",
      order = 3,
      paramLabel = "R",
      showDefaultValue = Visibility.NEVER,
      description =
          "Rounds of an epoch: more cost more merging, and lose less against one worker. By default"
              + " 16.")
  private Optional<Integer> perEpoch = Optional.empty();

  @Option(
      names = "--merge",
      order = 4,
      paramLabel = "RULE",
      showDefaultValue = Visibility.NEVER,
      description =
          "How rows of shared tables are merged: sum (of the parts' changes; under Adagrad each as"
              + " long as the gradients of all parts allow) or mean (weighted by the steps that"
              + " touched the row). By default sum, or mean with optimizer.tables=lazy-adam.")
  private Optional<RoundPlan.Merge> merge = Optional.empty();

  @Option(
      names = "--log-q",
      order = 5,
      paramLabel = "WHOSE",
      showDefaultValue = Visibility.NEVER,
      description =
          "Whose counts the sampling correction uses: log (of the whole log, the default) or part.")
  private Optional<RoundPlan.LogQ> logQ = Optional.empty();

  @Option(
      names = "--batches",
      order = 6,
      paramLabel = "WHOSE",
      showDefaultValue = Visibility.NEVER,
      description =
          "What a batch of batchSize rows is: log (of all parts together: each takes its share of"
              + " the rows, and the items of the others' rows are negatives, too) or part (of"
              + " each part: its rows alone are negatives). By default log, or part with --log-q"
              + " part, loss.counting=unique, loss.correction=streaming, loss.queue or masks of"
              + " contexts.")
  private Optional<RoundPlan.Batches> batches = Optional.empty();

  @Option(
      names = "--keep-rounds",
      order = 7,
      paramLabel = "N",
      defaultValue = "2",
      description = "Newest rounds to keep in RUN/rounds, beside the best one; 0: all.")
  private int keep;

  @Option(
      names = "--resume",
      order = 8,
      description = "Go on with a run that has not ended, from its last whole round.")
  private boolean resume;

  @Option(
      names = "--from-round",
      order = 9,
      paramLabel = "N",
      description = "With --resume: go back to this round, which must have been kept.")
  private Optional<Integer> fromRound = Optional.empty();

  @Mixin private TrainingOptions options;

  @Override
  protected Answer answer(Console console) throws IOException, InterruptedException {
    if (fromRound.isPresent() && !resume) {
      throw new IllegalArgumentException("--from-round goes with --resume; give both, or neither");
    }
    PartedDataset parts = data.open();
    Path path = out.toAbsolutePath().normalize();
    RoundPlan plan = resume ? planOf(path, parts) : begin(path, parts, console);
    try (RunDirectory run = RunDirectory.openToWrite(path);
        Jobs jobs = Jobs.start(console, "train")) {
      int after = resume ? last(path) : -1;
      RoundTraining.Trained trained =
          new RoundTraining(jobs, parts, run, plan, keep, console::tell).train(after);
      return new Answer(trained, text(trained));
    }
  }

  private RoundPlan begin(Path path, PartedDataset parts, Console console) throws IOException {
    StagedDirectory.requireFree(path);
    RunConfig config;
    try (Dataset whole = Dataset.open(parts.directory())) {
      config = options.on(whole, console::tell).config();
      options.tellOfUnused(whole, config, console::tell);
      KindsNote.of(whole, config.events()).ifPresent(console::tell);
      config
          .evaluation()
          .wholeCatalogue(whole.items())
          .ifPresent(note -> console.tell("note: " + note));
    }
    if (config.maxSteps() > 0) {
      throw new IllegalArgumentException(
          "maxSteps is %d; training in rounds counts epochs: leave it at 0 and set epochs"
              .formatted(config.maxSteps()));
    }
    if (config.shuffle() == Shuffle.DISK) {
      throw new IllegalArgumentException(
          "shuffle is disk; a part is read at random places of its own rows: leave it out, and"
              + " prepare more parts where they are larger than an executor's memory");
    }
    if (config.item().mislabelled() > 0) {
      throw new IllegalArgumentException(
          "item.categories.mislabelled is %s; which items are wrong follows from the seed, and in rounds every part has its own: leave it at 0"
              .formatted(config.item().mislabelled()));
    }
    RoundPlan.LogQ counts = logQ.orElse(RoundPlan.LogQ.LOG);
    RoundPlan plan =
        new RoundPlan(
            parts.parts(),
            perEpoch.orElse(ROUNDS_PER_EPOCH),
            counts,
            RoundPlan.Merge.of(merge, config.optimizer().tables()),
            RoundPlan.Batches.of(batches, counts, config),
            RunDirectory.checksum(parts.directory()));
    PartTraining.requireRows(parts, config, plan.batches() == RoundPlan.Batches.LOG);
    if (plan.batches() == RoundPlan.Batches.PART && batches.isEmpty() && parts.parts() > 1) {
      RoundPlan.Batches.against(counts, config)
          .ifPresent(
              why ->
                  console.tell(
                      "note: each part's batches are its own (--batches part), because of %s; recall is then further behind that of one worker"
                          .formatted(why)));
    }
    RunDirectory.create(path, config).close();
    RoundTraining.write(path, plan);
    return plan;
  }

  private RoundPlan planOf(Path path, PartedDataset parts) throws IOException {
    if (options.given()) {
      throw new IllegalArgumentException(
          "--resume uses the configuration that %s was started with; leave out --config, --set and its short forms"
              .formatted(out));
    }
    RoundPlan plan =
        RoundTraining.plan(path)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "--resume: '%s' is no run that twotower-spark train has begun; leave out --resume to begin one"
                            .formatted(out)));
    requireBegun("--rounds-per-epoch", perEpoch, plan.perEpoch());
    requireBegun("--merge", merge, plan.merge());
    requireBegun("--log-q", logQ, plan.logQ());
    requireBegun("--batches", batches, plan.batches());
    String checksum = RunDirectory.checksum(parts.directory());
    if (!checksum.equals(plan.dataset())) {
      throw new BadDataException(
          "data set '%s' has checksum %s, the run was begun on %s; name that one with --data"
              .formatted(parts.directory(), checksum, plan.dataset()));
    }
    return plan;
  }

  /** Refuses an option that is not what the run was begun with. */
  private <T> void requireBegun(String option, Optional<T> received, T begun) {
    if (received.isPresent() && !received.get().equals(begun)) {
      throw new IllegalArgumentException(
          "%s: received %s with --resume, but %s was begun with %s; leave it out"
              .formatted(option, shown(received.get()), out, shown(begun)));
    }
  }

  private static String shown(Object value) {
    return value.toString().toLowerCase(Locale.ROOT);
  }

  /** The round to go on after. */
  private int last(Path path) throws IOException {
    RoundFiles files = new RoundFiles(path);
    int last = files.last();
    if (fromRound.isEmpty()) {
      return last;
    }
    int from = fromRound.get();
    if (from < 0 || from > last || !files.has(from)) {
      throw new IllegalArgumentException(
          "--from-round: received %d; allowed: a round that was kept, up to %d (--keep-rounds)"
              .formatted(from, last));
    }
    for (int round = last + 1; round > from; round--) {
      files.remove(round);
    }
    return from;
  }

  private static String text(RoundTraining.Trained it) {
    String metrics =
        it.metrics().entrySet().stream()
            .map(each -> String.format(Locale.ROOT, "%s %.4f", each.getKey(), each.getValue()))
            .collect(Collectors.joining(", "));
    return String.join(
        System.lineSeparator(),
        String.format(
            Locale.ROOT,
            "%s: %s, %s, %s, %s; %.1f s in steps; %.1f MB merged a" + " round",
            it.out(),
            Amount.of(it.rounds(), "round"),
            Amount.of(it.epochs(), "epoch"),
            Amount.of(it.steps(), "step"),
            Amount.of(it.rows(), "row"),
            it.secondsInSteps(),
            it.bytesPerRound() / 1e6),
        "kept: round %d%s".formatted(it.keptRound(), metrics.isEmpty() ? "" : "; " + metrics),
        "next: " + Typed.command("evaluate --run %s", it.out()));
  }
}
