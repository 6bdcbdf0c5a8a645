package dev.twotower.trainer.compare;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.disk.Checksum;
import dev.twotower.data.disk.Seal;
import dev.twotower.data.disk.StagedDirectory;
import dev.twotower.data.disk.WriteFailure;
import dev.twotower.eval.ranking.EvaluationResult;
import dev.twotower.eval.ranking.RankingEvaluator;
import dev.twotower.eval.ranking.RankingOptions;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Rankings of runs, each in a folder of its own that is named by all that the ranking follows from:
 * the run's model and settings, the data set, and how, by which version and on what kind of device
 * it is ranked. The same again is read, and anything else is ranked anew.
 */
final class KeptRankings {
  /** Goes up where the same run would be ranked otherwise. */
  private static final String VERSION = "1";

  private static final String FILE = "tables.bin";
  private static final int NAME_LENGTH = 32;

  private final Path folder;
  private final Optional<String> device;
  private final RankingEvaluator evaluator;
  private final String ranked;

  /**
   * @param folder where the rankings lie
   * @param program the versions of what ranks, which may add numbers up in another order
   * @param device where models live, as in a configuration; empty for where each run says
   * @param evaluator of the data set's users
   */
  KeptRankings(
      Path folder,
      String program,
      Optional<String> device,
      Dataset data,
      RankingEvaluator evaluator) {
    this.folder = folder;
    this.device = device;
    this.evaluator = evaluator;
    RankingOptions options = evaluator.options();
    this.ranked =
        String.join(
            "\n",
            List.of(
                VERSION,
                program,
                RunDirectory.checksum(data),
                data.feedback().texts().toString(),
                options.split().toString(),
                options.cutoffs().toString(),
                new TreeSet<>(options.also()).toString(),
                String.valueOf(options.rankSeen()),
                String.valueOf(options.byRequest()),
                options.sampleUsers() + " by " + options.seed()));
  }

  /** What ranks a run. */
  @FunctionalInterface
  interface Ranking {
    EvaluationResult rank() throws IOException;
  }

  private Path place(ArmMembers.Member member) {
    return place(member, Devices.resolve(device.orElse(member.config().device())).getDeviceType());
  }

  /**
   * Where a run's ranking lies.
   *
   * @param kind of device: the CPU and a GPU add up in another order
   */
  Path place(ArmMembers.Member member, String kind) {
    String run =
        String.join("\n", ranked, kind, member.card().toString(), member.config().toYaml());
    return folder.resolve(Checksum.sha256(run).substring(0, NAME_LENGTH));
  }

  /**
   * A run's ranking, where it lies here.
   *
   * @throws dev.twotower.data.BadDataException when it is not as it was written
   */
  Optional<EvaluationResult> of(ArmMembers.Member member) {
    Path place = place(member);
    if (!Files.isDirectory(place)) {
      return Optional.empty();
    }
    Seal.of(place, "remove '%s', and the run is ranked again".formatted(place)).check(FILE);
    return Optional.of(evaluator.evaluateKept(place.resolve(FILE)));
  }

  /**
   * Ranks a run, and keeps that.
   *
   * @throws WriteFailure when it cannot be written
   */
  EvaluationResult keep(ArmMembers.Member member, Ranking ranking) throws IOException {
    Path place = place(member);
    Files.createDirectories(folder);
    try (StagedDirectory staged = StagedDirectory.create(place)) {
      evaluator.keepingIn(Optional.of(staged.path().resolve(FILE)));
      EvaluationResult result = ranking.rank();
      Seal.write(staged.path());
      staged.commit();
      return result;
    } catch (UncheckedIOException e) {
      // What cannot be read while it is ranked is another matter.
      if (e.getCause() instanceof WriteFailure failed) {
        throw failed;
      }
      throw e;
    } finally {
      evaluator.keepingIn(Optional.empty());
    }
  }
}
