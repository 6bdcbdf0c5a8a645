package dev.twotower.trainer.run;

import ai.djl.ndarray.NDArray;
import dev.twotower.data.BadDataException;
import dev.twotower.data.json.Json;
import dev.twotower.trainer.checkpoint.RunState;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.optimizer.Temperature;
import dev.twotower.trainer.tensor.ModelFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files that training continues from, beside the weights. */
final class OptimizerFiles {
  static final String OPTIMIZER = "optimizer.safetensors";
  private static final String PLANNING = "planning.bin";
  private static final String STEPS = "optimizer.json";

  /** These files and a model's card. */
  static final List<String> AND_CARD = List.of(OPTIMIZER, PLANNING, STEPS, ModelDirectory.CARD);

  /** What the optimisers hold beside arrays. */
  private record Steps(Temperature.State temperature, long denseSteps) {}

  private OptimizerFiles() {}

  /** Writes the optimisers' arrays and what planning learned: all that a checkpoint adds. */
  static void writeArrays(Path folder, TwoTowerModel model, RunState state) throws IOException {
    ModelFile.write(folder.resolve(OPTIMIZER), arrays(model, state));
    try (DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(Files.newOutputStream(folder.resolve(PLANNING))))) {
      state.write(out);
    }
  }

  /** Reads what {@link #writeArrays} wrote. */
  static void readArrays(Path folder, TwoTowerModel model, RunState state) throws IOException {
    ModelFile.read(folder.resolve(OPTIMIZER), arrays(model, state));
    Path planning = folder.resolve(PLANNING);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(planning)))) {
      state.read(in);
    } catch (EOFException shorter) {
      throw new BadDataException(planning + " is shorter than this run's would be", shorter);
    } catch (IOException other) {
      throw BadDataException.unreadable(planning, other);
    }
  }

  /** The same, with the numbers that a checkpoint keeps elsewhere. */
  static void write(Path folder, TwoTowerModel model, RunState state) throws IOException {
    writeArrays(folder, model, state);
    Steps steps = new Steps(model.temperature().state(), model.denseSteps());
    Json.INDENTED.writeValue(folder.resolve(STEPS).toFile(), steps);
  }

  static void read(Path folder, TwoTowerModel model, RunState state) throws IOException {
    readArrays(folder, model, state);
    Path file = folder.resolve(STEPS);
    try {
      Steps steps = Json.INDENTED.readValue(file.toFile(), Steps.class);
      model.resume(steps.temperature(), steps.denseSteps());
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }

  private static Map<String, NDArray> arrays(TwoTowerModel model, RunState state) {
    Map<String, NDArray> arrays = new LinkedHashMap<>(model.optimizerState());
    arrays.putAll(state.arrays());
    return arrays;
  }
}
