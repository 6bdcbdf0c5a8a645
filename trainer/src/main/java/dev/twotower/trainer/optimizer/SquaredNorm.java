package dev.twotower.trainer.optimizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.parallel.Chunks;
import dev.twotower.data.parallel.Workers;
import java.util.List;

/** The sum of squares of arrays, for the norm of a gradient. */
public final class SquaredNorm {
  private SquaredNorm() {}

  /**
   * Adds up squares in parts, the same on any number of threads.
   *
   * @param scratch owner of the result
   * @param arrays float32, of one or two dimensions
   * @return sums whose sum is that of all squares, float32; not finite where a number is not, or is
   *     so large that float32 cannot hold its square
   */
  public static NDArray sums(NDManager scratch, List<NDArray> arrays, Workers workers) {
    return RowKernels.on(scratch.getDevice())
        .map(kernels -> kernels.squares(scratch, arrays))
        .orElseGet(() -> inChunks(scratch, arrays, workers));
  }

  private static NDArray inChunks(NDManager scratch, List<NDArray> arrays, Workers workers) {
    List<Chunks> chunks =
        arrays.stream().map(array -> RowScript.chunks(scratch, array.getShape())).toList();
    int all = chunks.stream().mapToInt(Chunks::count).sum();
    NDArray squares = scratch.create(new Shape(all));
    workers.each(
        all,
        number -> {
          int chunk = number;
          int array = 0;
          while (chunk >= chunks.get(array).count()) {
            chunk -= chunks.get(array++).count();
          }
          Chunks of = chunks.get(array);
          RowScript.SCRIPT.run(
              "squares", arrays.get(array), squares, number, of.from(chunk), of.to(chunk));
        });
    return squares;
  }
}
