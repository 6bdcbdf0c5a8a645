package dev.twotower.trainer.track;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.twotower.data.sampling.tree.Composition;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.kept.RunsListener;
import dev.twotower.trainer.train.TrainingListener;
import dev.twotower.trainer.train.TrainingResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Tells an MLflow tracking server of what a command trains (package description). */
public final class Tracking implements AutoCloseable {
  private static final List<String> FILES =
      List.of("config.yaml", "from.json", "metrics.jsonl", "model.json");

  private final Target target;
  private final Outbox outbox;
  private final BooleanSupplier stopped;
  private final Set<MlflowRun> open = new LinkedHashSet<>();

  /**
   * Where runs go, and what is said of all of them.
   *
   * @param experiment the experiment's name; made where there is none
   * @param tags of every run
   */
  public record Target(TrackingServer server, String experiment, Map<String, String> tags) {
    public Target {
      tags = new LinkedHashMap<>(tags);
    }
  }

  /**
   * Nothing is sent yet.
   *
   * @param warn hears of a server that does not answer or refuses, from another thread
   * @param stopped whether the command was told to end, so that runs are killed rather than over
   */
  public Tracking(Target target, Consumer<String> warn, BooleanSupplier stopped) {
    this.target = target;
    this.outbox = new Outbox(new MlflowClient(target.server()), warn);
    this.stopped = stopped;
  }

  /** Tracks a training that stands alone. */
  public TrainingListener run(TrainingListener shown) {
    return new Tracked(shown, "", Optional.empty());
  }

  /**
   * Tracks several trainings as parts of a run, which ends with {@link Runs#finish}.
   *
   * @param out the directory of all; it is there once the first one begins
   * @param base what they have in common
   */
  public Runs runs(RunsListener shown, Path out, RunConfig base) {
    return new Runs(shown, out, base);
  }

  /** Says that runs which have not ended have failed, and sends what is left for some seconds. */
  @Override
  public void close() throws InterruptedException {
    for (MlflowRun run : List.copyOf(open)) {
      end(run, stopped.getAsBoolean() ? "KILLED" : "FAILED", List.of());
    }
    outbox.close();
  }

  private synchronized MlflowRun begin(
      Path directory, String part, Optional<MlflowRun> parent, Map<String, String> parameters) {
    Path name = directory.toAbsolutePath().normalize();
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("mlflow.source.name", "twotower");
    tags.put("mlflow.user", System.getProperty("user.name", "unknown"));
    tags.put("twotower.run", name.toString());
    tags.putAll(target.tags());
    MlflowRun run =
        new MlflowRun(
            directory, part.isEmpty() ? name.getFileName().toString() : part, tags, parent);
    open.add(run);
    long now = System.currentTimeMillis();
    outbox.add(client -> run.begin(client, target.experiment(), parameters, now));
    return run;
  }

  private synchronized void end(MlflowRun run, String status, List<Path> files) {
    open.remove(run);
    long now = System.currentTimeMillis();
    outbox.add(client -> run.end(client, status, now));
    if (!files.isEmpty()) {
      outbox.addUpload(client -> run.upload(client, files));
    }
  }

  private String ended() {
    return stopped.getAsBoolean() ? "KILLED" : "FINISHED";
  }

  /** Settings by their names, {@code optimizer.tableLearningRate}. */
  private static Map<String, String> parameters(RunConfig config) {
    Map<String, String> parameters = new LinkedHashMap<>();
    try {
      flatten(
          "",
          new YAMLMapper().readValue(config.toYaml(), new TypeReference<Map<String, Object>>() {}),
          parameters);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return parameters;
  }

  private static void flatten(String prefix, Map<?, ?> values, Map<String, String> into) {
    values.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> nested) {
            flatten(prefix + key + ".", nested, into);
          } else {
            into.put(allowed(prefix + key), String.valueOf(value));
          }
        });
  }

  /** The numbers of a line of the log; MLflow wants finite ones. */
  private static void collect(
      String prefix, Map<?, ?> values, long now, long step, List<MlflowRun.Point> into) {
    values.forEach(
        (key, value) -> {
          String name = prefix + "/" + key;
          if (value instanceof Map<?, ?> nested) {
            collect(name, nested, now, step, into);
          } else if (value instanceof Number number
              && !key.equals("step")
              && Double.isFinite(number.doubleValue())) {
            into.add(new MlflowRun.Point(allowed(name), number.doubleValue(), now, step));
          }
        });
  }

  /** MLflow allows letters, digits and {@code _-. :/} in names of metrics and parameters. */
  private static String allowed(String name) {
    return name.replace("@", "_at_").replaceAll("[^A-Za-z0-9_\\-. :/]", "_");
  }

  /** Trainings that belong together. */
  public final class Runs implements RunsListener {
    private final RunsListener shown;
    private final Path out;
    private final RunConfig base;
    private MlflowRun parent;

    private Runs(RunsListener shown, Path out, RunConfig base) {
      this.shown = shown;
      this.out = out;
      this.base = base;
    }

    @Override
    public TrainingListener run(int number, int runs, String description) {
      return new Tracked(shown.run(number, runs, description), description, Optional.of(parent()));
    }

    @Override
    public void atOnce(int runs) {
      shown.atOnce(runs);
    }

    @Override
    public void note(String message) {
      shown.note(message);
    }

    private synchronized MlflowRun parent() {
      if (parent == null) {
        parent = begin(out, "", Optional.empty(), parameters(base));
      }
      return parent;
    }

    /**
     * All is done.
     *
     * @param files what came of it
     */
    public void finish(String... files) {
      end(parent(), ended(), List.of(files).stream().map(out::resolve).toList());
    }
  }

  /** One training. */
  private final class Tracked implements TrainingListener {
    private final TrainingListener shown;
    private final String part;
    private final Optional<MlflowRun> parent;
    private MlflowRun run;
    private Path directory;

    Tracked(TrainingListener shown, String part, Optional<MlflowRun> parent) {
      this.shown = shown;
      this.part = part;
      this.parent = parent;
    }

    @Override
    public void started(Path path, RunConfig config) {
      shown.started(path, config);
      directory = path;
      run = begin(path, part, parent, parameters(config));
    }

    @Override
    public void logged(Map<String, ?> line) {
      shown.logged(line);
      List<MlflowRun.Point> points = new ArrayList<>();
      long step = ((Number) line.get("step")).longValue();
      collect(String.valueOf(line.get("type")), line, System.currentTimeMillis(), step, points);
      outbox.add(new Outbox.Line(run, points));
    }

    @Override
    public void ended(TrainingResult result) {
      shown.ended(result);
      boolean stopped = result.interrupted() && !result.paused();
      String how = stopped ? "KILLED" : Tracking.this.ended();
      end(run, how, FILES.stream().map(directory::resolve).toList());
    }

    @Override
    public void step(long step, long expected, double loss) {
      shown.step(step, expected, loss);
    }

    @Override
    public void evaluated(long step, long epoch, Map<String, Double> metrics, boolean best) {
      shown.evaluated(step, epoch, metrics, best);
    }

    @Override
    public void epochEnded(
        long epoch, long epochs, double loss, double rowsPerSecond, double seconds) {
      shown.epochEnded(epoch, epochs, loss, rowsPerSecond, seconds);
    }

    @Override
    public void treeBatches(long epoch, Composition.Report batches) {
      shown.treeBatches(epoch, batches);
    }

    @Override
    public void note(String message) {
      shown.note(message);
    }
  }
}
