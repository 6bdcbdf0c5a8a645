package dev.twotower.trainer.compare;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Runs that exist, as one arm: alike but for their seeds. Flags write it {@code NAME=RUN[,RUN..]}.
 *
 * @param name what tables call it
 * @param runs directories that {@code train} wrote
 */
public record GivenArm(String name, List<Path> runs) {
  private static final String FORM = "NAME=RUN[,RUN..], for example new=runs/new-1,runs/new-2";

  public GivenArm {
    runs = List.copyOf(runs);
  }

  /**
   * Reads an arm.
   *
   * @throws IllegalArgumentException naming what was received and what is allowed
   */
  public static GivenArm parse(String text) {
    int equals = text.indexOf('=');
    List<String> runs = Arrays.asList(text.substring(equals + 1).split(",", -1));
    if (equals < 1 || runs.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("received '%s'; allowed: %s".formatted(text, FORM));
    }
    return new GivenArm(text.substring(0, equals), runs.stream().map(Path::of).toList());
  }
}
