package dev.twotower.trainer.run;

import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.Seal;
import dev.twotower.data.json.Json;
import dev.twotower.data.message.ProgramName;
import dev.twotower.trainer.config.RunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The files that a run begins with. Its seal vouches for them, and nothing changes them. */
final class Beginnings {
  static final String CONFIG = "config.yaml";
  private static final String FROM = "from.json";

  private final Path run;

  Beginnings(Path run) {
    this.run = run;
  }

  /** The files of a new run, each with its content; see {@link RunDirectory#create}. */
  static Map<String, String> of(
      RunConfig config, Optional<Origin> origin, Optional<Path> dataset, Optional<Tried> tried)
      throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    files.put(CONFIG, config.toYaml());
    if (origin.isPresent()) {
      files.put(FROM, Json.INDENTED.writeValueAsString(origin.get()));
    }
    if (dataset.isPresent()) {
      files.put(LearnedFrom.FILE, Json.INDENTED.writeValueAsString(LearnedFrom.of(dataset.get())));
    }
    if (tried.isPresent()) {
      files.put(Tried.FILE, Json.SHOWN.writeValueAsString(tried.get()));
    }
    return files;
  }

  /** Names of the files that the run began with. */
  List<String> names() {
    return Seal.on(run)
        ? Stream.of(CONFIG, FROM, LearnedFrom.FILE, Tried.FILE).filter(seal()::lists).toList()
        : List.of(CONFIG);
  }

  Seal seal() {
    return Seal.of(
        run,
        "restore it; for a model with other settings, train a new run: "
            + ProgramName.typed()
            + " train --config FILE --out NEW");
  }

  Optional<Origin> origin() {
    return read(FROM, Origin.class);
  }

  Optional<LearnedFrom> learnedFrom() {
    return read(LearnedFrom.FILE, LearnedFrom.class);
  }

  Optional<Tried> tried() {
    return read(Tried.FILE, Tried.class);
  }

  private <T> Optional<T> read(String file, Class<T> type) {
    if (!Seal.on(run) || !seal().lists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.INDENTED.readValue(seal().bytes(file), type));
    } catch (IOException e) {
      throw BadDataException.unreadable(run.resolve(file), e);
    }
  }
}
