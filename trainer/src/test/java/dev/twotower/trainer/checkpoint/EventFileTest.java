package dev.twotower.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
  @Test
  void framesAreWholeAndCarryTheScalars(@TempDir Path folder) throws Exception {
    EventFile events = EventFile.next(folder, 1.5);
    events.append(2.5, 300, Map.of("train/loss", 0.25));
    ByteBuffer file =
        ByteBuffer.wrap(
                Files.readAllBytes(folder.resolve("events.out.tfevents.0000000000.twotower")))
            .order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer version = frame(file);
    assertThat(version.get()).isEqualTo((byte) (1 << 3 | 1));
    assertThat(version.getDouble()).isEqualTo(1.5);
    assertThat(new String(version.array(), StandardCharsets.UTF_8)).contains("brain.Event:2");
    ByteBuffer event = frame(file);
    event.get();
    assertThat(event.getDouble()).isEqualTo(2.5);
    assertThat(event.get()).isEqualTo((byte) (2 << 3));
    // 300 as a varint: 0b10_0101100
    assertThat(new byte[] {event.get(), event.get()}).containsExactly(0xac, 0x02);
    assertThat(event.get()).isEqualTo((byte) (5 << 3 | 2));
    assertThat(event.get()).isEqualTo((byte) event.remaining());
    assertThat(new String(event.array(), StandardCharsets.UTF_8)).contains("train/loss");
    assertThat(event.order(ByteOrder.LITTLE_ENDIAN).getFloat(event.limit() - 4)).isEqualTo(0.25f);
    assertThat(file.hasRemaining()).isFalse();
  }

  @Test
  void aResumedRunStartsTheNextFile(@TempDir Path folder) throws Exception {
    EventFile.next(folder, 0);
    EventFile.next(folder, 0);
    assertThat(folder.resolve("events.out.tfevents.0000000001.twotower")).exists();
  }

  private static ByteBuffer frame(ByteBuffer file) {
    int at = file.position();
    long length = file.getLong();
    assertThat(file.getInt()).isEqualTo(checksum(file.array(), at, 8));
    byte[] data = new byte[(int) length];
    file.get(data);
    assertThat(file.getInt()).isEqualTo(checksum(data, 0, data.length));
    return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The TFRecord format's mask: rotate right by 15, add a constant. */
  private static int checksum(byte[] bytes, int from, int length) {
    CRC32C plain = new CRC32C();
    plain.update(bytes, from, length);
    int value = (int) plain.getValue();
    return (value >>> 15 | value << 17) + 0xa282ead8;
  }
}
