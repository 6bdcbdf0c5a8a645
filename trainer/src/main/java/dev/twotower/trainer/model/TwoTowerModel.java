package dev.twotower.trainer.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.message.Words;
import dev.twotower.data.parallel.Workers;
import dev.twotower.data.random.Streams;
import dev.twotower.trainer.config.Precision;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.cuda.CudaDevice;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.device.EngineTurn;
import dev.twotower.trainer.optimizer.DenseParameters;
import dev.twotower.trainer.optimizer.RowOptimizer;
import dev.twotower.trainer.optimizer.Temperature;
import dev.twotower.trainer.table.EmbeddingTable;
import dev.twotower.trainer.tower.Carried;
import dev.twotower.trainer.tower.ClosedTowers;
import dev.twotower.trainer.tower.Feature;
import dev.twotower.trainer.tower.HistoryKinds;
import dev.twotower.trainer.tower.Tower;
import dev.twotower.trainer.tower.TowerHead;
import dev.twotower.trainer.tower.TowerInputs;
import dev.twotower.trainer.tower.Towers;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * User tower, item tower and the tables they read. Everything lives on one device under one
 * manager; closing the model frees it all. Equal configuration, data and seed give equal initial
 * weights, on every device.
 */
public final class TwoTowerModel implements AutoCloseable {
  private final RunConfig config;
  private final NDManager manager;
  private final Tower users;
  private final Tower items;
  private final Map<String, EmbeddingTable> tables = new LinkedHashMap<>();
  private final DenseParameters dense;
  private final Temperature temperature;
  private TowerInputs.Sources sources;
  private final ParameterStore store;

  /**
   * Builds a tower's head: the way to put your own block under the project's losses and tables. All
   * arrays that it keeps are parameters: these are drawn on the CPU, and go to the device from
   * there.
   */
  @FunctionalInterface
  public interface Heads {
    /** The heads of {@link TowerHead}. */
    Heads BUILT_IN =
        (config, side, features) ->
            TowerHead.of(
                features,
                side.equals("user") ? config.user().hidden() : config.item().hidden(),
                config.dim());

    /**
     * Builds a block from arrays {@code (n, w1), (n, w2), ...} to {@code (n, config.dim())}.
     *
     * @param side {@code user} or {@code item}
     * @param features what the block will see, in order
     */
    Block create(RunConfig config, String side, List<Feature> features);
  }

  /** A model with the built-in heads. */
  public static TwoTowerModel create(Dataset data, RunConfig config, Device device) {
    return create(data, config, device, Heads.BUILT_IN);
  }

  /**
   * A model with given heads.
   *
   * @throws IllegalArgumentException when the configuration names features that the data set does
   *     not have, or gives one table two sizes, or wants a precision that the device lacks
   */
  public static TwoTowerModel create(Dataset data, RunConfig config, Device device, Heads heads) {
    checkPrecision(config, device);
    NDManager manager = NDManager.newBaseManager(device);
    try {
      return EngineTurn.draw(
          Streams.key(config.seed(), "model.weights"),
          () -> new TwoTowerModel(data, config, manager, heads));
    } catch (RuntimeException | Error refused) {
      manager.close();
      throw refused;
    }
  }

  private static void checkPrecision(RunConfig config, Device device) {
    if (config.precision() != Precision.FLOAT32 && CudaDevice.of(device).isEmpty()) {
      throw new IllegalArgumentException(
          "precision is '%s'; allowed on %s: float32%s"
              .formatted(
                  Words.of(config.precision()),
                  Devices.name(device),
                  device.isGpu()
                      ? ", since " + CudaDevice.find(device.getDeviceId()).missing()
                      : ""));
    }
  }

  /**
   * Refuses a configuration that no model can be made with from a data set, without making one.
   *
   * @throws IllegalArgumentException as {@link #create} does
   * @throws dev.twotower.data.BadDataException where a feature has a value that no tower can
   *     compute with
   */
  public static void require(Dataset data, RunConfig config) {
    checkPrecision(config, Devices.resolve(config.device()));
    TowerFeatures features = TowerFeatures.of(data, config);
    features.tables();
    features.requireValues();
  }

  private TwoTowerModel(Dataset data, RunConfig config, NDManager manager, Heads heads) {
    this.config = config;
    this.manager = manager;
    TowerFeatures features = TowerFeatures.of(data, config);
    List<Feature> ofUsers = features.ofUsers();
    List<Feature> ofItems = features.ofItems();
    this.users = new Tower("user", ofUsers, heads.create(config, "user", ofUsers));
    this.items = new Tower("item", ofItems, heads.create(config, "item", ofItems));
    RowOptimizer.Factory optimizer = RowOptimizer.of(config.optimizer());
    features
        .tables()
        .forEach(
            (name, of) ->
                tables.put(
                    name, EmbeddingTable.create(manager, name, of.ids(), of.width(), optimizer)));
    // Drawn on the CPU, so that a device does not change what a seed gives.
    NDManager host = Devices.drawing(manager);
    try {
      users.initialize(host);
      items.initialize(host);
      Map<String, Parameter> parameters = new LinkedHashMap<>(users.parameters());
      parameters.putAll(items.parameters());
      this.dense =
          new DenseParameters(
              manager,
              parameters,
              config.optimizer().learningRate(),
              config.optimizer().weightDecay());
    } finally {
      if (host != manager) {
        host.close();
      }
    }
    this.temperature = new Temperature(config.loss(), config.optimizer().learningRate());
    this.sources =
        TowerInputs.Sources.of(
            features.users(),
            features.requests(),
            features.items(),
            ofUsers,
            ofItems,
            data.trainCounts(),
            config.loss().uniform() > 0 || config.tree().enabled() && config.tree().byTree() > 0);
    this.store = new ParameterStore(manager, false);
  }

  public RunConfig config() {
    return config;
  }

  /** Owner of every array that lives as long as the model. */
  public NDManager manager() {
    return manager;
  }

  public Tower users() {
    return users;
  }

  public Tower items() {
    return items;
  }

  public Map<String, EmbeddingTable> tables() {
    return tables;
  }

  public Temperature temperature() {
    return temperature;
  }

  /** Adds what the model has from the run that it started from; before anything is read. */
  public void carry(Carried carried) {
    sources = sources.with(carried);
  }

  /** Users without training rows whose vector comes from the run that this one started from. */
  public BitSet earlierUsers() {
    return sources.known().fromEarlier("user", users.features());
  }

  /** Items without training rows whose vector comes from the run that this one started from. */
  public BitSet earlierItems() {
    return sources.known().fromEarlier("item", items.features());
  }

  /** What batches for this model are read from. */
  public TowerInputs.Sources sources() {
    return sources;
  }

  public ParameterStore store() {
    return store;
  }

  DenseParameters dense() {
    return dense;
  }

  /**
   * Both towers' passes over batches in training: in closed form where both towers have built-in
   * heads and no learned pooling, and otherwise through the engine's graph.
   *
   * @param owner of what one batch after another uses
   * @param workers the threads that passes in closed form use
   */
  public Towers towers(NDManager owner, Workers workers) {
    if (!users.closed() || !items.closed()) {
      return graphTowers();
    }
    Map<String, NDArray> weights = new LinkedHashMap<>();
    tables.forEach((name, table) -> weights.put(name, table.weights()));
    return new ClosedTowers(
        users, items, config.dim(), weights, owner, workers, config.precision());
  }

  /** Both towers' passes through the engine's graph, whatever their heads. */
  public Towers graphTowers() {
    return new GraphTowers(this);
  }

  /**
   * One step of the dense parameters.
   *
   * @param factor what the learning rate is multiplied by, 0 to 1
   */
  public void updateDense(NDArray gradient, double factor) {
    dense.scaledUpdate(gradient, factor);
  }

  /** The parts of a flat gradient of the dense parameters, by their names. */
  public Map<String, NDArray> denseParts(NDArray gradient) {
    return dense.parts(gradient);
  }

  /** The arrays that scoring needs, by name. */
  public Map<String, NDArray> weights() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    tables.forEach(
        (name, table) -> arrays.put("table." + name, table.state().get(EmbeddingTable.WEIGHTS)));
    if (!dense.isEmpty()) {
      arrays.put("dense", dense.weights());
    }
    return arrays;
  }

  /** The arrays that continuing training needs as well, by name. */
  public Map<String, NDArray> optimizerState() {
    Map<String, NDArray> arrays = new LinkedHashMap<>();
    tables.forEach(
        (name, table) ->
            table
                .state()
                .forEach(
                    (key, array) -> {
                      if (!key.equals(EmbeddingTable.WEIGHTS)) {
                        arrays.put("table." + name + "." + key, array);
                      }
                    }));
    if (!dense.isEmpty()) {
      dense.optimizerState().forEach((key, array) -> arrays.put("dense." + key, array));
    }
    return arrays;
  }

  /**
   * Takes over the dense parameters of a model of the same heads, those of kinds of feedback by
   * their texts.
   *
   * @param withOptimizer whether their optimiser's state comes along
   */
  public void takeDense(TwoTowerModel from, boolean withOptimizer) {
    Map<String, int[]> rows = new LinkedHashMap<>();
    for (int i = 0; i < users.features().size(); i++) {
      Feature now = users.features().get(i);
      if (!now.kinds().isEmpty()) {
        List<String> there = from.users.features().get(i).kinds();
        rows.put(Tower.EVENTS, HistoryKinds.matched(there, now.kinds()));
      }
    }
    dense.take(from.dense, withOptimizer, rows);
  }

  /** Number of dense parameters that do not depend on how many kinds of feedback there are. */
  public long denseSizeWithoutKinds() {
    Parameter kinds = users.parameters().get(Tower.EVENTS);
    return dense.weights().size() - (kinds == null ? 0 : kinds.getArray().size());
  }

  /** Steps the dense optimiser has taken. */
  public long denseSteps() {
    return dense.steps();
  }

  /** Continues the optimisers where a checkpoint left them; arrays are filled separately. */
  public void resume(Temperature.State temperatureState, long denseSteps) {
    temperature.resume(temperatureState);
    dense.resumeAt(denseSteps);
  }

  @Override
  public void close() {
    manager.close();
  }
}
