package dev.twotower.trainer.command;

import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.message.Amount;
import dev.twotower.data.message.ProgramName;
import dev.twotower.trainer.command.text.AblationText;
import dev.twotower.trainer.command.text.SemanticIdText;
import dev.twotower.trainer.config.QuantizeConfig;
import dev.twotower.trainer.config.TreeConfig;
import dev.twotower.trainer.ids.ablation.AblationReport;
import dev.twotower.trainer.ids.ablation.AblationRequest;
import dev.twotower.trainer.ids.ablation.AblationRun;
import dev.twotower.trainer.ids.quantize.KeptCodes;
import dev.twotower.trainer.ids.quantize.QuantizerDirectory;
import dev.twotower.trainer.ids.quantize.QuantizerResult;
import dev.twotower.trainer.ids.quantize.QuantizerTraining;
import dev.twotower.trainer.ids.semantic.SemanticIdReport;
import dev.twotower.trainer.ids.vectors.ItemVectors;
import dev.twotower.trainer.ids.vectors.VectorOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "quantize",
    description = {
      "Turns item vectors into semantic IDs: a few numbers per item, coarse to fine.",
      "The category tree of the data set shapes them (tree.lambda).",
      "They are in result/codes.parquet; 'browse' shows the items under a prefix.",
      "--ablate shows what the tree does to them."
    },
    footer = {
      "  twotower quantize --run runs/one --out ids/one --html ids.html",
      "  twotower quantize --vectors items.npy --data logs/mine --out ids/two --set"
          + " sizes=[512,512,512]",
      "  twotower quantize --features tokens --data logs/mine --out ids/three --set tree.lambda=0",
      "  twotower quantize --run runs/tuesday --out ids/tuesday --from ids/monday",
      "  twotower quantize --out ids/one --resume",
      "  twotower quantize --features tokens --data logs/mine --out ids/ablation --ablate --seeds 3"
    })
final class QuantizeCommand extends Action {
  @Mixin private VectorSource source;

  @Option(
      names = {"--out", "--to"},
      required = true,
      order = 6,
      paramLabel = "DIR",
      description = "The directory to make; must not exist unless --resume or --ablate is given.")
  private Path out;

  @Option(
      names = "--resume",
      order = 7,
      description =
          "Continue from the newest checkpoint, with the source and configuration of the directory,"
              + " which need not be given again.")
  private boolean resume;

  @Option(
      names = "--from",
      order = 8,
      paramLabel = "DIR",
      showDefaultValue = Visibility.NEVER,
      description =
          "Keep the codes of the items that have one in DIR, and encode the others with its"
              + " codebooks, under its settings; nothing is trained.")
  private Optional<Path> from = Optional.empty();

  @ArgGroup(exclusive = false)
  private Ablation ablation;

  /** What {@code --ablate} compares. */
  static final class Ablation {
    @Option(
        names = "--ablate",
        required = true,
        order = 8,
        showDefaultValue = Visibility.NEVER,
        description =
            "Quantise under every weight of the tree loss, kind of batches and share of wrong"
                + " categories, and compare. Started again with the same --out, it continues where"
                + " it stopped.")
    @SuppressWarnings("UnusedVariable") // That it is given chooses the group.
    private boolean ablate;

    @Option(
        names = "--lambda",
        order = 9,
        split = ",",
        paramLabel = "L",
        showDefaultValue = Visibility.NEVER,
        description =
            "Weights of the tree loss; 0 is always included. By default 0.001,0.01,0.1,0.3,1.")
    private List<Double> lambdas = List.of(0.001, 0.01, 0.1, 0.3, 1.0);

    @Option(
        names = "--batches",
        order = 10,
        split = ",",
        paramLabel = "B",
        showDefaultValue = Visibility.NEVER,
        description = "How batches of items are drawn: hierarchical, random. By default both.")
    private List<TreeConfig.Batches> batches =
        List.of(TreeConfig.Batches.HIERARCHICAL, TreeConfig.Batches.RANDOM);

    @Option(
        names = "--mislabelled",
        order = 11,
        split = ",",
        paramLabel = "S",
        showDefaultValue = Visibility.NEVER,
        description =
            "Shares of items moved to a wrong category, under tree.lambda and tree.batches. By"
                + " default 0,0.1,0.2,0.3,0.4.")
    private List<Double> mislabelled = List.of(0.0, 0.1, 0.2, 0.3, 0.4);

    @Option(
        names = "--seeds",
        order = 12,
        paramLabel = "N",
        showDefaultValue = Visibility.NEVER,
        description = ComparisonOptions.SEEDS + " By default 3.")
    private int seeds = 3;
  }

  @Mixin private ConfigOptions options;

  @Mixin private PageOption page;

  @Override
  protected Answer answer(Console console) throws IOException {
    page.check(out);
    if (!resume) {
      source.require();
    }
    if (from.isPresent()) {
      if (resume || ablation != null || options.given()) {
        throw new IllegalArgumentException(
            "--from keeps a quantiser as it is; leave out --resume, --ablate, --config, --set and"
                + " --device");
      }
      StagedDirectory.requireFree(out);
      return source.use(vectors -> keep(from.get(), vectors));
    }
    if (resume && ablation != null) {
      throw new IllegalArgumentException(
          "--ablate continues by itself where it stopped; leave out --resume");
    }
    if (ablation != null) {
      AblationRequest request =
          new AblationRequest(
              options.loadQuantizer(),
              ablation.lambdas,
              ablation.batches,
              ablation.mislabelled,
              ablation.seeds);
      return source.use(vectors -> ablate(console, request, vectors));
    }
    QuantizeConfig config =
        resume ? QuantizerDirectory.open(out).config() : options.loadQuantizer();
    if (resume && options.given()) {
      ConfigOptions.requireSame(out, config.differences(options.loadQuantizer()));
    }
    if (!resume) {
      if (QuantizerDirectory.unfinished(out)) {
        throw new IllegalArgumentException(
            "%s was started but not finished; continue with%s, or name another directory"
                .formatted(out, again()));
      }
      StagedDirectory.requireFree(out);
    }
    Optional<VectorOrigin> known =
        resume ? QuantizerDirectory.open(out).origin() : Optional.empty();
    return source.use(known, vectors -> quantize(console, config, vectors));
  }

  /** What goes on with the directory, after "continue with". */
  private String again() {
    return QuantizerDirectory.open(out).origin().isPresent()
        ? ": " + ProgramName.command("quantize --out %s --resume", out)
        : " the same command and --resume";
  }

  @Override
  protected String afterWriteFailure() {
    if (ablation != null) {
      return ComparisonOptions.AFTER_WRITE_FAILURE;
    }
    return QuantizerDirectory.unfinished(out)
        ? "what was written before is complete: free some space, and continue with" + again()
        : super.afterWriteFailure();
  }

  private Answer quantize(Console console, QuantizeConfig config, ItemVectors vectors)
      throws IOException {
    if (resume) {
      QuantizerDirectory earlier = QuantizerDirectory.open(out);
      if (earlier.finished()) {
        earlier.require(vectors);
        return shown(earlier.shownReport(), vectors, 0);
      }
    }
    try (QuantizerDisplay display = new QuantizerDisplay(console, "quantize")) {
      QuantizerResult result =
          resume
              ? QuantizerTraining.resume(vectors, out, display, console.interruption().stopSignal())
              : QuantizerTraining.start(
                  vectors, config, out, display, console.interruption().stopSignal());
      QuantizerResult.Outcome outcome =
          result
              .outcome()
              .orElseThrow(
                  () ->
                      new Interrupted(
                          "interrupted after epoch %d, checkpoint written; continue with%s"
                              .formatted(result.epochs(), again())));
      return shown(outcome.report(), vectors, result.seconds());
    }
  }

  private Answer shown(SemanticIdReport report, ItemVectors vectors, double seconds)
      throws IOException {
    page.write(() -> SemanticIdText.page(report, vectors.source()));
    return new Answer(report, SemanticIdText.of(report, out, seconds) + page.told());
  }

  private Answer keep(Path codes, ItemVectors vectors) throws IOException {
    long start = System.nanoTime();
    KeptCodes.Outcome outcome = KeptCodes.code(codes, vectors, out);
    String text =
        String.format(
            Locale.ROOT,
            "%s, %s, %s; %.1f %% of the kept would have another code with their vectors of now",
            Amount.of(outcome.kept(), "item keeps its code", "items keep their codes"),
            Amount.of(outcome.added(), "is new", "are new"),
            Amount.of(outcome.dropped(), "is gone", "are gone"),
            100 * outcome.wouldChange());
    double seconds = (System.nanoTime() - start) / 1e9;
    page.write(() -> SemanticIdText.page(outcome.report(), vectors.source()));
    return new Answer(
        outcome,
        SemanticIdText.of(outcome.report(), out, seconds)
            + System.lineSeparator()
            + text
            + page.told());
  }

  private Answer ablate(Console console, AblationRequest request, ItemVectors vectors)
      throws IOException {
    Optional<AblationReport> report =
        AblationRun.run(
            vectors,
            request,
            out,
            (number, runs, description) ->
                new QuantizerDisplay(console, number + "/" + runs, description),
            console.interruption().stopSignal());
    AblationReport written = report.orElseThrow(Interrupted::betweenRuns);
    page.write(() -> AblationText.page(written));
    return new Answer(written, AblationText.of(written, out) + page.told());
  }
}
