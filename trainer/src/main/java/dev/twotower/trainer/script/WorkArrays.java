package dev.twotower.trainer.script;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.twotower.data.parallel.Scratch;
import dev.twotower.data.parallel.Workers;
import java.util.List;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/**
 * Arrays in which threads keep what a program needs between its operations: made once, and anew
 * where a batch needs longer ones. New memory for every operation would cost more than most
 * operations do. Used by one piece of work at a time.
 */
public final class WorkArrays {
  private final NDManager owner;
  private final int count;
  private int floats;
  private Scratch<List<NDArray>> scratch = new Scratch<>(this::make);

  /**
   * @param owner of the arrays
   * @param count arrays that a thread has
   */
  public WorkArrays(NDManager owner, int count) {
    this.owner = owner;
    this.count = count;
  }

  private List<NDArray> make() {
    return IntStream.range(0, count).mapToObj(each -> owner.create(new Shape(floats))).toList();
  }

  /**
   * Runs chunks of work, each with arrays that its thread has alone.
   *
   * @param least floats that each array must hold
   * @param work receives the arrays, which hold anything, and a chunk's number
   */
  public void each(Workers workers, int chunks, int least, ObjIntConsumer<List<NDArray>> work) {
    if (least > floats) {
      scratch.made().forEach(arrays -> arrays.forEach(NDArray::close));
      floats = least;
      scratch = new Scratch<>(this::make);
    }
    scratch.make(workers.threads());
    workers.each(chunks, scratch, work);
  }
}
