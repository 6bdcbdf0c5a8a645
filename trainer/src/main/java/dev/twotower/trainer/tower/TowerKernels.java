package dev.twotower.trainer.tower;

import ai.djl.ndarray.NDArray;
import dev.twotower.trainer.config.Precision;
import dev.twotower.trainer.cuda.Arguments;
import dev.twotower.trainer.cuda.CudaDevice;
import dev.twotower.trainer.cuda.CudaDevice.Entered;
import dev.twotower.trainer.cuda.CudaDevice.Kernel;
import java.util.List;

/** Towers on a GPU: matrix products, and kernels of the project's own in between. */
final class TowerKernels implements TowerMath {
  private static final int THREADS = 256;

  /** A warp for every eighth of the rows, or a fraction of it. */
  private static final int COLUMN_THREADS = 1024;

  private static final int COLUMNS = 32;
  private static final int MOST_BLOCKS = 4096;

  private final CudaDevice device;
  private final Precision precision;
  private final Kernel gather;
  private final Kernel centre;
  private final Kernel standardise;
  private final Kernel unit;
  private final Kernel unitBack;
  private final Kernel columnSums;
  private final Kernel standardiseBack;
  private final Arguments arguments = new Arguments(8);

  TowerKernels(CudaDevice device, Precision precision) {
    this.device = device;
    this.precision = precision;
    CudaDevice.Module module = device.module(TowerKernels.class, "TowerKernels");
    this.gather = module.kernel("gather");
    this.centre = module.kernel("centre");
    this.standardise = module.kernel("standardise");
    this.unit = module.kernel("unit");
    this.unitBack = module.kernel("unitBack");
    this.columnSums = module.kernel("columnSums");
    this.standardiseBack = module.kernel("standardiseBack");
  }

  private static long at(NDArray array) {
    return CudaDevice.address(array);
  }

  private static int rows(NDArray matrix) {
    return (int) matrix.getShape().get(0);
  }

  private static int width(NDArray matrix) {
    return (int) matrix.getShape().get(1);
  }

  /** A whole batch is one chunk on a GPU. */
  private static void checkWhole(int from) {
    if (from != 0) {
      throw new IllegalArgumentException("a GPU takes all rows at once, not those from " + from);
    }
  }

  private static int blocks(long elements) {
    return (int) Math.min(MOST_BLOCKS, (elements + THREADS - 1) / THREADS);
  }

  @Override
  public void gather(NDArray table, NDArray rows, NDArray leaf, int from, int to) {
    checkWhole(from);
    try (Entered entered = device.enter()) {
      arguments.begin().add(at(table)).add(at(rows)).add(at(leaf)).add((long) to);
      gather.launch(blocks((long) to * width(table)), THREADS, arguments.add((long) width(table)));
    }
  }

  @Override
  public void centre(List<NDArray> parameters, List<NDArray> centred) {
    try (Entered entered = device.enter()) {
      for (int layer = 0; layer < parameters.size() / 4; layer++) {
        NDArray weight = parameters.get(4 * layer);
        centre(
            at(weight),
            at(parameters.get(4 * layer + 1)),
            at(centred.get(2 * layer)),
            at(centred.get(2 * layer + 1)),
            weight);
      }
    }
  }

  private void centre(long weight, long bias, long intoWeight, long intoBias, NDArray like) {
    arguments.begin().add(weight).add(bias).add(intoWeight).add(intoBias);
    arguments.add((long) rows(like)).add((long) width(like));
    centre.launch(blocks(width(like)), THREADS, arguments);
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
    checkWhole(from);
    try (Entered entered = device.enter()) {
      long below = at(x);
      int layers = parameters.size() / 4;
      for (int layer = 0; layer < layers; layer++) {
        NDArray weight = centred.get(2 * layer);
        long h = at(kept.get(3 * layer));
        long out = at(kept.get(3 * layer + 2));
        product(to, rows(weight), width(weight), below, false, at(weight), true, h);
        arguments.begin().add(h).add(at(centred.get(2 * layer + 1)));
        arguments.add(at(kept.get(3 * layer + 1))).add(at(parameters.get(4 * layer + 2)));
        arguments.add(at(parameters.get(4 * layer + 3))).add(out).add((long) rows(weight));
        standardise.launchRows(to, rows(weight), arguments);
        below = out;
      }
      long bias = 0;
      if (!parameters.isEmpty()) {
        NDArray weight = parameters.get(4 * layers);
        product(to, rows(weight), width(weight), below, false, at(weight), true, at(u));
        below = at(u);
        bias = at(parameters.get(4 * layers + 1));
      }
      arguments.begin().add(below).add(bias).add(at(u)).add(at(length)).add((long) width(u));
      unit.launchRows(to, width(u), arguments);
    }
  }

  private void product(
      int rows,
      int columns,
      int inner,
      long a,
      boolean transposeA,
      long b,
      boolean transposeB,
      long c) {
    device.multiply(precision, rows, columns, inner, 1, a, transposeA, b, transposeB, 0, c);
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
    checkWhole(from);
    NDArray rowMajor = CudaDevice.rowMajor(gradient);
    try (Entered entered = device.enter()) {
      long d = parameters.isEmpty() ? at(dx) : at(scratch.get(0));
      arguments.begin().add(at(rowMajor)).add(at(u)).add(at(length)).add(d);
      unitBack.launchRows(to, width(u), arguments.add((long) width(u)));
      if (parameters.isEmpty()) {
        return;
      }
      int layers = parameters.size() / 4;
      long part = at(parts) + (long) width(parts) * Float.BYTES;
      for (int i = layers; i >= 0; i--) {
        NDArray weight = i < layers ? centred.get(2 * i) : parameters.get(4 * i);
        int outputs = rows(weight);
        int inputs = width(weight);
        long below = i > 0 ? at(kept.get(3 * i - 1)) : at(x);
        part -= (long) outputs * (inputs + 1) * Float.BYTES;
        product(outputs, inputs, to, d, true, below, false, part);
        long biasPart = part + (long) outputs * inputs * Float.BYTES;
        columnSums(d, 0, 0, biasPart, 0, to, outputs);
        if (i == 0) {
          product(to, inputs, outputs, d, false, at(weight), false, at(dx));
          break;
        }
        long below0 = at(scratch.get((layers - i + 1) % 2));
        product(to, inputs, outputs, d, false, at(weight), false, below0);
        d = below0;
        part -= 2L * inputs * Float.BYTES;
        long h = at(kept.get(3 * i - 3));
        columnSums(d, below, h, part + (long) inputs * Float.BYTES, part, to, inputs);
        arguments.begin().add(d).add(below).add(h).add(at(kept.get(3 * i - 2)));
        arguments.add(at(parameters.get(4 * i - 2))).add((long) inputs);
        standardiseBack.launchRows(to, inputs, arguments);
      }
    }
  }

  private void columnSums(
      long values, long passed, long factors, long sums, long products, int rows, int width) {
    arguments.begin().add(values).add(passed).add(factors).add(sums).add(products);
    arguments.add((long) rows).add((long) width);
    columnSums.launch((width + COLUMNS - 1) / COLUMNS, COLUMN_THREADS, arguments);
  }

  @Override
  public void total(NDArray parts, List<NDArray> parameters, NDArray into) {
    try (Entered entered = device.enter()) {
      long gradient = at(into);
      device.copy(at(parts), gradient, into.size() * Float.BYTES);
      for (int layer = 0; layer < parameters.size() / 4; layer++) {
        NDArray weight = parameters.get(4 * layer);
        long bias = gradient + weight.size() * Float.BYTES;
        centre(gradient, bias, gradient, bias, weight);
        gradient = bias + 3L * rows(weight) * Float.BYTES;
      }
    }
  }
}
