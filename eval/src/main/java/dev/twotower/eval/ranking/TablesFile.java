package dev.twotower.eval.ranking;

import dev.twotower.data.BadDataException;
import dev.twotower.data.disk.WriteFailure;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The tables of one scorer as a file, big-endian: a version, the number of users, every table's
 * values, of which users and metrics say how many they are, and for each cutoff the items seen, as
 * the number of words and the words of a bit set. Who writes one seals it.
 */
final class TablesFile {
  private static final int VERSION = 1;

  private TablesFile() {}

  private static List<MetricTable> tables(RankingTables of) {
    List<MetricTable> all = new ArrayList<>(List.of(of.all()));
    all.addAll(of.ofSlice());
    of.parts().forEach(part -> all.add(part.table()));
    of.disliked().ifPresent(all::add);
    return all;
  }

  /**
   * Writes tables.
   *
   * @throws UncheckedIOException of a {@link WriteFailure}
   */
  static void write(RankingTables tables, Path file) {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(VERSION);
      out.writeInt(tables.all().users().length);
      for (MetricTable table : tables(tables)) {
        for (double[] values : table.values()) {
          for (double value : values) {
            out.writeDouble(value);
          }
        }
      }
      for (BitSet seen : tables.covered()) {
        long[] words = seen.toLongArray();
        out.writeInt(words.length);
        for (long word : words) {
          out.writeLong(word);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(WriteFailure.of(file, e));
    }
  }

  /**
   * Fills tables of the same users and metrics.
   *
   * @throws BadDataException when the file is not one of them
   */
  static void read(Path file, RankingTables tables) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      int version = in.readInt();
      int users = in.readInt();
      if (version != VERSION || users != tables.all().users().length) {
        throw new BadDataException(
            "%s is of version %d and %d users; allowed: version %d and %d users; remove it"
                .formatted(file, version, users, VERSION, tables.all().users().length));
      }
      for (MetricTable table : tables(tables)) {
        for (double[] values : table.values()) {
          for (int user = 0; user < users; user++) {
            values[user] = in.readDouble();
          }
        }
      }
      for (BitSet seen : tables.covered()) {
        long[] words = new long[in.readInt()];
        for (int i = 0; i < words.length; i++) {
          words[i] = in.readLong();
        }
        seen.or(BitSet.valueOf(words));
      }
      if (in.read() >= 0) {
        throw new BadDataException(file + " is longer than its tables; remove it");
      }
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
  }
}
