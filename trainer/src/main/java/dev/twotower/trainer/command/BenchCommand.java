package dev.twotower.trainer.command;

import dev.twotower.data.disk.TemporaryFolder;
import dev.twotower.data.disk.WorkFolder;
import dev.twotower.data.sampling.Layout;
import dev.twotower.masking.MaskSet;
import dev.twotower.trainer.bench.Bench;
import dev.twotower.trainer.bench.BenchReport;
import dev.twotower.trainer.bench.BenchSettings;
import dev.twotower.trainer.command.text.BenchText;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.Precision;
import dev.twotower.trainer.config.RunConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "bench",
    description = {
      "Measures what a training step costs, on batches of a generated log: requests of equal length"
          + " over a heavy-tailed catalogue.",
      "Next to the time it shows the floor: the operations that cannot be avoided, at the rates of"
          + " this device."
    },
    footer = {
      "  twotower bench --engine dedup --batch-size 8192 --requests 512 --items 100000 --dim 64",
      "  twotower bench --part loss --engine dense --batch-size 4096 --requests 256 --json",
      "  twotower bench --batch-size 8192 --requests 512 --history 50 --item-rows 10000000"
    })
final class BenchCommand extends Action {
  @Option(
      names = "--engine",
      order = 1,
      paramLabel = "E",
      defaultValue = "dedup",
      description = "How the loss is computed: dense or dedup.")
  private RunConfig.Engine engine;

  @Option(
      names = "--part",
      order = 2,
      paramLabel = "P",
      defaultValue = "end-to-end",
      description =
          "loss: the loss and its gradient; step: whole steps, each batch planned before its step;"
              + " end-to-end: whole steps, batches read and planned ahead.")
  private BenchSettings.Part part;

  @Option(
      names = "--batch-size",
      order = 3,
      paramLabel = "B",
      defaultValue = "8192",
      description = "Rows of a batch, 2 to 1048576.")
  private int batchSize;

  @Option(
      names = "--requests",
      order = 4,
      paramLabel = "R",
      description =
          "Requests of a batch of sorted rows, 1 to B, so B/R rows per request. By default B/16.")
  private Integer requests;

  @Option(
      names = "--requests-per-user",
      order = 5,
      paramLabel = "N",
      defaultValue = "4",
      description = "Requests per user, one after the other; 1 and up.")
  private int requestsPerUser;

  @Option(
      names = "--items",
      order = 6,
      paramLabel = "N",
      defaultValue = "100000",
      description = "Items that rows are drawn from, 1 to 200000000.")
  private int items;

  @Option(
      names = "--item-rows",
      order = 7,
      paramLabel = "N",
      defaultValue = "0",
      description = "Rows of the item table, --items to 200000000; 0: one per item.")
  private int itemRows;

  @Option(
      names = "--dim",
      order = 8,
      paramLabel = "D",
      defaultValue = "64",
      description = "Numbers of a vector: of embeddings and of what towers give; 1 to 4096.")
  private int dim;

  @Option(
      names = "--hidden",
      order = 9,
      split = ",",
      paramLabel = "H",
      defaultValue = "128",
      description = "Widths of both towers' hidden layers, 1 to 4096; 0: none.")
  private List<Integer> hidden;

  @Option(
      names = "--history",
      order = 10,
      paramLabel = "L",
      defaultValue = "0",
      description = "Items of mean-pooled history in the user tower, 0 to 4096.")
  private int history;

  @Option(
      names = {"--mask", "--masks"},
      order = 11,
      paramLabel = "M",
      defaultValue = "identity+user",
      description = "Masks joined by '+': identity, user, engaged; or none.")
  private MaskSet masks;

  @Option(
      names = "--layout",
      order = 12,
      paramLabel = "L",
      defaultValue = "sorted",
      description = "How rows are ordered: iid, sorted, requests:G, requests:G:P.")
  private Layout layout;

  @Option(
      names = "--steps",
      order = 13,
      paramLabel = "S",
      defaultValue = "20",
      description = "Steps that are timed, after some seconds to warm up; 1 to 100000.")
  private int steps;

  @Option(
      names = "--device",
      order = 14,
      paramLabel = "D",
      defaultValue = "auto",
      description = "auto, cpu or gpu:N.")
  private String device;

  @Option(
      names = "--threads",
      order = 15,
      paramLabel = "N",
      defaultValue = "0",
      description = "CPU threads of the engine, up to 1024; 0: one per core.")
  private int threads;

  @Option(
      names = "--seed",
      order = 16,
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the log and of the weights.")
  private long seed;

  @Option(
      names = "--loss-form",
      order = 17,
      paramLabel = "F",
      defaultValue = "softmax",
      description = "What rows add up to: softmax, top-k or bilateral (loss.form).")
  private LossConfig.Form form;

  @Option(
      names = "--precision",
      order = 18,
      paramLabel = "P",
      defaultValue = "float32",
      description = "In what numbers a GPU multiplies: float32, tf32 or bf16.")
  private Precision precision;

  @Option(
      names = "--save",
      order = 19,
      paramLabel = "DIR",
      description = "Keep the log's columns here as raw int32 files, for scripts/peers.")
  private Path save;

  @Override
  protected Answer answer(Console console) throws Exception {
    BenchSettings settings =
        new BenchSettings(
            part,
            engine,
            form,
            batchSize,
            requests == null ? BenchSettings.defaultRequests(batchSize) : requests,
            requestsPerUser,
            items,
            itemRows == 0 ? items : itemRows,
            dim,
            history,
            hidden.equals(List.of(0)) ? List.of() : hidden,
            masks.toString(),
            layout.toString(),
            steps,
            device,
            precision,
            threads,
            seed);
    settings.config();
    TemporaryFolder temporary = TemporaryFolder.ofThisProcess();
    temporary.requireWritable();
    try (WorkFolder folder = WorkFolder.beside(temporary.path().resolve("twotower-bench"), "log")) {
      BenchReport report =
          Bench.run(
              settings,
              folder.path(),
              Optional.ofNullable(save),
              phase -> console.tell("bench: " + phase));
      return new Answer(report, BenchText.of(report));
    }
  }
}
