package dev.twotower.trainer.command.faults;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Files of vectors whose headers say what cannot be. */
final class HostileVectors {
  private static final int ROWS = 200;
  private static final int COLUMNS = 4;

  private HostileVectors() {}

  static List<HostileFile> all(Scene scene) {
    Function<Path, List<String>> quantize =
        file -> {
          List<String> command =
              new ArrayList<>(
                  Scene.quantize(
                      scene.run(),
                      scene.data(),
                      file.resolveSibling("codes"),
                      List.of("--set=epochs=2", "--set=warmup=1")));
          command.set(1, "--vectors=" + file);
          return command;
        };
    List<HostileFile> all = new ArrayList<>();
    String[][] headers = {
      {"negative offsets", "[200,4]", "[-8,3192]"},
      {"offsets beyond the file", "[200,4]", "[0,1000000000000]"},
      {"offsets that contradict the shape", "[200,4]", "[0,100]"},
      {"offsets in reverse", "[200,4]", "[3200,0]"},
      {"a shape of text", "\"200\"", "[0,3200]"},
      {"a shape of fractions", "[200.7,4]", "[0,3200]"},
      {"a negative shape", "[-200,-4]", "[0,3200]"},
      {"a huge shape", "[2147483647,2147483647]", "[0,3200]"},
      {"three dimensions", "[200,2,2]", "[0,3200]"},
      {"no dimensions", "[]", "[0,3200]"},
    };
    for (String[] each : headers) {
      String header =
          "{\"items\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":%s}}"
              .formatted(each[1], each[2]);
      all.add(
          new HostileFile(
              "safetensors", each[0], "v.safetensors", tensors(header), quantize, true));
    }
    for (String header :
        new String[] {
          "", "{", "null", "[1]", "{\"items\":null}", "{\"items\":{}}", "{\"a\":".repeat(5000)
        }) {
      String name = "header " + (header.length() > 20 ? "of 5,000 levels" : header);
      all.add(
          new HostileFile("safetensors", name, "v.safetensors", tensors(header), quantize, true));
    }
    for (long length : new long[] {-1, Long.MAX_VALUE, Integer.MAX_VALUE, 1L << 33}) {
      all.add(
          new HostileFile(
              "safetensors",
              "a header of " + length + " bytes",
              "v.safetensors",
              (file, random) ->
                  Files.write(
                      file,
                      ByteBuffer.allocate(100)
                          .order(ByteOrder.LITTLE_ENDIAN)
                          .putLong(length)
                          .array()),
              quantize,
              true));
    }
    String good = "{'descr': '<f4', 'fortran_order': False, 'shape': (200, 4), }";
    String[] npy = {
      good.replace("200, 4", "2147483647, 2147483647"),
      good.replace("200, 4", "-200, -4"),
      good.replace("200, 4", "99999999999999999999, 4"),
      good.replace("200, 4", "200, 4, 1"),
      good.replace("200, 4", "0, 4"),
      good.replace("False", "True"),
      good.replace("<f4", ">f4"),
      good.replace("<f4", "|O"),
      "",
      "'descr': '<f4' 'fortran_order': False ".repeat(1500)
    };
    for (String header : npy) {
      String name = header.length() > 80 ? "a header of 60 kB" : "header " + header;
      all.add(
          new HostileFile("npy", name, "v.npy", npy(1, header.length(), header), quantize, true));
    }
    for (int length : new int[] {Integer.MAX_VALUE, -1, 1 << 30}) {
      all.add(
          new HostileFile(
              "npy",
              "version 2, a header of " + length + " bytes",
              "v.npy",
              npy(2, length, good),
              quantize,
              true));
    }
    all.add(
        new HostileFile("npy", "random bytes", "v.npy", HostileLogs.random(500), quantize, true));
    return all;
  }

  private static HostileFile.Content tensors(String header) {
    return (file, random) -> {
      byte[] json = header.getBytes(StandardCharsets.UTF_8);
      ByteBuffer bytes =
          ByteBuffer.allocate(8 + json.length + 4 * ROWS * COLUMNS).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putLong(json.length).put(json);
      while (bytes.hasRemaining() && bytes.remaining() >= 4) {
        bytes.putFloat(random.nextFloat());
      }
      Files.write(file, bytes.array());
    };
  }

  private static HostileFile.Content npy(int version, int length, String header) {
    return (file, random) -> {
      byte[] text = header.getBytes(StandardCharsets.UTF_8);
      ByteBuffer bytes =
          ByteBuffer.allocate(12 + text.length + 4 * ROWS * COLUMNS).order(ByteOrder.LITTLE_ENDIAN);
      bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
      bytes.put((byte) version).put((byte) 0);
      if (version == 1) {
        bytes.putShort((short) length);
      } else {
        bytes.putInt(length);
      }
      bytes.put(text);
      while (bytes.remaining() >= 4) {
        bytes.putFloat(random.nextFloat());
      }
      Files.write(file, bytes.array());
    };
  }
}
