package dev.twotower.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.parallel.Chunks;
import dev.twotower.data.parallel.Workers;
import dev.twotower.trainer.script.Script;
import dev.twotower.trainer.script.WorkArrays;
import java.util.List;

/** The engine's side of updates by the row; the resource of this name is its text. */
final class RowScript {
  static final Script SCRIPT = Script.load(RowScript.class, "RowScript");

  /** Numbers whose update fits a core's cache. */
  private static final int CPU_FLOATS = 1 << 16;

  private RowScript() {}

  /** What a program does with the rows of one chunk. */
  @FunctionalInterface
  interface Update {
    void run(List<NDArray> scratch, int from, int to);
  }

  /** Cuts an array's rows, or the numbers of a flat one, by its shape alone. */
  static Chunks chunks(NDManager manager, Shape shape) {
    long width = Math.max(1, shape.slice(1).size());
    long most = manager.getDevice().isGpu() ? Integer.MAX_VALUE : Math.max(1, CPU_FLOATS / width);
    return Chunks.ofAtMost(Math.toIntExact(most), Math.toIntExact(shape.get(0)));
  }

  /** Updates distinct rows, a chunk of them at a time. */
  static void each(Workers workers, WorkArrays arrays, NDArray gradient, Update update) {
    Shape shape = gradient.getShape();
    Chunks chunks = chunks(gradient.getManager(), shape);
    int floats = Math.multiplyExact(chunks.largest(), (int) shape.get(1));
    arrays.each(
        workers,
        chunks.count(),
        floats,
        (scratch, chunk) -> update.run(scratch, chunks.from(chunk), chunks.to(chunk)));
  }
}
