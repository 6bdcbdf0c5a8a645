package dev.twotower.trainer.ids.quantize;

import dev.twotower.trainer.contrastive.PairTargets;
import dev.twotower.trainer.contrastive.ReferenceGradedLoss;
import java.util.Arrays;
import java.util.List;

/**
 * The definition in plain doubles, item by item (package description); for tests and small cases.
 * What {@code sg} stops is computed once and then held, so the gradient of L is the ordinary
 * derivative of {@link #losses} while {@link Stopped} stays the same.
 *
 * @param encoder of dimension to latent numbers
 * @param head of dimension to category width numbers; null where the tree loss compares outputs
 * @param decoder of latent to dimension numbers
 * @param codebooks levels x codes x (latent + category width)
 */
public record ReferenceQuantizer(
    Network encoder, Network head, Network decoder, double[][][] codebooks) {

  /** A linear layer. */
  public record Layer(double[][] weight, double[] bias) {}

  /** Layers with ReLU between them, and a linear map that is added; at least one layer. */
  public record Network(double[][] shortcut, List<Layer> layers) {}

  /** What enters the losses. */
  public record Settings(double commitment, double lambda, double levelDecay, double temperature) {}

  /**
   * What {@code sg} stops: computed from the parameters as they are, held while they vary.
   *
   * @param latent z of each item
   * @param numbers the codes chosen, items x levels
   * @param chosen those codes themselves, items x levels x width
   */
  public record Stopped(double[][] latent, int[][] numbers, double[][][] chosen) {}

  /** The losses. */
  public record Losses(double reconstruction, double quantisation, double tree, double total) {}

  /** Encodes items and chooses their codes; of two equally near codes the lower. */
  public Stopped stop(double[][] items, Settings settings) {
    double[][] latent = new double[items.length][];
    int[][] numbers = new int[items.length][codebooks.length];
    double[][][] chosen = new double[items.length][codebooks.length][];
    for (int i = 0; i < items.length; i++) {
      latent[i] = encode(items[i], settings);
      double[] residual = latent[i];
      for (int level = 0; level < codebooks.length; level++) {
        numbers[i][level] = nearest(residual, codebooks[level]);
        chosen[i][level] = codebooks[level][numbers[i][level]].clone();
        residual = faded(plus(residual, chosen[i][level], -1), settings.levelDecay());
      }
    }
    return new Stopped(latent, numbers, chosen);
  }

  /**
   * The losses of a batch of items, and of a tree batch.
   *
   * @param targets weights of the tree batch's pairs; null without a tree term
   */
  public Losses losses(
      double[][] items,
      Stopped stopped,
      double[][] treeItems,
      Stopped treeStopped,
      PairTargets targets,
      Settings settings) {
    double reconstruction = 0;
    double quantisation = 0;
    for (int i = 0; i < items.length; i++) {
      double[] z = encode(items[i], settings);
      double[] zStopped = stopped.latent()[i];
      double[] straightThrough = plus(z, zStopped, -1);
      double[] residual = z;
      double[] residualStopped = zStopped;
      for (int level = 0; level < codebooks.length; level++) {
        double[] code = codebooks[level][stopped.numbers()[i][level]];
        double[] codeStopped = stopped.chosen()[i][level];
        straightThrough =
            plus(straightThrough, faded(codeStopped, Math.pow(settings.levelDecay(), -level)), 1);
        quantisation += meanSquare(residualStopped, code) / items.length;
        quantisation += settings.commitment() * meanSquare(residual, codeStopped) / items.length;
        residual = faded(plus(residual, codeStopped, -1), settings.levelDecay());
        residualStopped = faded(plus(residualStopped, codeStopped, -1), settings.levelDecay());
      }
      reconstruction += meanSquare(decode(straightThrough), items[i]) / items.length;
    }
    double tree = targets == null ? 0 : tree(treeItems, treeStopped, targets, settings);
    return new Losses(
        reconstruction,
        quantisation,
        tree,
        reconstruction + quantisation + settings.lambda() * tree);
  }

  private double tree(double[][] items, Stopped stopped, PairTargets targets, Settings settings) {
    double[][] prefix = new double[items.length][];
    for (int i = 0; i < items.length; i++) {
      prefix[i] = plus(encode(items[i], settings), stopped.latent()[i], -1);
    }
    double sum = 0;
    double weight = 1;
    for (int level = 0; level < codebooks.length; level++) {
      double[][] units = new double[items.length][];
      for (int i = 0; i < items.length; i++) {
        double[] code = codebooks[level][stopped.numbers()[i][level]];
        prefix[i] = plus(prefix[i], faded(code, Math.pow(settings.levelDecay(), -level)), 1);
        units[i] =
            unit(
                head == null
                    ? decode(prefix[i])
                    : Arrays.copyOfRange(prefix[i], latent(), prefix[i].length));
      }
      sum += weight * ReferenceGradedLoss.of(units, targets, settings.temperature()).loss();
      weight *= settings.levelDecay();
    }
    return sum;
  }

  /** The category part's squared length is multiplied. */
  private double[] faded(double[] joint, double squared) {
    double[] faded = joint.clone();
    for (int c = latent(); c < joint.length; c++) {
      faded[c] *= Math.sqrt(squared);
    }
    return faded;
  }

  private int latent() {
    return encoder.shortcut().length;
  }

  private double[] encode(double[] item, Settings settings) {
    double[] z = forward(encoder, item);
    if (head == null) {
      return z;
    }
    double[] category = unit(forward(head, item));
    double[] joint = Arrays.copyOf(z, z.length + category.length);
    for (int c = 0; c < category.length; c++) {
      joint[z.length + c] = Math.sqrt(settings.lambda() * item.length) * category[c];
    }
    return joint;
  }

  private double[] decode(double[] joint) {
    return forward(decoder, Arrays.copyOf(joint, latent()));
  }

  private static double[] forward(Network network, double[] input) {
    double[] current = input;
    for (int number = 0; number < network.layers().size(); number++) {
      Layer layer = network.layers().get(number);
      double[] active = current.clone();
      for (int i = 0; i < active.length && number > 0; i++) {
        active[i] = Math.max(0, active[i]);
      }
      current = plus(layer.bias(), times(layer.weight(), active), 1);
    }
    return plus(current, times(network.shortcut(), input), 1);
  }

  private static double[] times(double[][] weight, double[] vector) {
    double[] product = new double[weight.length];
    for (int o = 0; o < product.length; o++) {
      for (int i = 0; i < vector.length; i++) {
        product[o] += weight[o][i] * vector[i];
      }
    }
    return product;
  }

  private static int nearest(double[] point, double[][] codes) {
    int nearest = 0;
    for (int code = 1; code < codes.length; code++) {
      if (meanSquare(point, codes[code]) < meanSquare(point, codes[nearest])) {
        nearest = code;
      }
    }
    return nearest;
  }

  private static double[] plus(double[] a, double[] b, double factor) {
    double[] sum = a.clone();
    for (int d = 0; d < sum.length; d++) {
      sum[d] += factor * b[d];
    }
    return sum;
  }

  private static double meanSquare(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (a[d] - b[d]) * (a[d] - b[d]);
    }
    return sum / a.length;
  }

  private static double[] unit(double[] vector) {
    double[] zeros = new double[vector.length];
    double norm = Math.sqrt(vector.length * meanSquare(vector, zeros));
    return plus(zeros, vector, 1 / norm);
  }
}
