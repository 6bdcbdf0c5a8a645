package dev.twotower.trainer.compare;

import dev.twotower.data.BadDataException;
import dev.twotower.eval.comparison.ArmSpec;
import dev.twotower.eval.page.ReportFiles;
import dev.twotower.trainer.kept.KeptRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where each arm keeps its runs: {@code NN-NAME}, numbered as the arms came to the comparison. */
final class ArmFolders {
  private static final Pattern FOLDER = Pattern.compile("([0-9]{1,6})-(.+)");

  private ArmFolders() {}

  /** An arm's folder is the one it has, or the next number. */
  static Map<ArmSpec, Path> of(List<ArmSpec> arms, Path runs) throws IOException {
    List<Matcher> present;
    try (Stream<Path> files = Files.list(runs)) {
      present =
          files
              .map(file -> FOLDER.matcher(file.getFileName().toString()))
              .filter(Matcher::matches)
              .sorted(Comparator.comparing(Matcher::group))
              .collect(Collectors.toCollection(ArrayList::new));
    }
    int last = present.stream().mapToInt(name -> Integer.parseInt(name.group(1))).max().orElse(0);
    Map<ArmSpec, Path> folders = new LinkedHashMap<>();
    for (ArmSpec arm : arms) {
      Optional<Matcher> own =
          present.stream().filter(name -> name.group(2).equals(Arms.folder(arm))).findFirst();
      // Arms whose names differ only in signs that a folder cannot have do not share one.
      own.ifPresent(present::remove);
      String name = own.map(Matcher::group).orElse("%02d-%s".formatted(last + 1, Arms.folder(arm)));
      last += own.isPresent() ? 0 : 1;
      folders.put(arm, runs.resolve(name));
    }
    return folders;
  }

  /** Whether all was trained that is asked for, and reported, and is only to be shown again. */
  static boolean areTrained(CompareRequest request, Path out) {
    if (Files.notExists(out.resolve(ReportFiles.JSON))) {
      return false;
    }
    try {
      for (Path folder : of(request.arms(), out.resolve("runs")).values()) {
        for (long seed : request.seeds()) {
          if (!KeptRuns.isTrained(folder.resolve("seed-" + seed))) {
            return false;
          }
        }
      }
      return true;
    } catch (IOException | IllegalArgumentException | BadDataException damaged) {
      return false; // to be told of when it is read
    }
  }
}
