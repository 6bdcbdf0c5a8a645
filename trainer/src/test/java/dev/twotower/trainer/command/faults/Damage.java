package dev.twotower.trainer.command.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/** Ways in which a file is not what was written. */
enum Damage {
  FLIP {
    @Override
    String apply(Path file, Path sibling, UniformRandomProvider random) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length == 0) {
        return NOTHING;
      }
      int at = random.nextInt(bytes.length);
      int bit = random.nextInt(8);
      bytes[at] ^= (byte) (1 << bit);
      Files.write(file, bytes);
      return "bit " + bit + " of byte " + at;
    }
  },
  /** As a disk does it: nothing tells that the file was written. */
  ROT {
    @Override
    String apply(Path file, Path sibling, UniformRandomProvider random) throws IOException {
      FileTime time = Files.getLastModifiedTime(file);
      String done = FLIP.apply(file, sibling, random);
      Files.setLastModifiedTime(file, time);
      return done;
    }
  },
  CUT_ONE {
    @Override
    String apply(Path file, Path sibling, UniformRandomProvider random) throws IOException {
      return cut(file, Files.size(file) - 1);
    }
  },
  CUT {
    @Override
    String apply(Path file, Path sibling, UniformRandomProvider random) throws IOException {
      return Files.size(file) == 0 ? NOTHING : cut(file, random.nextLong(Files.size(file)));
    }
  },
  EMPTY {
    @Override
    String apply(Path file, Path sibling, UniformRandomProvider random) throws IOException {
      return cut(file, 0);
    }
  },
  ZERO {
    @Override
    String apply(Path file, Path sibling, UniformRandomProvider random) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length == 0) {
        return NOTHING;
      }
      int from = random.nextInt(bytes.length);
      int to = Math.min(bytes.length, from + 1 + random.nextInt(512));
      byte[] before = bytes.clone();
      Arrays.fill(bytes, from, to, (byte) 0);
      Files.write(file, bytes);
      return Arrays.equals(before, bytes) ? NOTHING : "zeros from byte " + from + " to " + to;
    }
  },
  DELETE {
    @Override
    String apply(Path file, Path sibling, UniformRandomProvider random) throws IOException {
      Files.delete(file);
      return "deleted";
    }
  },
  SWAP {
    @Override
    String apply(Path file, Path sibling, UniformRandomProvider random) throws IOException {
      if (!Files.isRegularFile(sibling) || Files.mismatch(file, sibling) < 0) {
        return NOTHING;
      }
      Files.copy(sibling, file, StandardCopyOption.REPLACE_EXISTING);
      return "replaced by that of another seed";
    }
  },
  DIRECTORY {
    @Override
    String apply(Path file, Path sibling, UniformRandomProvider random) throws IOException {
      Files.delete(file);
      Files.createDirectory(file);
      return "a directory";
    }
  },
  LINK {
    @Override
    String apply(Path file, Path sibling, UniformRandomProvider random) throws IOException {
      Files.delete(file);
      Files.createSymbolicLink(file, file);
      return "a link to itself";
    }
  },
  UNREADABLE {
    @Override
    String apply(Path file, Path sibling, UniformRandomProvider random) throws IOException {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
      return Files.isReadable(file) ? NOTHING : "mode 000"; // root reads it all the same
    }
  };

  /** The file is as before. */
  static final String NOTHING = "nothing";

  /**
   * @param sibling the same file from another seed
   * @return what was done, or {@link #NOTHING}
   */
  abstract String apply(Path file, Path sibling, UniformRandomProvider random) throws IOException;

  /** Whether what is left of the file is nothing that could be read. */
  boolean takesTheFileAway() {
    return this == DELETE || this == DIRECTORY || this == LINK || this == UNREADABLE;
  }

  private static String cut(Path file, long size) throws IOException {
    if (size < 0 || Files.size(file) <= size) {
      return NOTHING;
    }
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(size);
    }
    return "cut to " + size + " bytes";
  }
}
