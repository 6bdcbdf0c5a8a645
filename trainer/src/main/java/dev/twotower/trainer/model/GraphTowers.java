package dev.twotower.trainer.model;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.tower.Feature;
import dev.twotower.trainer.tower.TowerInputs;
import dev.twotower.trainer.tower.Towers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Any towers, through the engine's graph: the reference of those in closed form. Passes with a
 * transformer take one thread of the engine, whatever is trained beside them, so that its sums do
 * not depend on the number of threads.
 */
final class GraphTowers implements Towers {
  private final TwoTowerModel model;
  private final Consumer<Runnable> engine;

  // Of the batch at hand.
  private NDManager step;
  private Map<String, NDArray> rows;
  private Map<String, NDArray> leaves;
  private Map<String, NDArray> gradients;
  private NDArray users;
  private NDArray items;
  private NDArray dense;

  GraphTowers(TwoTowerModel model) {
    this.model = model;
    boolean transformer =
        model.users().features().stream()
            .anyMatch(feature -> feature.source() == Feature.Source.HISTORY_TRANSFORMER);
    this.engine = transformer ? Devices::onOneThread : Runnable::run;
  }

  @Override
  public void forward(NDManager step, TowerInputs inputs, Map<String, long[]> touched) {
    this.step = step;
    rows = new LinkedHashMap<>();
    leaves = new LinkedHashMap<>();
    gradients = new LinkedHashMap<>();
    dense = null;
    touched.forEach(
        (table, numbers) -> {
          NDArray at = step.create(numbers);
          NDArray leaf = model.tables().get(table).gather(at);
          leaf.setRequiresGradient(true);
          rows.put(table, at);
          leaves.put(table, leaf);
        });
    engine.accept(
        () -> {
          try (GradientCollector graph = Engine.getInstance().newGradientCollector()) {
            users = model.users().forward(step, model.store(), inputs.users(), leaves, true);
            items = model.items().forward(step, model.store(), inputs.items(), leaves, true);
          }
        });
  }

  @Override
  public NDArray users() {
    return users.stopGradient();
  }

  @Override
  public NDArray items() {
    return items.stopGradient();
  }

  @Override
  public void backward(NDArray users, NDArray items) {
    engine.accept(
        () -> {
          try (GradientCollector graph = Engine.getInstance().newGradientCollector()) {
            graph.backward(this.users.mul(users).sum().add(this.items.mul(items).sum()));
          }
        });
    leaves.forEach(
        (table, leaf) -> {
          NDArray gradient = leaf.getGradient();
          gradient.attach(step);
          gradients.put(table, gradient);
        });
    dense = model.dense().isEmpty() ? null : model.dense().gradient(step);
  }

  @Override
  public Map<String, NDArray> rows() {
    return rows;
  }

  @Override
  public Map<String, NDArray> values() {
    Map<String, NDArray> values = new LinkedHashMap<>();
    leaves.forEach((table, leaf) -> values.put(table, leaf.stopGradient()));
    return values;
  }

  @Override
  public Map<String, NDArray> rowGradients() {
    return gradients;
  }

  @Override
  public NDArray denseGradient() {
    return dense;
  }
}
