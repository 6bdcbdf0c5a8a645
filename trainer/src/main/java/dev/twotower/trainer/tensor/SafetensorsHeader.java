package dev.twotower.trainer.tensor;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.twotower.data.BadDataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file, checked as <a
 * href="https://huggingface.co/docs/safetensors">its format</a> demands: the tensors fill the rest
 * of the file, one after another, without gaps or overlaps, and each is as long as its shape says.
 *
 * @param tensors the tensors by name
 */
record SafetensorsHeader(Map<String, Tensor> tensors) {
  /** The format's own limit, so that a wrong length is not taken for a request for memory. */
  static final long LONGEST = 100_000_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Map<String, Integer> BYTES =
      Map.ofEntries(
          Map.entry("BOOL", 1),
          Map.entry("U8", 1),
          Map.entry("I8", 1),
          Map.entry("F8_E4M3", 1),
          Map.entry("F8_E5M2", 1),
          Map.entry("I16", 2),
          Map.entry("U16", 2),
          Map.entry("F16", 2),
          Map.entry("BF16", 2),
          Map.entry("I32", 4),
          Map.entry("U32", 4),
          Map.entry("F32", 4),
          Map.entry("I64", 8),
          Map.entry("U64", 8),
          Map.entry("F64", 8));

  /**
   * A tensor.
   *
   * @param type such as {@code F32}
   * @param start first byte in the file
   * @param end byte after its last one
   */
  record Tensor(String type, List<Long> shape, long start, long end) {
    /** Its size where it has two dimensions of float32 that an array can have. */
    boolean isMatrix() {
      return type.equals("F32")
          && shape.size() == 2
          && shape.stream().allMatch(size -> size <= Integer.MAX_VALUE);
    }

    int rows() {
      return Math.toIntExact(shape.get(0));
    }

    int dimension() {
      return Math.toIntExact(shape.get(1));
    }

    @Override
    public String toString() {
      return type + " " + shape;
    }
  }

  /**
   * Reads a header.
   *
   * @param json its bytes
   * @param size bytes of the whole file
   * @throws BadDataException when it does not describe the file
   */
  static SafetensorsHeader parse(Path file, byte[] json, long size) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new BadDataException(
          "%s: its header is not JSON: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw BadDataException.unreadable(file, e);
    }
    if (!root.isObject()) {
      throw new BadDataException(file + ": its header is not a JSON object");
    }
    long start = 8L + json.length;
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    root.properties()
        .forEach(
            each -> {
              if (!each.getKey().equals("__metadata__")) {
                tensors.put(each.getKey(), tensor(file, each.getKey(), each.getValue(), start));
              }
            });
    requireFilled(file, tensors, start, size);
    return new SafetensorsHeader(tensors);
  }

  private static Tensor tensor(Path file, String name, JsonNode node, long start) {
    JsonNode type = node.path("dtype");
    JsonNode shape = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    boolean whole = type.isTextual() && shape.isArray() && offsets.size() == 2;
    for (JsonNode number : shape) {
      whole &= number.isIntegralNumber() && number.canConvertToLong() && number.asLong() >= 0;
    }
    for (JsonNode number : offsets) {
      whole &= number.isIntegralNumber() && number.canConvertToLong() && number.asLong() >= 0;
    }
    if (!whole) {
      throw bad(
          file,
          name,
          node,
          "dtype must be a text, shape and data_offsets lists of whole numbers from 0, two"
              + " offsets");
    }
    List<Long> sizes = new ArrayList<>();
    shape.forEach(number -> sizes.add(number.asLong()));
    long from = offsets.get(0).asLong();
    long to = offsets.get(1).asLong();
    long length;
    try {
      // Offsets fit a file, so the sums below do not overflow.
      Math.addExact(start, Math.max(from, to));
      length = BYTES.getOrDefault(type.asText(), 0);
      for (long each : sizes) {
        length = Math.multiplyExact(length, each);
      }
    } catch (ArithmeticException tooLarge) {
      throw bad(file, name, node, "its size is more than a file can have");
    }
    if (from > to || BYTES.containsKey(type.asText()) && to - from != length) {
      throw bad(
          file,
          name,
          node,
          "data_offsets must be as far apart as dtype and shape say, %d bytes".formatted(length));
    }
    return new Tensor(type.asText(), List.copyOf(sizes), start + from, start + to);
  }

  private static BadDataException bad(Path file, String name, JsonNode node, String why) {
    String shown = node.toString();
    return new BadDataException(
        "%s: tensor '%s' is %s; %s"
            .formatted(
                file,
                name.length() > 100 ? name.substring(0, 100) + ".." : name,
                shown.length() > 200 ? shown.substring(0, 200) + ".." : shown,
                why));
  }

  private static void requireFilled(Path file, Map<String, Tensor> tensors, long start, long size) {
    List<Tensor> inOrder =
        tensors.values().stream()
            .sorted(Comparator.comparingLong(Tensor::start).thenComparingLong(Tensor::end))
            .toList();
    long at = start;
    for (Tensor tensor : inOrder) {
      if (tensor.start() != at) {
        throw new BadDataException(
            "%s: a tensor of %s begins at byte %d, but should begin at %d; tensors must follow one another without gaps or overlaps"
                .formatted(file, tensor, tensor.start(), at));
      }
      at = tensor.end();
    }
    if (at > size) {
      throw new BadDataException(
          "%s is cut short at byte %d: its tensors need %d".formatted(file, size, at));
    }
    if (at < size) {
      throw new BadDataException(
          "%s has %d bytes, its tensors end at byte %d".formatted(file, size, at));
    }
  }
}
