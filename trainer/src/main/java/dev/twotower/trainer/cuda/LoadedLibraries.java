package dev.twotower.trainer.cuda;

import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The native libraries of this process, by name, without version and hash. */
final class LoadedLibraries {
  private static final Path MAPS = Path.of("/proc/self/maps");

  /** RTLD_LAZY | RTLD_GLOBAL of Linux. */
  private static final int GLOBAL_LAZY = 0x101;

  private final List<Path> files;

  private LoadedLibraries(List<Path> files) {
    this.files = files;
  }

  /** Those that are loaded now; none on systems that do not tell. */
  static LoadedLibraries now() {
    try (Stream<String> lines = Files.lines(MAPS)) {
      return new LoadedLibraries(
          lines
              .filter(line -> line.indexOf('/') >= 0)
              .map(line -> Path.of(line.substring(line.indexOf('/'))))
              .distinct()
              .toList());
    } catch (IOException notLinux) {
      return new LoadedLibraries(List.of());
    }
  }

  /**
   * Finds a library.
   *
   * @param name for example {@code libcublas}: found as {@code libcublas.so.13} and as {@code
   *     libcublas-0fd7.so.12}, while {@code libcublasLt.so.13} is another
   */
  Optional<Path> find(String name) {
    Pattern pattern = Pattern.compile(Pattern.quote(name) + "(-[0-9a-f]+)?\\.so[.0-9]*");
    return files.stream()
        .filter(file -> pattern.matcher(file.getFileName().toString()).matches())
        .findFirst();
  }

  /**
   * Opens a library that is loaded.
   *
   * @throws MissingException where it is not
   */
  NativeLibrary open(String name) {
    return NativeLibrary.getInstance(
        find(name).orElseThrow(() -> new MissingException(name + " is not loaded")).toString());
  }

  /** Loads what lies beside a loaded library and has this name, so that it is found by name. */
  void openBeside(String name, String neighbour) {
    Path folder = find(name).orElseThrow().toAbsolutePath().getParent();
    try (Stream<Path> found = Files.list(folder)) {
      found
          .filter(file -> file.getFileName().toString().startsWith(neighbour))
          .forEach(
              file ->
                  NativeLibrary.getInstance(
                      file.toString(), Map.of(Library.OPTION_OPEN_FLAGS, GLOBAL_LAZY)));
    } catch (IOException | UnsatisfiedLinkError unreadable) {
      // The compiler will say what it misses.
    }
  }

  /** Says what is missing. */
  static final class MissingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MissingException(String message) {
      super(message);
    }
  }
}
