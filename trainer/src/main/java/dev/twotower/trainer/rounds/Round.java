package dev.twotower.trainer.rounds;

import ai.djl.ndarray.NDArray;
import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.PartedDataset;
import dev.twotower.data.disk.Seal;
import dev.twotower.data.json.Json;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.trainer.candidates.OtherRows;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.model.TwoTowerModel;
import dev.twotower.trainer.tensor.ArrayMatrix;
import dev.twotower.trainer.tensor.ModelFile;
import dev.twotower.trainer.tower.Carried;
import dev.twotower.trainer.train.PartTraining;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a part does in a round. Every method is a function of files and may be called again, also at
 * the same time elsewhere.
 */
public final class Round {
  private final PartedDataset data;
  private final RunConfig config;
  private final RoundPlan plan;
  private final Carried ofLog;
  private final RoundFiles files;

  /**
   * @param config the run's
   * @param run the run's directory, seen by all
   * @param ofLog what the whole log says of requests
   */
  public Round(PartedDataset data, RunConfig config, RoundPlan plan, Path run, Carried ofLog) {
    this.data = config.view(data);
    this.config = config;
    this.plan = plan;
    this.ofLog = ofLog;
    this.files = new RoundFiles(run);
  }

  private PartTraining training(PartBatch batch, int part, Optional<OtherRows> others)
      throws InterruptedException {
    Dataset learned = data.part(part, config.trainOn());
    return PartTraining.of(
        learned,
        plan.logQ() == RoundPlan.LogQ.LOG ? learned : data.partAlone(part, config.trainOn()),
        batch.config(),
        others,
        ofLog);
  }

  /** Writes what the first round begins with: the tables of part 0, and each part's first rows. */
  public void begin(int part) throws IOException, InterruptedException {
    PartBatch batch = PartBatch.of(data, config, plan, part);
    announce(batch, 0, part, place(0, part));
    if (part > 0 || files.has(0)) {
      return;
    }
    // Plans no batch, so it needs none of the rows.
    Optional<OtherRows> others =
        batch.together() ? Optional.of(new OtherRows(List.of(), 0, 0)) : Optional.empty();
    try (PartTraining training = training(batch, 0, others)) {
      TwoTowerModel model = training.model();
      RoundFiles.write(
          files.shared(0),
          folder -> {
            ModelFile.write(folder.resolve(RoundFiles.TABLES), ModelArrays.shared(model));
            SharedState state =
                new SharedState(0, 0, 0, model.temperature().state(), model.denseSteps(), 0);
            Json.INDENTED.writeValue(folder.resolve(RoundFiles.STATE).toFile(), state);
          });
    }
  }

  /**
   * Trains a part from the end of the round before, and writes what it changed; what is there
   * already is taken as it is.
   *
   * @param round counted from 1
   */
  public PartReport train(int round, int part) throws IOException, InterruptedException {
    Path to = files.part(round, part);
    if (Seal.on(to)) {
      RoundFiles.check(to);
      return report(to);
    }
    PartBatch batch = PartBatch.of(data, config, plan, part);
    SamplerPosition from = place(round - 1, part);
    try (PartTraining training = training(batch, part, others(batch, round, part, from))) {
      TwoTowerModel model = training.model();
      load(model, training, round - 1, part);
      Map<String, Integer> sizes = new LinkedHashMap<>();
      Set<String> users = ModelArrays.userTables(model);
      model
          .tables()
          .forEach(
              (name, table) -> {
                if (!users.contains(name)) {
                  sizes.put(name, Math.toIntExact(table.ids() + 1));
                }
              });
      Touched touched = new Touched(sizes);
      PartTraining.Piece piece =
          from.epoch() == plan.epoch(round)
              ? training.train(
                  from,
                  plan.end(round, training.batchesPerEpoch()),
                  planned -> touched.add(planned.touchedRows()))
              : new PartTraining.Piece(from, 0, 0, 0, 0);
      Map<String, NDArray> own = ModelArrays.own(model);
      training.state().arrays().forEach((name, array) -> own.put("state." + name, array));
      announce(batch, round, part, piece.next());
      RoundFiles.write(
          to,
          folder -> {
            ModelFile.write(folder.resolve(RoundFiles.OWN), own);
            try (DataOutputStream out =
                new DataOutputStream(
                    new BufferedOutputStream(
                        Files.newOutputStream(folder.resolve(RoundFiles.PLANNING))))) {
              training.state().write(out);
            }
            touched.write(folder.resolve(RoundFiles.TOUCHED), ModelArrays.shared(model));
            PartReport report =
                new PartReport(
                    part,
                    piece.next().epoch(),
                    piece.next().batch(),
                    piece.steps(),
                    piece.rows(),
                    piece.loss(),
                    piece.seconds(),
                    model.temperature().state(),
                    model.denseSteps(),
                    RoundFiles.bytes(folder.resolve(RoundFiles.TOUCHED)));
            Json.INDENTED.writeValue(folder.resolve(RoundFiles.STATE).toFile(), report);
          });
      return report(to);
    }
  }

  /** Where a part goes on after a round, whose files it checks; 0 is before the first. */
  private SamplerPosition place(int round, int part) {
    if (round == 0) {
      return new SamplerPosition(0, 0);
    }
    Path folder = files.part(round, part);
    RoundFiles.check(folder);
    return report(folder).next();
  }

  /** What the other parts train on in a round. */
  private Optional<OtherRows> others(PartBatch batch, int round, int part, SamplerPosition from) {
    if (!batch.together()) {
      return Optional.empty();
    }
    List<int[]> rows = new ArrayList<>();
    for (int other = 0; other < plan.parts(); other++) {
      if (other != part) {
        rows.add(ComingRows.read(files.next(round - 1, other)).items());
      }
    }
    int batches = ComingRows.read(files.next(round - 1, part)).batches();
    return Optional.of(new OtherRows(rows, from.batch(), batches));
  }

  /** Says what a part will train on in the round after one, unless training ends with that. */
  private void announce(PartBatch batch, int round, int part, SamplerPosition from)
      throws IOException {
    if (batch.together()
        && plan.epoch(round + 1) < config.epochs()
        && !files.announced(round, part)) {
      ComingRows coming =
          ComingRows.read(
              data.partAlone(part, config.trainOn()), batch.config(), plan, round + 1, from);
      RoundFiles.write(files.next(round, part), coming::write);
    }
  }

  private void load(TwoTowerModel model, PartTraining training, int round, int part)
      throws IOException {
    loadShared(model, round);
    if (round > 0) {
      Path folder = files.part(round, part);
      Map<String, NDArray> own = ModelArrays.own(model);
      training.state().arrays().forEach((name, array) -> own.put("state." + name, array));
      ModelFile.read(folder.resolve(RoundFiles.OWN), own);
      try (DataInputStream in =
          new DataInputStream(
              new BufferedInputStream(Files.newInputStream(folder.resolve(RoundFiles.PLANNING))))) {
        training.state().read(in);
      }
    }
  }

  private void loadShared(TwoTowerModel model, int round) throws IOException {
    Path folder = files.shared(round);
    RoundFiles.check(folder);
    ModelFile.read(folder.resolve(RoundFiles.TABLES), ModelArrays.shared(model));
    SharedState state = read(folder, SharedState.class);
    model.resume(state.temperature(), state.denseSteps());
  }

  /**
   * Fills a model that was made for a part with the weights as they are after a round.
   *
   * @param round 1 or more
   */
  public void fill(TwoTowerModel model, int round, int part) throws IOException {
    loadShared(model, round);
    Path folder = files.part(round, part);
    RoundFiles.check(folder);
    ModelFile.read(folder.resolve(RoundFiles.OWN), ModelArrays.own(model));
  }

  /**
   * Fills a model that was made for the whole log: tables that all share, and every part's users.
   */
  public void fillWhole(TwoTowerModel model, int round) throws IOException {
    loadShared(model, round);
    for (int part = 0; part < plan.parts(); part++) {
      Path folder = files.part(round, part);
      RoundFiles.check(folder);
      int[] users = data.users(part);
      for (Map.Entry<String, NDArray> array : ModelArrays.own(model).entrySet()) {
        ModelFile.scatter(
            folder.resolve(RoundFiles.OWN),
            new ArrayMatrix(array.getKey(), array.getValue()),
            users);
      }
    }
  }

  static PartReport report(Path folder) {
    return read(folder, PartReport.class);
  }

  static <T> T read(Path folder, Class<T> type) {
    Path file = folder.resolve(RoundFiles.STATE);
    try {
      return Json.INDENTED.readValue(file.toFile(), type);
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }
}
