package dev.twotower.data.imports.source;

import dev.twotower.data.BadDataException;
import dev.twotower.data.message.ShellWord;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A text file whose bytes are UTF-8, as DuckDB reads them: the file itself, plain or compressed, or
 * a plain copy of it in the scratch folder where it is written otherwise.
 *
 * @param path what is read
 * @param packing how its bytes are compressed
 */
public record TextFile(Path path, Packing packing) {
  /** The encoding of files whose encoding nobody names. */
  public static final String UTF_8 = "utf-8";

  private static final int BUFFER = 1 << 16;

  /**
   * Makes a file readable.
   *
   * @param encoding the encoding that the request names; a mark in the file's first bytes wins
   * @param copy where a copy goes if one is needed
   * @throws BadDataException when it cannot be decoded
   */
  public static TextFile of(Path file, Packing packing, String encoding, Path copy) {
    Charset charset = charset(encoding);
    try {
      charset = mark(file, packing).orElse(charset);
      boolean utf8 = isPlain(charset);
      if (utf8 && packing.readByDuckDb()) {
        requireChecksum(file, packing);
        return new TextFile(file, packing);
      }
      if (utf8) {
        try (InputStream in = packing.open(file)) {
          Files.createDirectories(copy.getParent());
          Files.copy(in, copy);
        }
      } else {
        recode(file, packing, charset, copy);
      }
      return new TextFile(copy, Packing.NONE);
    } catch (CharacterCodingException e) {
      throw new BadDataException(
          "%s cannot be read as %s; give its encoding with --encoding NAME, or --encoding %s=NAME for this file alone"
              .formatted(file, charset, ShellWord.of(file.getFileName())),
          e);
    } catch (IOException e) {
      throw new BadDataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * DuckDB does not compare what it unpacks with gzip's checksum; Java does. So the file is
   * unpacked twice, for which a log of 58 MB took 0.5 of its 13 seconds of processor time.
   */
  private static void requireChecksum(Path file, Packing packing) throws IOException {
    if (packing == Packing.GZIP) {
      try (InputStream in = packing.open(file)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
    }
  }

  /**
   * The encoding of a name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Charset charset(String encoding) {
    try {
      return Charset.forName(
          encoding.toLowerCase(Locale.ROOT).equals("latin-1") ? "ISO-8859-1" : encoding);
    } catch (UnsupportedCharsetException | IllegalCharsetNameException e) {
      throw new IllegalArgumentException(
          "--encoding: received '%s'; allowed: utf-8, latin-1, utf-16, windows-1252, shift_jis, and any other that Java supports"
              .formatted(encoding),
          e);
    }
  }

  /** The encoding that a file's first bytes mark, UTF-8, UTF-16 or UTF-32; often there is none. */
  public static Optional<Charset> mark(Path file, Packing packing) {
    try (InputStream in = packing.open(file)) {
      byte[] start = in.readNBytes(4);
      if (Packing.starts(start, 0xff, 0xfe, 0, 0) || Packing.starts(start, 0, 0, 0xfe, 0xff)) {
        return Optional.of(Charset.forName("UTF-32"));
      }
      if (Packing.starts(start, 0xff, 0xfe) || Packing.starts(start, 0xfe, 0xff)) {
        return Optional.of(StandardCharsets.UTF_16);
      }
      return isMarked(start) ? Optional.of(StandardCharsets.UTF_8) : Optional.empty();
    } catch (IOException e) {
      throw new BadDataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether a file has letters beyond ASCII, and all its bytes are UTF-8. Reads it through. */
  public static boolean isUtf8(Path file, Packing packing) {
    boolean beyond = false;
    try (Reader reader =
        new InputStreamReader(
            packing.open(file),
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT))) {
      char[] chars = new char[BUFFER];
      int count;
      while ((count = reader.read(chars)) > 0) {
        for (int at = 0; at < count; at++) {
          beyond |= chars[at] > 127;
          if (chars[at] == 0) {
            return false;
          }
        }
      }
      return beyond;
    } catch (CharacterCodingException other) {
      return false;
    } catch (IOException e) {
      throw new BadDataException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether texts of an encoding are UTF-8 as they are. */
  public static boolean isPlain(Charset charset) {
    return charset.equals(StandardCharsets.UTF_8) || charset.equals(StandardCharsets.US_ASCII);
  }

  private static void recode(Path file, Packing packing, Charset charset, Path copy)
      throws IOException {
    Files.createDirectories(copy.getParent());
    try (InputStream in = packing.open(file);
        Reader reader =
            new InputStreamReader(
                in,
                charset
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT));
        BufferedWriter writer = Files.newBufferedWriter(copy)) {
      char[] chars = new char[BUFFER];
      int count;
      boolean first = true;
      while ((count = reader.read(chars)) > 0) {
        // A mark that the decoder leaves in place is not part of the first name.
        int from = first && chars[0] == '\ufeff' ? 1 : 0;
        writer.write(chars, from, count - from);
        first = false;
      }
    }
  }

  /** A copy with LF for every CR LF; line numbers stay as they are. */
  public TextFile unified(Path copy) throws IOException {
    LineEnds.unify(this, copy);
    return new TextFile(copy, Packing.NONE);
  }

  /**
   * The same without a mark of UTF-8, which not every reader passes over.
   *
   * @param copy a copy goes beside it, if one is needed
   */
  public TextFile unmarked(Path copy) {
    try (InputStream marked = packing.open(path)) {
      if (!isMarked(marked.readNBytes(3))) {
        return this;
      }
      Path plain = copy.resolveSibling(copy.getFileName() + ".unmarked");
      Files.createDirectories(plain.getParent());
      try (InputStream in = open()) {
        Files.copy(in, plain);
      }
      return new TextFile(plain, Packing.NONE);
    } catch (IOException e) {
      throw new BadDataException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean isMarked(byte[] start) {
    return Packing.starts(start, 0xef, 0xbb, 0xbf);
  }

  /** Its bytes, after a mark of UTF-8. */
  public InputStream open() throws IOException {
    PushbackInputStream in = new PushbackInputStream(packing.open(path), 3);
    byte[] start = in.readNBytes(3);
    if (!isMarked(start)) {
      in.unread(start);
    }
    return in;
  }
}
