package dev.twotower.data.imports.source;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Line ends of text files. DuckDB reads files whose lines all end in LF, or all in CR LF; a file
 * put together from both is copied with LF throughout, which keeps every line's number.
 */
final class LineEnds {
  private static final int BUFFER = 1 << 16;

  private LineEnds() {}

  /** Copies a file with LF for every CR LF; the copy is plain. */
  static void unify(TextFile file, Path copy) throws IOException {
    Files.createDirectories(copy.getParent());
    try (InputStream in = file.open();
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(copy), BUFFER)) {
      byte[] buffer = new byte[BUFFER];
      boolean pending = false;
      int count;
      while ((count = in.read(buffer)) > 0) {
        for (int i = 0; i < count; i++) {
          if (pending && buffer[i] != '\n') {
            out.write('\r');
          }
          pending = buffer[i] == '\r';
          if (!pending) {
            out.write(buffer[i]);
          }
        }
      }
      if (pending) {
        out.write('\r');
      }
    }
  }
}
