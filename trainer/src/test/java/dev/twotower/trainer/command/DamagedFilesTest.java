package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random damage to every file of a data set, under every command that reads one. */
class DamagedFilesTest {
  private static final int TRIES = 12;
  private static final int[] EXTREMES = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30};

  @TempDir Path folder;
  private Path data;
  private final UniformRandomProvider random = Streams.stream(7, "damage");

  @BeforeEach
  void write() {
    data = folder.resolve("data");
    DatasetBuilder builder =
        new DatasetBuilder()
            .categoricalContext("device", List.of("phone", "desk"))
            .userFeature(MemoryFeature.categorical("land", List.of("fr", "de", "fr", "it")))
            .itemFeature(
                MemoryFeature.vector("words", new float[][] {{1, 2}, {4, 5}, {7, 8}, {1, 1}}))
            .tree(new int[] {-1, 0, 0}, List.of("all", "a", "b"), new int[] {1, 1, 2, 2});
    for (int user = 0; user < 4; user++) {
      for (int row = 0; row < 3; row++) {
        Split split = row < 2 ? Split.TRAIN : Split.TEST;
        builder.row(split, user, (user + row) % 4, user, 100 + row, 1 + row, row % 3);
      }
    }
    builder.write(data).close();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private String[] command(int which) {
    String at = data.toString();
    return switch (which % 3) {
      case 0 -> new String[] {"describe", "--data", at, "--batch-size", "4"};
      case 1 -> new String[] {"diagnose", "--data", at, "--layout", "sorted", "--batch-size", "4"};
      default ->
          new String[] {
            "train", "--data", at, "--out", folder.resolve("run").toString(), "--set", "epochs=1"
          };
    };
  }

  @Test
  void noDamageIsAcceptedAndEachNamesAFile() throws IOException {
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < TRIES; i++) {
        byte[] damaged = damaged(whole);
        if (Arrays.equals(whole, damaged)) {
          continue;
        }
        Files.write(file, damaged);
        assertRefused(file, i);
      }
      Files.delete(file);
      assertRefused(file, 0);
      Files.createDirectory(file);
      assertRefused(file, 1);
      Files.delete(file);
      Files.write(file, whole);
    }
    assertThat(Invocation.of(command(0)).exitCode()).isZero();
  }

  /** Damage to the seal may look like damage to a file that it lists. */
  private void assertRefused(Path file, int which) {
    Invocation answer = Invocation.of(command(which)).refused(3, data.toString());
    boolean seal = file.endsWith("SHA256SUMS");
    assertThat(answer.err()).contains(seal ? data.toString() : file.toString());
    assertThat(folder.resolve("run")).doesNotExist();
  }

  /** Nothing vouches for the manifest of an old data set, so some damage is not seen. */
  @Test
  void aManifestWithoutASealIsReadOrRefusedInWords() throws IOException {
    Files.delete(data.resolve("SHA256SUMS"));
    Path manifest = data.resolve("dataset.json");
    String old =
        Files.readString(manifest)
            .replaceFirst("\"formatVersion\" : [0-9]+", "\"formatVersion\" : 1")
            .replace("epoch-microseconds", "epoch-seconds");
    Files.writeString(manifest, old);
    assertThat(Invocation.of(command(0)).exitCode()).isZero();
    for (int i = 0; i < 100; i++) {
      Files.write(manifest, damaged(old.getBytes(StandardCharsets.UTF_8)));
      Invocation answer = Invocation.of(command(i % 2));
      if (answer.exitCode() != 0) {
        answer.refused(3, manifest.getParent().toString());
      }
    }
  }

  /** One to three of: a bit, a byte, a number, a cut, an insertion, a deletion, zeros. */
  private byte[] damaged(byte[] whole) {
    byte[] bytes = whole.clone();
    for (int times = random.nextInt(1, 4); times > 0; times--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(7)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> {
          if (bytes.length > 4) {
            ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(at % (bytes.length - 4), EXTREMES[random.nextInt(EXTREMES.length)]);
          }
        }
        case 3 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        case 4 -> bytes = spliced(bytes, at, at, random.nextInt(1, 20));
        case 5 -> bytes = spliced(bytes, at, Math.min(bytes.length, at + random.nextInt(20)), 0);
        default -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 16), (byte) 0);
      }
    }
    return bytes;
  }

  private byte[] spliced(byte[] bytes, int from, int to, int inserted) {
    List<Byte> result = new ArrayList<>();
    for (int i = 0; i < bytes.length; i++) {
      for (int n = 0; i == from && n < inserted; n++) {
        result.add((byte) random.nextInt(256));
      }
      if (i < from || i >= to) {
        result.add(bytes[i]);
      }
    }
    byte[] spliced = new byte[Math.max(1, result.size())];
    for (int i = 0; i < result.size(); i++) {
      spliced[i] = result.get(i);
    }
    return spliced;
  }
}
