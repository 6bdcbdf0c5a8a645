package dev.twotower.trainer.command.fuzz;

import static org.assertj.core.api.Assertions.fail;

import dev.twotower.data.random.Streams;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A moment of what {@code scripts/fuzz} does for minutes, with mutations drawn from a seed. */
@Tag("nightly")
class ReaderFuzzTest {
  private static final long SEED = 20;
  private static final long MILLIS = 400;
  private static final int MOST = 60;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void whateverAFileHoldsItIsTakenOrRefusedByName(FuzzReader reader) throws IOException {
    Scenes scene = Scenes.make(reader, folder);
    byte[] seed = scene.seed(reader);
    Probe probe = new Probe(reader, scene);
    if (!probe.read(seed)) {
      fail("the whole file is refused");
    }
    UniformRandomProvider random = Streams.stream(SEED, "fuzz." + reader);
    long end = System.nanoTime() + MILLIS * 1_000_000;
    for (int trial = 0; trial < MOST && System.nanoTime() < end; trial++) {
      byte[] bytes = Mutation.of(seed, random);
      try {
        probe.read(bytes);
      } catch (Probe.Finding finding) {
        throw new AssertionError(
            "trial %d of %s: %s".formatted(trial, reader, HexFormat.of().formatHex(bytes)),
            finding);
      }
    }
  }
}
