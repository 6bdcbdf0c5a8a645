package dev.twotower.trainer.tower;

import ai.djl.ndarray.NDArray;
import dev.twotower.trainer.script.Script;
import java.util.List;

/** The engine's side of towers in closed form; the resource of this name is its text. */
final class TowerScript implements TowerMath {
  static final Script SCRIPT = Script.load(TowerScript.class, "TowerScript");
  static final TowerMath MATH = new TowerScript();

  private TowerScript() {}

  @Override
  public void gather(NDArray table, NDArray rows, NDArray leaf, int from, int to) {
    SCRIPT.run("gather", table, rows, leaf, from, to);
  }

  @Override
  public void centre(List<NDArray> parameters, List<NDArray> centred) {
    SCRIPT.run("centre", parameters, centred);
  }

  @Override
  public void forward(
      NDArray x,
      List<NDArray> parameters,
      List<NDArray> centred,
      List<NDArray> kept,
      NDArray u,
      NDArray length,
      int from,
      int to) {
    SCRIPT.run("forward", x, parameters, centred, kept, u, length, from, to);
  }

  @Override
  public void backward(
      NDArray gradient,
      NDArray x,
      List<NDArray> parameters,
      List<NDArray> centred,
      List<NDArray> kept,
      NDArray u,
      NDArray length,
      NDArray dx,
      NDArray parts,
      List<NDArray> scratch,
      int chunk,
      int from,
      int to) {
    SCRIPT.run(
        "backward",
        gradient,
        x,
        parameters,
        centred,
        kept,
        u,
        length,
        dx,
        parts,
        scratch,
        chunk,
        from,
        to);
  }

  @Override
  public void total(NDArray parts, List<NDArray> parameters, NDArray into) {
    SCRIPT.run("total", parts, parameters, into);
  }
}
