package dev.twotower.trainer.compare;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Split;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.trainer.config.LossConfig;
import dev.twotower.trainer.config.RunConfig;
import dev.twotower.trainer.run.ModelCard;
import dev.twotower.trainer.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Runs that make one arm, by seed.
 *
 * @param name the arm's
 * @param members one run of each seed
 */
record ArmMembers(String name, List<Member> members) {
  /** Settings in which runs of an arm may differ: they change nothing that is learned. */
  private static final List<String> MAY_DIFFER =
      List.of("seed", "threads", "device", "checkpoint", "shuffle");

  /** A run and what it says of itself. */
  record Member(Path path, RunConfig config, ModelCard card) {
    long seed() {
      return config.seed();
    }
  }

  /**
   * Reads what an arm's runs say of themselves.
   *
   * @throws IllegalArgumentException when they differ in more than their seed
   */
  static ArmMembers of(GivenArm arm) throws IOException {
    List<Member> members = new ArrayList<>();
    for (Path path : arm.runs()) {
      RunDirectory run = RunDirectory.open(path);
      members.add(new Member(path, run.config(), run.checkedCard()));
    }
    Member first = members.get(0);
    for (Member member : members) {
      List<String> differences = new ArrayList<>(first.config().differences(member.config()));
      differences.removeIf(each -> MAY_DIFFER.stream().anyMatch(key -> isOf(each, key)));
      if (member.config().loss().form() != LossConfig.Form.TOP_K) {
        differences.removeIf(each -> isOf(each, "loss.topK"));
      }
      if (!first.card().datasetChecksum().equals(member.card().datasetChecksum())) {
        differences.add(
            "data set: %s there, %s now"
                .formatted(first.card().dataset(), member.card().dataset()));
      }
      if ((first.card().from() == null) != (member.card().from() == null)) {
        differences.add("one of them started from another run");
      }
      if (!differences.isEmpty()) {
        throw new IllegalArgumentException(
            "arm %s: %s and %s differ in more than their seed: %s; allowed: runs of the same settings and data set, others as an arm of their own"
                .formatted(
                    arm.name(), first.path(), member.path(), String.join(", ", differences)));
      }
    }
    members.sort(Comparator.comparing(Member::seed));
    for (int i = 1; i < members.size(); i++) {
      Member before = members.get(i - 1);
      if (before.seed() == members.get(i).seed()) {
        throw new IllegalArgumentException(
            "arm %s: %s and %s both have seed %d; allowed: one run of each seed"
                .formatted(arm.name(), before.path(), members.get(i).path(), before.seed()));
      }
    }
    return new ArmMembers(arm.name(), List.copyOf(members));
  }

  private static boolean isOf(String difference, String key) {
    return difference.startsWith(key + ":") || difference.startsWith(key + ".");
  }

  List<Long> seeds() {
    return members.stream().map(Member::seed).toList();
  }

  ArmSpec spec() {
    RunConfig config = members.get(0).config();
    return new ArmSpec(name, config.layout(), config.masks(), Map.of());
  }

  void requireSeedsOf(ArmMembers first) {
    if (!seeds().equals(first.seeds())) {
      throw new IllegalArgumentException(
          "arm %s has seeds %s, arm %s has %s; arms are paired by seed, so give runs of the same"
              .formatted(name, seeds(), first.name(), first.seeds()));
    }
  }

  /**
   * Refuses runs that cannot be ranked for a data set's users.
   *
   * @param checksum of the data set
   */
  void requireRankable(Dataset data, String checksum, Split split) {
    for (Member member : members) {
      Path log = Path.of(member.card().dataset());
      if (member.card().datasetChecksum().equals(checksum)) {
        member.config().trainOn().requireHeldOut(split);
      } else if (!Files.isDirectory(log)) {
        throw new IllegalArgumentException(
            "arm %s: %s was trained on another data set than '%s', which is not at '%s' any more; allowed: a run of '%s', or that data set back at its place"
                .formatted(name, member.path(), data.directory(), log, data.directory()));
      }
    }
  }
}
