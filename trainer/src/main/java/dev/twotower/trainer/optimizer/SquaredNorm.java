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
   * Adds up squares, the same on any number of threads; one transfer for all arrays.
   *
   * @param scratch owner of what is needed meanwhile
   * @param arrays float32, of one or two dimensions
   * @return not finite where a number is not, or is so large that float32 cannot hold its square
   */
  public static double of(NDManager scratch, List<NDArray> arrays, Workers workers) {
    List<Chunks> chunks =
        arrays.stream().map(array -> RowScript.chunks(scratch, array.getShape().get(0))).toList();
    int all = chunks.stream().mapToInt(Chunks::count).sum();
    if (all == 0) {
      return 0;
    }
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
    double sum = 0;
    for (float square : squares.toFloatArray()) {
      sum += square;
    }
    return sum;
  }
}
