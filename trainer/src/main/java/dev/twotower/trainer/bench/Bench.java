package dev.twotower.trainer.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.message.Words;
import dev.twotower.data.parallel.Workers;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.bench.BenchSettings.Part;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.loss.BatchLoss;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.tower.Histories;
import dev.twotower.trainer.train.BatchPipeline;
import dev.twotower.trainer.train.BatchPlanner;
import dev.twotower.trainer.train.PlannedBatch;
import dev.twotower.trainer.train.TrainingStep;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Measures one setting. */
public final class Bench implements AutoCloseable {
  private static final int WARM_UP_STEPS = 3;

  /** The virtual machine compiles what is hot meanwhile. */
  private static final long WARM_UP_NANOS = 3_000_000_000L;

  private static final float TEMPERATURE = 0.1f;

  private final BenchSettings settings;
  private final RunConfig config;
  private final Device device;
  private final Dataset data;
  private final TwoTowerModel model;
  private final BatchPlanner planner;
  private final StepParts times;
  private final Listener listener;
  private final long warmUpNanos;
  private long epoch;

  /** Counts steps until they may be timed. */
  private final class WarmUp {
    private final long start = System.nanoTime();
    private int steps;

    /** Notes a step; whether those before it were enough. */
    boolean over() {
      return ++steps > WARM_UP_STEPS && System.nanoTime() - start > warmUpNanos;
    }
  }

  /** Hears how far a measurement has come. */
  public interface Listener {
    /** Something that may take long begins. */
    void phase(String what);
  }

  private Bench(
      BenchSettings settings, Path folder, Optional<Path> save, Listener listener, long warmUpNanos)
      throws IOException {
    this.settings = settings;
    this.warmUpNanos = warmUpNanos;
    this.listener = listener;
    this.config = settings.config();
    Devices.useThreads(settings.threads());
    this.device = Devices.resolve(settings.device());
    Path log = folder.resolve("log");
    listener.phase(
        String.format(
            Locale.ROOT,
            "writing a log of %,d rows and tables for %,d items",
            (long) RequestLog.BATCHES * settings.batchSize(),
            settings.itemRows()));
    RequestLog.write(settings, log);
    this.data = Dataset.open(log);
    this.model = TwoTowerModel.create(data, config, device);
    Histories histories =
        new Histories(List.of(data.interactions(Split.TRAIN), data.interactions(Split.VALIDATION)));
    if (save.isPresent()) {
      LogColumns.write(data, histories, settings.history(), save.get());
    }
    this.planner = new BatchPlanner(data, config, model.sources(), histories);
    this.times = new StepParts(settings.part(), settings.steps());
  }

  /**
   * Measures; takes the steps plus some seconds to warm up.
   *
   * @param folder where the log is written; must not hold one yet
   * @param save where the log's columns are to be left for other programs, see {@link LogColumns}
   * @param listener receives the name of each phase as it starts
   */
  public static BenchReport run(
      BenchSettings settings, Path folder, Optional<Path> save, Listener listener)
      throws IOException, InterruptedException {
    return run(settings, folder, save, listener, WARM_UP_NANOS, Rates::measure);
  }

  /**
   * The same after another time of warming up, and with the device's rates from elsewhere, for
   * tests that time nothing.
   */
  static BenchReport run(
      BenchSettings settings,
      Path folder,
      Optional<Path> save,
      Listener listener,
      long warmUpNanos,
      Function<NDManager, Rates> rates)
      throws IOException, InterruptedException {
    try (Bench bench = new Bench(settings, folder, save, listener, warmUpNanos)) {
      return bench.measure(rates);
    }
  }

  private BenchReport measure(Function<NDManager, Rates> measured)
      throws IOException, InterruptedException {
    PlannedBatch batch = planner.newBatch();
    next(batch);
    listener.phase("measuring the device's rates and the loss's memory");
    OptionalLong peak = peakOfLoss(batch);
    Rates rates = measured.apply(model.manager());
    listener.phase(
        String.format(
            Locale.ROOT,
            "warming up, at least %d steps and %d s, then timing %,d steps",
            WARM_UP_STEPS,
            warmUpNanos / 1_000_000_000,
            settings.steps()));
    Calls calls =
        switch (settings.part()) {
          case LOSS -> loss();
          case STEP -> steps();
          case END_TO_END -> endToEnd();
        };
    next(batch);
    Floor floor =
        settings.part() == Part.LOSS
            ? Floor.ofLoss(batch.plan(), settings.dim(), rates)
            : Floor.ofStep(batch, model, rates);
    Millis step = times.steps();
    return new BenchReport(
        settings.engine().name().toLowerCase(Locale.ROOT),
        settings.formName(),
        device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu",
        Words.of(config.precision()),
        settings.batchSize(),
        settings.requests(),
        settings.items(),
        settings.dim(),
        step,
        times.cpu(),
        settings.batchSize() / step.median() * 1000,
        peak.isPresent() ? peak.getAsLong() : null,
        settings.part().toString(),
        settings.masks(),
        settings.layout(),
        settings.itemRows(),
        settings.history(),
        JniUtils.getNumThreads(),
        settings.steps(),
        times.requests(),
        times.items(),
        times.userInputs(),
        times.queries(),
        times.columns(),
        times.parts(),
        times.outside(),
        settings.part() == Part.END_TO_END ? times.share("wait") : null,
        calls.engine(),
        calls.kernels(),
        calls.sent(),
        calls.read(),
        floor,
        rates);
  }

  /** Plans the next full batch; the first and last of an epoch may be shorter. */
  private void next(PlannedBatch batch) {
    while (true) {
      while (!planner.next(batch)) {
        planner.sampler().startEpoch(++epoch);
      }
      if (batch.size() == settings.batchSize()) {
        return;
      }
    }
  }

  /** The first call at this size, so that no freed memory is there to be used again. */
  private OptionalLong peakOfLoss(PlannedBatch batch) {
    try (NDManager manager = model.manager().newSubManager()) {
      Vectors vectors = new Vectors(manager, batch, settings.dim());
      return PeakMemory.during(
          device,
          () ->
              vectors.loss(
                  BatchLoss.forDevice(manager, config.loss(), workers(), config.precision()),
                  batch));
    }
  }

  private Workers workers() {
    return Devices.workers(settings.threads(), device);
  }

  /** Random unit vectors in place of tower outputs. */
  private record Vectors(NDArray x, NDArray y) {
    Vectors(NDManager manager, PlannedBatch batch, int dim) {
      this(unit(manager, batch.plan().queries(), dim), unit(manager, batch.plan().columns(), dim));
    }

    private static NDArray unit(NDManager manager, int rows, int dim) {
      NDArray normal = manager.randomNormal(0, 1, new Shape(rows, dim), DataType.FLOAT32);
      return normal.normalize(2, 1);
    }

    void loss(BatchLoss loss, PlannedBatch batch) {
      try (NDManager manager = x.getManager().newSubManager()) {
        // Reading the loss waits for a GPU.
        loss.compute(manager, batch.plan(), x, y, batch.terms(TEMPERATURE)).read();
      }
    }
  }

  private Calls loss() throws IOException {
    PlannedBatch batch = planner.newBatch();
    BatchLoss loss =
        BatchLoss.forDevice(model.manager(), config.loss(), workers(), config.precision());
    WarmUp warmUp = new WarmUp();
    while (times.count() < settings.steps()) {
      next(batch);
      try (NDManager manager = model.manager().newSubManager()) {
        Vectors vectors = new Vectors(manager, batch, settings.dim());
        long cpu = cpuNanos();
        long start = System.nanoTime();
        vectors.loss(loss, batch);
        long nanos = System.nanoTime() - start;
        if (warmUp.over()) {
          times.part("loss", nanos);
          times.add(nanos + batch.planNanos(), cpuNanos() - cpu, batch);
        }
      }
    }
    try (NDManager manager = model.manager().newSubManager()) {
      Vectors vectors = new Vectors(manager, batch, settings.dim());
      return Calls.of(() -> vectors.loss(loss, batch));
    }
  }

  private Calls steps() throws IOException {
    PlannedBatch batch = planner.newBatch();
    TrainingStep trainingStep = new TrainingStep(model);
    WarmUp warmUp = new WarmUp();
    while (times.count() < settings.steps()) {
      next(batch);
      long cpu = cpuNanos();
      long start = System.nanoTime();
      TrainingStep.Result result = trainingStep.run(batch);
      long nanos = System.nanoTime() - start + batch.readNanos() + batch.planNanos();
      if (warmUp.over()) {
        add(result, nanos, cpuNanos() - cpu, batch);
      }
    }
    next(batch);
    return Calls.of(() -> trainingStep.run(batch));
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private void add(TrainingStep.Result result, long nanos, long cpu, PlannedBatch batch) {
    times.part("towers", result.towerNanos());
    times.part("loss", result.lossNanos());
    times.part("tables", result.updateNanos());
    times.add(nanos, cpu, batch);
  }

  private Calls endToEnd() throws IOException, InterruptedException {
    TrainingStep trainingStep = new TrainingStep(model);
    try (BatchPipeline pipeline = new BatchPipeline(planner, new SamplerPosition(++epoch, 0))) {
      long waitedBefore = 0;
      long start = System.nanoTime();
      long cpu = cpuNanos();
      WarmUp warmUp = new WarmUp();
      while (times.count() < settings.steps()) {
        PlannedBatch batch = pipeline.take();
        if (batch == null) {
          continue;
        }
        TrainingStep.Result result = trainingStep.run(batch);
        long end = System.nanoTime();
        if (batch.size() == settings.batchSize() && warmUp.over()) {
          times.part("wait", pipeline.waitNanos() - waitedBefore);
          add(result, end - start, cpuNanos() - cpu, batch);
        }
        start = end;
        cpu = cpuNanos();
        waitedBefore = pipeline.waitNanos();
        pipeline.giveBack(batch);
      }
    }
    planner.sampler().startEpoch(++epoch);
    PlannedBatch batch = planner.newBatch();
    next(batch);
    return Calls.of(() -> trainingStep.run(batch));
  }

  @Override
  public void close() {
    model.close();
    data.close();
  }
}
