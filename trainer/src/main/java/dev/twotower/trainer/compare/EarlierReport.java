package dev.twotower.trainer.compare;

import dev.twotower.data.disk.Durable;
import dev.twotower.data.disk.WriterLock;
import dev.twotower.eval.comparison.ArmNames;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.comparison.Report;
import dev.twotower.eval.page.ReportFiles;
import dev.twotower.trainer.kept.ResultFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The report that a comparison finds where it is to write its own. It is replaced by one that says
 * at least as much, never by one that says less.
 */
public final class EarlierReport {
  private final Path out;
  private final Report report;

  private EarlierReport(Path out, Report report) {
    this.out = out;
    this.report = report;
  }

  /**
   * The report in a directory; empty without one.
   *
   * @throws dev.twotower.data.BadDataException when it is not as it was written
   * @throws IllegalArgumentException when a comparison is writing there, or it is a folder of
   *     another kind
   */
  public static Optional<EarlierReport> in(Path out) throws IOException {
    ResultFolder.COMPARISON.require(out);
    if (!Files.isDirectory(out)) {
      return Optional.empty();
    }
    try (WriterLock held = WriterLock.in(out)) {
      return in(out, held);
    }
  }

  /** The same for who may write there: ends first what a killed process was about to replace. */
  static Optional<EarlierReport> in(Path out, WriterLock held) throws IOException {
    Durable.finishReplacing(out);
    return Files.notExists(out.resolve(ReportFiles.JSON), LinkOption.NOFOLLOW_LINKS)
        ? Optional.empty()
        : Optional.of(new EarlierReport(out, ReportFiles.read(out)));
  }

  /** Names of the report's arms, in their order. */
  public List<String> arms() {
    return report.arms().stream().map(Report.Arm::name).toList();
  }

  /** Names of the arms that were asked for as the recipe. */
  List<String> recipes() {
    return List.of(report.provenance().getOrDefault(ArmNames.RECIPE, "").split(" "));
  }

  /**
   * The report's arms in their order, then those that are new.
   *
   * @throws IllegalArgumentException when one of another kind is called as one of them
   */
  public List<ArmSpec> with(List<ArmSpec> added) {
    List<ArmSpec> all = new ArrayList<>(report.arms().stream().map(Report.Arm::spec).toList());
    requireSameMeaning(added);
    added.stream().filter(arm -> !arms().contains(arm.name())).forEach(all::add);
    return all;
  }

  /**
   * Refuses a comparison that would take arms or seeds out of the report.
   *
   * @throws IllegalArgumentException naming what it leaves out
   */
  void requireKept(CompareRequest request) {
    Set<String> arms = new HashSet<>(request.arms().stream().map(ArmSpec::name).toList());
    List<String> leftOut = arms().stream().filter(arm -> !arms.contains(arm)).toList();
    if (!leftOut.isEmpty()) {
      throw new IllegalArgumentException(
          "'%s' holds a report on %s; the arms given leave out %s. Give --add to keep them beside the new ones, name them as well (finished runs are not trained again), or choose another --out"
              .formatted(out, String.join(", ", arms()), String.join(", ", leftOut)));
    }
    if (!request.seeds().containsAll(report.seeds())) {
      throw new IllegalArgumentException(
          "'%s' holds a report over seeds %s; the seeds given are %s. Give at least as many with --seeds (finished runs are not trained again), or choose another --out"
              .formatted(out, report.seeds(), request.seeds()));
    }
  }

  /**
   * Refuses a comparison that would tune arms otherwise.
   *
   * @throws IllegalArgumentException naming both grids
   */
  void requireSameGrid(CompareRequest request) {
    String chosen = report.provenance().getOrDefault(CompareRun.GRID, "none");
    String now = request.grid().isEmpty() ? "none" : Grid.text(request.grid());
    if (!sameWords(chosen, now)) {
      throw new IllegalArgumentException(
          "'%s' holds a report whose arms chose from the grid: %s; the grid given is: %s. Give the same grid, or choose another --out"
              .formatted(out, chosen, now));
    }
  }

  /**
   * Refuses an arm that is called as one of the report's and is another.
   *
   * @throws IllegalArgumentException naming both
   */
  void requireSameMeaning(List<ArmSpec> given) {
    for (ArmSpec arm : given) {
      Optional<ArmSpec> here =
          report.arm(arm.name()).map(Report.Arm::spec).filter(other -> !other.equals(arm));
      if (here.isPresent()) {
        throw new IllegalArgumentException(
            "'%s' holds a report whose arm %s is %s; the one given is %s. Give the settings of the first call, from which a recipe follows, or another name, or another --out"
                .formatted(
                    out,
                    arm.name(),
                    here.get().meaning().orElse(arm.name()),
                    arm.meaning().orElse(arm.name())));
      }
    }
  }

  private static boolean sameWords(String one, String other) {
    return new HashSet<>(List.of(one.split(" "))).equals(new HashSet<>(List.of(other.split(" "))));
  }

  /**
   * What the new report will show otherwise; empty where it shows the same and more.
   *
   * @param users how many the new one ranks
   */
  Optional<String> change(CompareRequest request, int users) {
    String before = rows(report.metric(), report.split(), ranked(report));
    String now =
        rows(
            request.metric().toString(),
            request.split().toString(),
            ranked(report).map(any -> String.valueOf(users)));
    return before.equals(now)
        ? Optional.empty()
        : Optional.of(
            "the report in '%s' was on %s, the new one is on %s".formatted(out, before, now));
  }

  private static Optional<String> ranked(Report report) {
    return Optional.ofNullable(report.provenance().get(CompareRun.USERS));
  }

  private static String rows(String metric, String split, Optional<String> users) {
    return "%s of the %s split%s"
        .formatted(metric, split, users.map(count -> ", users: " + count).orElse(""));
  }
}
