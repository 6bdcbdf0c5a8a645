package dev.twotower.trainer.checkpoint;

import dev.twotower.data.disk.WriteFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A TensorBoard event file: TFRecord frames (length, masked CRC32C of the length, data, masked
 * CRC32C of the data) of {@code Event} messages, written field by field because no maintained Java
 * library writes them. Each append is one write, so a killed run leaves a readable file.
 */
final class EventFile {
  private static final String VERSION = "brain.Event:2";
  private static final int MASK_DELTA = 0xa282ead8;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final Path file;

  private EventFile(Path file) {
    this.file = file;
  }

  /** Starts the directory's next event file; TensorBoard reads all of them as one run. */
  static EventFile next(Path directory, double wallTime) throws IOException {
    int number = 0;
    Path file;
    do {
      file = directory.resolve("events.out.tfevents.%010d.twotower".formatted(number++));
    } while (Files.exists(file));
    EventFile events = new EventFile(file);
    Message version = new Message().fixed64(1, wallTime).bytes(3, utf8(VERSION));
    events.write(version, StandardOpenOption.CREATE_NEW);
    return events;
  }

  /** Appends scalars of one step. */
  void append(double wallTime, long step, Map<String, Double> scalars) throws IOException {
    Message summary = new Message();
    scalars.forEach(
        (tag, value) ->
            summary.bytes(
                1, new Message().bytes(1, utf8(tag)).fixed32(2, value.floatValue()).toBytes()));
    Message event = new Message().fixed64(1, wallTime).varint(2, step).bytes(5, summary.toBytes());
    write(event, StandardOpenOption.APPEND);
  }

  private void write(Message message, StandardOpenOption option) throws IOException {
    try {
      Files.write(file, frame(message), option);
    } catch (IOException e) {
      throw Files.isDirectory(file.getParent())
          ? WriteFailure.of(file, e)
          : WriteFailure.gone(file.getParent());
    }
  }

  private static byte[] frame(Message message) {
    byte[] data = message.toBytes();
    ByteBuffer frame = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    frame.putLong(data.length);
    frame.putInt(maskedChecksum(frame.array(), 0, 8));
    frame.put(data);
    frame.putInt(maskedChecksum(data, 0, data.length));
    return frame.array();
  }

  private static int maskedChecksum(byte[] bytes, int from, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, from, length);
    return Integer.rotateRight((int) checksum.getValue(), 15) + MASK_DELTA;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A protocol buffer message in the making. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message varint(int field, long value) {
      writeVarint((long) field << 3 | VARINT);
      writeVarint(value);
      return this;
    }

    Message fixed64(int field, double value) {
      writeVarint((long) field << 3 | FIXED64);
      ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value);
      out.writeBytes(bytes.array());
      return this;
    }

    Message fixed32(int field, float value) {
      writeVarint((long) field << 3 | FIXED32);
      ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value);
      out.writeBytes(bytes.array());
      return this;
    }

    Message bytes(int field, byte[] value) {
      writeVarint((long) field << 3 | BYTES);
      writeVarint(value.length);
      out.writeBytes(value);
      return this;
    }

    private void writeVarint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) (rest & 0x7f | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }

    byte[] toBytes() {
      return out.toByteArray();
    }
  }
}
