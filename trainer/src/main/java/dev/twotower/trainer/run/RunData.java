package dev.twotower.trainer.run;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.message.ShellWord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The data set of a run, as far as the run itself knows: {@code data.json} says where it was when
 * the run was started, and the model's card where it was when the model was kept. It is the same
 * set, which may have been moved in between; which set lies at a place, its checksum tells.
 */
public final class RunData {
  private final Path run;
  private final Supplier<Optional<LearnedFrom>> begun;
  private final Supplier<Optional<LearnedFrom>> kept;

  RunData(Path run, Beginnings beginnings, ModelDirectory model) {
    this.run = run;
    this.begun = beginnings::learnedFrom;
    this.kept =
        () ->
            model.exists()
                ? Optional.of(
                    new LearnedFrom(model.card().dataset(), model.card().datasetChecksum()))
                : Optional.empty();
  }

  /** What is known, best first; the card is not read where {@code data.json} is enough. */
  private Stream<LearnedFrom> known() {
    return Stream.of(begun, kept).flatMap(each -> each.get().stream());
  }

  /** The first known place where the data set is. */
  private Optional<Path> found() {
    return known().filter(LearnedFrom::isThere).map(LearnedFrom::place).findFirst();
  }

  /**
   * Where the data set is: at a known place that holds it, or else where it was when the run was
   * started. There may be another one now, see {@link #require}.
   *
   * @param now where it is said to be now; empty for what the run knows
   * @throws IllegalArgumentException when nothing is there, or the run does not know
   * @throws BadDataException when what the run knows is not as it was written
   */
  public Path at(Optional<Path> now) {
    Path place =
        now.or(this::found)
            .or(() -> known().map(LearnedFrom::place).findFirst())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the run at '%s' does not know its data set, as an earlier version or a cluster started it; name where it is with --data"
                            .formatted(run)));
    if (!Files.isDirectory(place)) {
      throw new IllegalArgumentException(
          "the data set of %s is not at '%s'; name where it is with --data".formatted(run, place));
    }
    return place;
  }

  /**
   * Refuses another data set than the run's; one that the run does not know is not refused.
   *
   * @throws BadDataException when it is another, with both checksums
   */
  public void require(Dataset data) {
    require(RunDirectory.checksum(data));
  }

  /**
   * The same.
   *
   * @param checksum of the data set's manifest
   */
  void require(String checksum) {
    known()
        .map(LearnedFrom::datasetChecksum)
        .findFirst()
        .filter(own -> !own.equals(checksum))
        .ifPresent(
            own -> {
              throw RunCheckpoints.another(checksum, run, own);
            });
  }

  /**
   * What names the data set in a command that uses the run: nothing where the run finds it itself,
   * else a space and {@code --data DIR}.
   *
   * @param inUse where the data set may be, for example because the command that prints this was
   *     told so; a directory that holds another one is not named
   * @throws BadDataException when what the run knows is not as it was written
   */
  public String option(Optional<Path> inUse) {
    return found().isPresent() ? "" : " --data " + named(inUse);
  }

  /**
   * The data set in a command that does not use the run: its directory, or {@code DIR} where that
   * is not known, as a shell reads it.
   *
   * @param inUse as for {@link #option}
   * @throws BadDataException when what the run knows is not as it was written
   */
  public String named(Optional<Path> inUse) {
    Optional<LearnedFrom> own = known().findFirst();
    return inUse
        .filter(place -> own.isEmpty() || own.get().isAt(place))
        .or(this::found)
        .map(ShellWord::of)
        .orElse("DIR");
  }
}
