package dev.twotower.data.imports.source;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/** How a file's bytes are compressed, whatever its name says. */
public enum Packing {
  NONE("none"),
  GZIP("gzip"),
  ZSTD("zstd"),
  BZIP2(null);

  private static final int BUFFER = 1 << 16;

  /** What DuckDB calls it; null where it does not read it. */
  private final String sql;

  Packing(String sql) {
    this.sql = sql;
  }

  /** What the first bytes of a file say. */
  public static Packing of(byte[] start) {
    if (starts(start, 0x1f, 0x8b)) {
      return GZIP;
    }
    if (starts(start, 0x28, 0xb5, 0x2f, 0xfd)) {
      return ZSTD;
    }
    boolean bzip2 = starts(start, 'B', 'Z', 'h') && start.length > 4 && start[4] == 0x31;
    return bzip2 ? BZIP2 : NONE;
  }

  public static boolean starts(byte[] bytes, int... magic) {
    for (int i = 0; i < magic.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether DuckDB reads such files as they are. */
  boolean readByDuckDb() {
    return sql != null;
  }

  /** DuckDB's name for it, as an option of its readers. */
  public String option() {
    return "compression = '" + sql + "'";
  }

  /** The plain bytes of a file. */
  public InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
    try {
      return switch (this) {
        case NONE -> in;
        case GZIP -> new BufferedInputStream(new GZIPInputStream(in, BUFFER), BUFFER);
        case ZSTD -> new BufferedInputStream(new ZstdInputStream(in), BUFFER);
        case BZIP2 -> new BufferedInputStream(new BZip2CompressorInputStream(in, true), BUFFER);
      };
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }
}
