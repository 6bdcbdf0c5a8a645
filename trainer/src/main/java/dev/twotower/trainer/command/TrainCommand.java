package dev.twotower.trainer.command;

import static dev.twotower.trainer.command.text.TextTable.count;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Feedback;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.guard.LeakageNotes;
import dev.twotower.data.guard.SplitLeakage;
import dev.twotower.data.message.Amount;
import dev.twotower.data.message.Problems;
import dev.twotower.data.message.ProgramName;
import dev.twotower.data.message.ShellWord;
import dev.twotower.data.sampling.Layout;
import dev.twotower.trainer.command.text.ContinuedText;
import dev.twotower.trainer.command.text.ReplayText;
import dev.twotower.trainer.config.ConfigException;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.config.RunSettings;
import dev.twotower.trainer.config.Shuffle;
import dev.twotower.trainer.pilot.Pilots;
import dev.twotower.trainer.run.RunDirectory;
import dev.twotower.trainer.run.Unfinished;
import dev.twotower.trainer.train.BatchExamination;
import dev.twotower.trainer.train.Extensions;
import dev.twotower.trainer.train.Replay;
import dev.twotower.trainer.train.Training;
import dev.twotower.trainer.train.TrainingResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "train",
    description = {
      "Trains one model into a new directory: settings, metrics, checkpoints, model.",
      "Ctrl-C stops after the current step with a checkpoint; --resume continues from the newest"
          + " one."
    },
    footer = {
      "  twotower train --data logs/mine --out runs/one",
      "  twotower train --data logs/mine --out runs/two --set masks=identity+engaged --set"
          + " epochs=10 --device cpu",
      "  twotower train --data logs/mine --out runs/three --config base.yaml --set"
          + " user.history.length=20",
      "  twotower train --data logs/mine --out runs/last --on train+validation --epochs-of"
          + " runs/one",
      "  twotower train --data logs/tuesday --out runs/tuesday --from runs/monday --set epochs=2",
      "  twotower train --data logs/mine --out runs/one --track http://localhost:5000",
      "  twotower train --out runs/one --resume",
      "  twotower train --out runs/one --replay runs/one/failed-batch-120.json"
    })
final class TrainCommand extends Action {
  @Option(
      names = "--data",
      order = 1,
      paramLabel = "DIR",
      description =
          "A data set made by import or generate. With --resume or --replay only if the run's was"
              + " moved.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = {"--out", "--to"},
      required = true,
      order = 2,
      paramLabel = "RUN",
      description = "The run to make; must not exist unless --resume or --replay is given.")
  private Path out;

  @Option(
      names = "--resume",
      order = 3,
      description =
          "Continue an existing run with its own configuration; --config and --set may be left"
              + " out. Only shuffle may be another, until the run ends or is stopped.")
  private boolean resume;

  @Option(
      names = "--replay",
      order = 4,
      paramLabel = "FILE",
      description =
          "Examine a batch that stopped the run: losses, gradient norms, and what was not finite"
              + " first. Changes nothing.")
  private Path replay;

  @Mixin private LastTraining last;

  @Mixin private FromOptions from;

  @Mixin private TrainingOptions options;

  @Mixin private TrackOptions track;

  @Override
  protected Answer answer(Console console) throws IOException, InterruptedException {
    if (replay != null) {
      return replay(console);
    }
    if (resume) {
      if (Unfinished.inRounds(out) && !RunDirectory.ended(out)) {
        throw new IllegalArgumentException(
            "--resume: %s is trained in rounds over the parts of its log, which this command does not; go on with: %s"
                .formatted(out, again()));
      }
      from.requireSame(out);
      if (RunDirectory.ended(out)) {
        console.tell("note: training of %s has ended; %s".formatted(out, further("epochs=N")));
      }
    } else {
      track.check();
    }
    List<String> implied = last.settings(options, from.start().isPresent());
    Optional<RunConfig> inherited = options.over(from.base(), implied);
    if (inherited.isEmpty()) {
      options.check(implied, this::open);
    }
    if (!resume) {
      if (RunDirectory.unfinished(out)) {
        throw new IllegalArgumentException(
            "%s holds a run that was started but not finished; continue with: %s, or name another directory"
                .formatted(out, again()));
      }
      StagedDirectory.requireFree(out);
    }
    try (Dataset all = open()) {
      if (resume) {
        RunDirectory.open(out).data().require(all);
      }
      Pilots.Found asked =
          resume
              ? new Pilots.Found(RunDirectory.open(out).config(), Optional.empty())
              : asked(all, inherited, implied, console);
      RunConfig config = asked.config();
      Shuffle shuffle = config.shuffle();
      if (resume && (options.given() || last.given())) {
        RunConfig again = options.again(config, implied);
        List<String> differences = new ArrayList<>(config.differences(again));
        differences.removeIf(difference -> difference.startsWith("shuffle:"));
        ConfigOptions.requireSame(out, differences, longer(config, again));
        shuffle = options.undecided("shuffle") ? shuffle : again.shuffle();
        requireShuffled(config.layout(), shuffle);
      }
      return train(config.view(all), asked, shuffle, console);
    }
  }

  /** The data set named; a run that is there knows its own. */
  private Dataset open() {
    if (data.isEmpty() && !resume && replay == null) {
      throw new IllegalArgumentException(
          "--data is missing; allowed: a data set made by import or generate, to train on (only"
              + " --resume and --replay, whose run knows its own, go without)");
    }
    return data.isPresent()
        ? DataOption.open(data.get())
        : DataOption.open(RunDirectory.open(out).data().at(data));
  }

  /** What goes on with the run. */
  private String again() {
    return Unfinished.resume(out, data);
  }

  private Pilots.Found asked(
      Dataset all, Optional<RunConfig> inherited, List<String> implied, Console console)
      throws IOException, InterruptedException {
    if (inherited.isPresent()) {
      Problems misfits = new Problems();
      Training.misfits(all, inherited.get()).forEach(misfits::add);
      misfits.check();
      requireShuffled(inherited.get().layout(), inherited.get().shuffle());
      KindsNote.of(all, inherited.get().events()).ifPresent(console::tell);
      Feedback before = from.base().map(RunConfig::events).orElse(Feedback.NONE);
      KindsNote.absent(all, inherited.get().events(), before).ifPresent(console::tell);
      from.base().ifPresent(base -> tellOfMasks(base, inherited.get(), console));
      return new Pilots.Found(inherited.get(), Optional.empty());
    }
    RunSettings.Chosen chosen = chosen(all, implied, console);
    requireShuffled(chosen.config().layout(), chosen.config().shuffle());
    options.tellOfUnused(all, chosen.config(), implied, console::tell);
    KindsNote.of(all, chosen.config().events()).ifPresent(console::tell);
    if (all.manifest().schema().weights()) {
      console.tell(
          "note: the log has weights: a row's loss is multiplied by its own; negatives, popularity,"
              + " log q and metrics count every row alike");
    }
    Dataset read = all.reading(chosen.config().events());
    if (!tries(read, chosen)) {
      return new Pilots.Found(chosen.config(), Optional.empty());
    }
    try (StudyDisplay display = new StudyDisplay(console)) {
      return Pilots.choose(read, chosen, out, display, console.interruption().stopSignal())
          .orElseThrow(
              () ->
                  new Interrupted(
                      "interrupted while temperatures were tried; nothing is kept; run the same"
                          + " command again"));
    }
  }

  /** What is wrong with features and with all else is told at once. */
  private RunSettings.Chosen chosen(Dataset all, List<String> implied, Console console) {
    try {
      return options.on(all, implied, console::tell);
    } catch (ConfigException lacking) {
      RunSettings settings = options.settings(implied);
      if (!settings.reads(all)) {
        throw lacking;
      }
      RunConfig config = settings.chosen(all).config();
      throw lacking.and(Training.refusals(all, config, Extensions.NONE));
    }
  }

  /** The masks of a run go with what its evaluation ranked. */
  private static void tellOfMasks(RunConfig base, RunConfig now, Console console) {
    boolean seen = now.evaluation().rankSeen();
    if (base.evaluation().rankSeen() != seen && base.masks().equals(now.masks())) {
      console.tell(
          "note: evaluation.rankSeen is %s now, and masks are %s as before; a model from nothing would have %s (--set masks=..)"
              .formatted(seen, now.masks(), seen ? "identity+user" : "identity+engaged"));
    }
  }

  /** A short training that starts from nothing says little of one that goes on from a model. */
  private boolean tries(Dataset all, RunSettings.Chosen chosen) {
    return from.start().isEmpty() && Pilots.wanted(all, chosen);
  }

  /** Only {@code iid} reads rows in another order than that of the log. */
  private static void requireShuffled(Layout layout, Shuffle shuffle) {
    if (shuffle == Shuffle.DISK && !(layout instanceof Layout.Iid)) {
      throw new IllegalArgumentException(
          "shuffle is disk, and layout is %s, which reads the log in order; allowed: disk with --set layout=iid, or auto or memory with this layout"
              .formatted(layout));
    }
  }

  /** What to do in place of making a run longer. */
  private String longer(RunConfig run, RunConfig again) {
    int more = again.epochs() - run.epochs();
    return more > 0 || again.maxSteps() > run.maxSteps()
        ? ". A run cannot be made longer; "
            + moreEpochs(more, run, again)
            + further(more > 0 ? "epochs=" + more : "maxSteps=" + again.maxSteps())
        : "";
  }

  /** Where the number in the command comes from: epochs of a new run are further ones. */
  private static String moreEpochs(int more, RunConfig run, RunConfig again) {
    return more > 0
        ? "epochs of a new run are further ones, here %d, as this one's limit was %d of the %d asked for; "
            .formatted(more, run.epochs(), again.epochs())
        : "";
  }

  private String further(String length) {
    return "a new run trains its model further: %s train --data %s --out NEW --from %s --set %s"
        .formatted(
            ProgramName.typed(),
            RunDirectory.open(out).data().named(data),
            ShellWord.of(out),
            length);
  }

  private Answer train(Dataset dataset, Pilots.Found asked, Shuffle shuffle, Console console)
      throws IOException, InterruptedException {
    RunConfig config = asked.config();
    try (TrainingDisplay display = new TrainingDisplay(console, "train", config);
        TrackOptions.Session tracked =
            track.open(console, resume ? Optional.of(out) : Optional.empty())) {
      List<SplitLeakage> splits =
          Stream.of(Split.VALIDATION, Split.TEST)
              .map(split -> SplitLeakage.of(dataset, split).under(dataset.manifest()))
              .toList();
      LeakageNotes.ofResults(splits).forEach(display::note);
      config.evaluation().wholeCatalogue(dataset.items()).ifPresent(display::note);
      boolean open = !resume && from.base().isEmpty() && options.undecided("evaluation.rankSeen");
      Optional<String> repeats = open ? LeakageNotes.undecidedRepeats(splits) : Optional.empty();
      repeats.ifPresent(display::note);
      Training.Options how =
          Training.Options.DEFAULT
              .withListener(tracked.run(display))
              .withStop(console.interruption().stopSignal())
              .withTried(asked.tried());
      if (from.start().isPresent()) {
        how = how.withFrom(from.start().get());
      }
      TrainingResult result =
          resume
              ? Training.resume(dataset, out, shuffle, how)
              : Training.start(dataset, config, out, how);
      if (result.interrupted()) {
        throw new Interrupted(
            "interrupted at step %d, checkpoint written; continue with: %s"
                .formatted(result.steps(), again()));
      }
      if (result.stillRising()) {
        console.tell(
            "note: validation still rose when training ended after %s: more may give a better model (epochs, maxSteps)"
                .formatted(Amount.of(result.epochs(), "epoch")));
      }
      return new Answer(result, text(result, config, repeats.isPresent()));
    }
  }

  private Answer replay(Console console) throws IOException, InterruptedException {
    if (resume || options.given() || last.given() || from.start().isPresent() || track.given()) {
      throw new IllegalArgumentException(
          "--replay examines a batch under the run's own configuration and changes nothing; leave"
              + " out --resume, --from, --on, --epochs-of, --config, --set and its short forms, and"
              + " --track");
    }
    RunConfig config = RunDirectory.open(out).config();
    try (Dataset dataset = open();
        TrainingDisplay display = new TrainingDisplay(console, "replay", config)) {
      BatchExamination found =
          Replay.of(dataset, out, replay, Training.Options.DEFAULT.withListener(display));
      return new Answer(found, ReplayText.of(found));
    }
  }

  @Override
  protected String afterWriteFailure() {
    return RunDirectory.unfinished(out)
        ? "what was written before is complete: free some space, and continue with: " + again()
        : super.afterWriteFailure();
  }

  /**
   * @param repeats whether items that come back are not ranked, and nobody has decided that
   */
  private String text(TrainingResult result, RunConfig config, boolean repeats) {
    String metrics =
        result.metrics().entrySet().stream()
            .map(
                metric -> String.format(Locale.ROOT, "%s %.4f", metric.getKey(), metric.getValue()))
            .collect(Collectors.joining(", "));
    boolean stopped = config.maxSteps() == 0 && result.epochs() < config.epochs();
    return String.join(
        System.lineSeparator(),
        String.format(
            Locale.ROOT,
            "%s: %s, %s, %s in %.1f s (%s rows per second in steps)",
            out,
            Amount.of(result.steps(), "step"),
            Amount.of(result.epochs(), "epoch"),
            Amount.of(result.rows(), "row"),
            result.seconds(),
            count(Math.round(result.rows() / Math.max(1e-9, result.trainSeconds())))),
        "kept: step %s, epoch %s%s"
                .formatted(
                    count(result.bestStep()),
                    count(result.bestEpoch()),
                    metrics.isEmpty() ? "" : "; " + metrics)
            + (stopped
                ? System.lineSeparator()
                    + "stopped: %s without a better one"
                        .formatted(Amount.of(result.epochs() - result.bestEpoch(), "epoch"))
                : "")
            + (result.from() == null
                ? ""
                : System.lineSeparator() + ContinuedText.of(result.from())),
        "next: "
            + ProgramName.command("evaluate --run %s", out)
            + Unfinished.option(out, data)
            + (repeats
                ? System.lineSeparator()
                    + "or: train again with --set evaluation.rankSeen=true, to find items that come"
                    + " back as well (note above)"
                : ""));
  }
}
