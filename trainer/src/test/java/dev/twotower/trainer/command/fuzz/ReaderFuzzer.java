package dev.twotower.trainer.command.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the coverage-guided fuzzer calls, by the names that it looks for. */
public final class ReaderFuzzer {
  private static Probe probe;

  private ReaderFuzzer() {}

  /**
   * @param arguments the reader, and a folder for its files
   */
  public static void fuzzerInitialize(String[] arguments) throws IOException {
    FuzzReader reader = FuzzReader.named(System.getProperty("twotower.fuzz.reader"));
    Path folder = Path.of(System.getProperty("twotower.fuzz.folder"));
    Scenes scene = Scenes.make(reader, folder);
    probe = new Probe(reader, scene);
    probe.read(scene.seed(reader)); // loads what is slow to load
  }

  /** One input. */
  public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
    probe.read(bytes);
  }

  /**
   * Writes the seed of a reader into a corpus folder; or reads one input and says what came of it.
   *
   * @param arguments {@code seed FILE} or {@code repeat FILE}
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0) {
      for (FuzzReader reader : FuzzReader.values()) {
        System.out.println(reader.name().toLowerCase(Locale.ROOT));
      }
      return;
    }
    Path file = Path.of(arguments[1]);
    if (arguments[0].equals("seed")) {
      FuzzReader reader = FuzzReader.named(System.getProperty("twotower.fuzz.reader"));
      Path folder = Path.of(System.getProperty("twotower.fuzz.folder"));
      Files.write(file, Scenes.make(reader, folder).seed(reader));
    } else {
      fuzzerInitialize(arguments);
      System.out.println(probe.read(Files.readAllBytes(file)) ? "taken" : "refused by name");
    }
  }
}
