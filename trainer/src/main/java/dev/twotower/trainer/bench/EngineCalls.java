package dev.twotower.trainer.bench;

import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Counts the operations that the engine runs, with the engine's own profiler: those that no other
 * operation called, forward and backward.
 */
final class EngineCalls {
  private EngineCalls() {}

  /** An operation, from the profiler's trace. */
  private record Call(long thread, double start, double end) {}

  static int count(Runnable work) throws IOException {
    Path trace = Files.createTempFile("twotower-bench", ".json");
    try {
      JniUtils.startProfile(false, false, false);
      work.run();
      JniUtils.stopProfile(trace.toString());
      return outermost(Json.PLAIN.readTree(trace.toFile()));
    } finally {
      Files.deleteIfExists(trace);
    }
  }

  private static int outermost(JsonNode events) {
    List<Call> calls = new ArrayList<>();
    for (JsonNode event : events) {
      double start = event.path("ts").asDouble();
      calls.add(new Call(event.path("tid").asLong(), start, start + event.path("dur").asDouble()));
    }
    calls.sort(
        Comparator.comparingLong(Call::thread)
            .thenComparingDouble(Call::start)
            .thenComparing(Comparator.comparingDouble(Call::end).reversed()));
    int count = 0;
    Call outer = new Call(-1, 0, 0);
    for (Call call : calls) {
      if (call.thread() != outer.thread() || call.start() >= outer.end()) {
        count++;
        outer = call;
      }
    }
    return count;
  }
}
