package dev.twotower.data.imports;

import dev.twotower.data.BadDataException;
import dev.twotower.data.imports.source.Packing;
import dev.twotower.data.message.Received;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a file is. The first bytes decide, since a name may be anything; only text files, which may
 * begin with anything but JSON's braces or what {@link #TEXTS} has, go by their name.
 */
enum FileKind {
  CSV,
  PARQUET,
  JSON,
  ARROW;

  /** A file's kind and how its bytes are compressed. */
  record Found(FileKind kind, Packing packing) {}

  private static final int START = 512;

  /** How a text begins that is JSON whatever its name. */
  private static final Pattern JSON_START =
      Pattern.compile("(?:\u00ef\u00bb\u00bf)?\\s*(?:\\[\\s*)?\\{\\s*\"");

  /** Kinds that are known and not read, by how they begin, with what to do. */
  private static final Map<String, String> OTHERS = new LinkedHashMap<>();

  /** Beginnings of {@link #OTHERS} with which a line of names may begin too: PARENT, ORCID. */
  private static final Set<String> WORDS = Set.of("PARE", "ORC");

  private static final String WEB_PAGE =
      "a web page, not the file it may have stood for; fetch that again, or save the table that it"
          + " shows as csv";

  private static final String PYTHON =
      "Python's way to print objects, in single quotes, no JSON; write it with json.dumps";

  private static final String SQL = "SQL statements, such as a dump; export the table as csv";

  /** Texts that are known and not read, by how they begin after blanks, whatever the case. */
  private static final Map<Pattern, String> TEXTS =
      Map.of(
          Pattern.compile("(?i)<(!DOCTYPE html|html|head|body|table|script|div)\\b"), WEB_PAGE,
          Pattern.compile("(?i)<[?]xml\\b"), "an XML document; write it as csv or JSON",
          Pattern.compile("(\\[\\s*)?\\{\\s*'"), PYTHON,
          Pattern.compile("(?i)(-- [^\\n]*dump|insert into |create table |copy \\S+ *\\()"), SQL,
          Pattern.compile("\\{\\\\rtf"), "a rich-text document; save it as csv");

  static {
    OTHERS.put("\u00fd7zXZ\u0000", "compressed by xz; unpack it first");
    OTHERS.put("7z\u00bc\u00af", "a 7-Zip archive; unpack it first");
    OTHERS.put("Rar!\u001a", "a RAR archive; unpack it first");
    OTHERS.put("\u0004\"M\u0018", "compressed by LZ4; unpack it first");
    OTHERS.put("\u00ff\u0006\u0000\u0000sNaPpY", "compressed by Snappy; unpack it first");
    OTHERS.put("FEA1", "Feather of version 1; write it as version 2");
    OTHERS.put("PARE", "Parquet with an encrypted footer; write it unencrypted");
    OTHERS.put("ORC", "an ORC file; write it as Parquet");
    OTHERS.put("Obj\u0001", "an Avro file; write it as Parquet");
    OTHERS.put("SQLite format 3", "an SQLite database; export the table as csv");
    OTHERS.put("\u0089HDF", "an HDF5 file; write it as Parquet");
    OTHERS.put("\u0093NUMPY", "a NumPy array; write it as Parquet or csv");
    OTHERS.put("\u00d0\u00cf\u0011\u00e0", "an old Office document; save it as csv");
    OTHERS.put("%PDF", "a PDF document");
    OTHERS.put("\u0080\u0004\u0095", "a Python pickle; write it as Parquet");
    OTHERS.put("\u0080\u0005\u0095", "a Python pickle; write it as Parquet");
    OTHERS.put(
        "version https://git-lfs",
        "a pointer of Git LFS, not the file itself; fetch that with git lfs pull");
  }

  /**
   * Looks at a file.
   *
   * @throws BadDataException when it is empty, of a kind that is not read, or cannot be opened
   */
  static Found of(Path file) {
    try {
      byte[] start;
      try (InputStream in = Files.newInputStream(file)) {
        start = in.readNBytes(START);
      }
      if (start.length == 0) {
        throw new BadDataException(file + " is empty");
      }
      Packing packing = Packing.of(start);
      byte[] inner = start;
      if (packing != Packing.NONE) {
        try (InputStream in = packing.open(file)) {
          inner = in.readNBytes(START);
        }
        if (inner.length == 0) {
          throw new BadDataException("%s holds nothing but an empty %s".formatted(file, packing));
        }
      }
      if (packing != Packing.NONE && Packing.of(inner) != Packing.NONE) {
        throw new BadDataException(
            "%s is compressed twice; unpack it once and import the result".formatted(file));
      }
      return new Found(kind(file, inner, packing), packing);
    } catch (IOException e) {
      throw new BadDataException(file + " cannot be read: " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException
        ? "permission denied"
        : e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static FileKind kind(Path file, byte[] start, Packing packing) throws IOException {
    String text = new String(start, StandardCharsets.ISO_8859_1);
    FileKind found =
        text.startsWith("PAR1")
            ? PARQUET
            : text.startsWith("ARROW1") || isStream(start, Files.size(file)) ? ARROW : null;
    if (found != null && packing != Packing.NONE) {
      throw new BadDataException(
          "%s is %s compressed by %s; unpack it first".formatted(file, found, packing));
    }
    if (found != null) {
      return found;
    }
    OTHERS.forEach(
        (begin, what) -> {
          if (text.startsWith(begin) && !(WORDS.contains(begin) && isText(start))) {
            throw unread(file, what);
          }
        });
    if (text.startsWith("PK\u0003\u0004")) {
      throw unread(file, archive(text));
    }
    String bareText = text.replaceFirst("^\u00ef\u00bb\u00bf", "").stripLeading();
    TEXTS.forEach(
        (begin, what) -> {
          if (begin.matcher(bareText).lookingAt()) {
            throw unread(file, what);
          }
        });
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String bare = name.replaceAll("\\.(gz|gzip|zst|zstd|bz2)$", "");
    String extension = bare.substring(bare.lastIndexOf('.') + 1);
    return switch (extension) {
      case "parquet", "arrow", "arrows", "feather", "ipc" ->
          throw new BadDataException(
              "%s cannot be read: it does not start as such a file does; it was cut short or altered, or is not a %s file"
                  .formatted(file, extension));
      case "json", "jsonl", "ndjson" -> {
        requireJson(file, bareText);
        yield JSON;
      }
      default -> JSON_START.matcher(text).lookingAt() ? JSON : CSV;
    };
  }

  private static BadDataException unread(Path file, String what) {
    return new BadDataException("%s cannot be read: it is %s".formatted(file, what));
  }

  /** What an archive is, by the name of the first file in it. */
  private static String archive(String start) {
    if (start.contains("[Content_Types].xml")
        || start.contains("_rels/.rels")
        || start.contains("docProps/")
        || start.contains("xl/")) {
      return "an Excel workbook or another Office document; save the sheet as csv (UTF-8)";
    }
    return start.contains("vnd.oasis.opendocument")
        ? "an OpenDocument spreadsheet; save the sheet as csv (UTF-8)"
        : "a zip archive; unpack it first";
  }

  /** Refuses lines of a csv file under a name of JSON. */
  private static void requireJson(Path file, String start) {
    String line = start.lines().findFirst().orElse("");
    if (line.matches("[^{}\\[\\]\\p{Cntrl}]*[,;|\t][^{}\\[\\]\\p{Cntrl}]*(\t[^{}\\[\\]]*)?")) {
      throw new BadDataException(
          "%s cannot be read: it is named as JSON and begins with %s; if it is a csv file, let its name end in .csv"
              .formatted(file, Received.quoted(line)));
    }
  }

  private static boolean isText(byte[] start) {
    for (byte each : start) {
      if (each >= 0 && each < ' ' && each != '\t' && each != '\n' && each != '\r') {
        return false;
      }
    }
    return true;
  }

  /** An Arrow stream starts with a mark and the length of its schema. */
  private static boolean isStream(byte[] start, long size) {
    if (start.length < 8 || !Packing.starts(start, 0xff, 0xff, 0xff, 0xff)) {
      return false;
    }
    int length = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
    return length > 0 && length < size;
  }
}
