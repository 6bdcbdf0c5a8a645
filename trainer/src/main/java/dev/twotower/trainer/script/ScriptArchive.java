package dev.twotower.trainer.script;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The archive in which the engine takes a program; its parts are stored, not compressed. */
final class ScriptArchive {
  /** The newest version of operations that the engine's file format knows. */
  private static final String VERSION = "10\n";

  /** An empty tuple, as a pickle. */
  private static final String NO_CONSTANTS = "\u0080\u0002).";

  private ScriptArchive() {}

  /**
   * Packs a program.
   *
   * @param type the name of its class
   */
  static byte[] of(String type, String code) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "version", VERSION.getBytes(StandardCharsets.ISO_8859_1));
      put(zip, "constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
      put(zip, "data.pkl", instance(type).getBytes(StandardCharsets.ISO_8859_1));
      put(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** An object of the class that holds nothing but that it does not train, as a pickle. */
  private static String instance(String type) {
    return "\u0080\u0002c__torch__\n" + type + "\n)\u0081}(X\b\u0000\u0000\u0000training\u0089ub.";
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    ZipEntry entry = new ZipEntry("script/" + name);
    entry.setSize(bytes.length);
    entry.setCompressedSize(bytes.length);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
