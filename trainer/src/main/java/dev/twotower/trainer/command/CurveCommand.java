package dev.twotower.trainer.command;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Comparison;
import dev.twotower.eval.falsenegatives.LogShape;
import dev.twotower.trainer.command.text.CurveText;
import dev.twotower.trainer.compare.Arms;
import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "curve",
    description = {
      "Trains every combination of layout, batch size and masks, and charts cost against quality.",
      "Measured are false negatives, effective users, rows per request, step time, metrics.",
      "By default: layouts iid, sorted, buffers of 10, 100, .. requests up to half of the log's,"
          + " and the setting layout; the settings batchSize and masks.",
      "The first combination is the reference; each keeps the best epoch of its runs"
          + " (evaluation.patience). Writes report.json (tradeOff) and report.html.",
      "Started again with the same --out, it continues where it stopped; --add adds points to the"
          + " curve."
    },
    footer = {
      "  twotower curve --data logs/mine --out runs/curve",
      "  twotower curve --data logs/mine --layout iid,sorted,requests:200,requests:2000"
          + " --batch-size 512,2048,8192 --mask identity+engaged --seeds 3 --out runs/curve"
    })
final class CurveCommand extends Action {
  @Mixin private DataOption data;

  @Mixin private BatchOptions batches;

  @Mixin private ComparisonOptions comparison;
  @Mixin private KindOptions options;

  @Override
  protected String afterWriteFailure() {
    return ComparisonOptions.AFTER_WRITE_FAILURE;
  }

  @Override
  protected Answer answer(Console console) throws IOException, InterruptedException {
    options.check(List.of(), data::open);
    try (Dataset all = data.open()) {
      RunConfig base = options.on(all, console::tell).config();
      Dataset dataset = all.reading(base.events());
      List<AskedLayout> layouts = batches.layouts(() -> layouts(dataset, base));
      List<ArmSpec> points =
          Arms.combinations(
              size -> layouts.stream().map(layout -> inFull(layout, dataset, size)).toList(),
              batches.batchSizes(base.batchSize()),
              batches.masks(base.masks()));
      return comparison.run(
          all,
          points,
          Set.of(),
          base,
          options,
          Comparison.Pairing.WITH_FIRST,
          console,
          CurveText::of);
    }
  }

  /** Both ends of the curve, and a buffer of each size that leaves the log something to mix. */
  private static List<AskedLayout> layouts(Dataset dataset, RunConfig base) {
    long requests = LogShape.of(dataset.interactions(Split.TRAIN)).requests();
    List<Layout> layouts = new ArrayList<>(List.of(Layout.IID, Layout.SORTED));
    for (int buffer = 10; buffer <= Math.min(requests / 2, 1_000_000); buffer *= 10) {
      layouts.add(new Layout.Requests(buffer));
    }
    Layout own = base.layout();
    if (!layouts.contains(own)) {
      layouts.add(own);
    }
    return layouts.stream().map(AskedLayout::of).toList();
  }

  /** The recipe is what train would choose with batches of this size. */
  private Layout inFull(AskedLayout layout, Dataset dataset, int batchSize) {
    return layout.or(() -> options.trained(dataset, List.of("batchSize=" + batchSize)).layout());
  }
}
