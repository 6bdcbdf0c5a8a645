package dev.twotower.data.generate;

import dev.twotower.data.random.Streams;
import dev.twotower.data.tree.CategoryTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** A random unbalanced tree whose leaves differ in size, with names a person can read. */
final class RandomTaxonomy {
  /** Share of inner categories, below the top level, that stay leaves. */
  private static final double STUNTED = 0.1;

  private static final List<String> DEPARTMENTS =
      List.of(
          "Bakery",
          "Dairy",
          "Produce",
          "Pantry",
          "Snacks",
          "Drinks",
          "Frozen",
          "Deli",
          "Garden",
          "Kitchen",
          "Bath",
          "Pets",
          "Baby",
          "Office",
          "Toys",
          "Sports",
          "Books",
          "Music",
          "Tools",
          "Travel",
          "Lighting",
          "Textiles",
          "Crafts",
          "Outdoor");
  private static final List<String> KINDS =
      List.of(
          "Classics",
          "Basics",
          "Specials",
          "Essentials",
          "Favourites",
          "Imports",
          "Minis",
          "Gifts",
          "Organics",
          "Novelties",
          "Staples",
          "Bundles");

  private RandomTaxonomy() {}

  static CategoryTree create(GenerateRequest request) {
    var random = Streams.stream(request.seed(), "generate.tree");
    var parent = new ArrayList<Integer>();
    var names = new ArrayList<String>();
    var leaves = new ArrayList<Integer>();
    List<Integer> level = List.of(-1);
    for (int depth = 0; depth < request.tree().size(); depth++) {
      int mean = request.tree().get(depth);
      var next = new ArrayList<Integer>();
      for (int node : level) {
        if (depth > 1 && random.nextDouble() < STUNTED) {
          leaves.add(node);
          continue;
        }
        // Half to one and a half times the mean; the top level as asked.
        int children = depth == 0 ? mean : random.nextInt((mean + 1) / 2, mean + mean / 2 + 1);
        for (int child = 0; child < children; child++) {
          next.add(parent.size());
          names.add(name(node == -1 ? "" : names.get(node), depth, child));
          parent.add(node);
        }
        if (leaves.size() + next.size() > request.items()) {
          throw new IllegalArgumentException(
              "cannot generate: a tree of "
                  + request.tree()
                  + " children per level has more leaves than the "
                  + request.items()
                  + " items; ask for more items or fewer children");
        }
      }
      level = next;
    }
    leaves.addAll(level);
    int[] parents = parent.stream().mapToInt(Integer::intValue).toArray();
    return CategoryTree.of(parents, names.toArray(String[]::new), fill(request, leaves));
  }

  /** Gives every leaf an item and the rest by log-normal leaf sizes, in random order. */
  private static int[] fill(GenerateRequest request, List<Integer> leaves) {
    var random = Streams.stream(request.seed(), "generate.leaves");
    var normal = ZigguratSampler.NormalizedGaussian.of(random);
    double[] weight = new double[leaves.size()];
    Arrays.setAll(weight, leaf -> Math.exp(0.8 * normal.sample()));
    int[] itemNode = new int[request.items()];
    int[] sizes = Shares.of(request.items(), weight, 1, request.items());
    int item = 0;
    for (int leaf = 0; leaf < sizes.length; leaf++) {
      Arrays.fill(itemNode, item, item + sizes[leaf], leaves.get(leaf));
      item += sizes[leaf];
    }
    PermutationSampler.shuffle(random, itemNode);
    return itemNode;
  }

  private static String name(String parent, int depth, int child) {
    return switch (depth) {
      case 0 -> counted(DEPARTMENTS, child);
      case 1 -> parent + " " + counted(KINDS, child);
      default -> parent + (depth == 2 ? " " : ".") + (child + 1);
    };
  }

  private static String counted(List<String> words, int index) {
    int round = index / words.size();
    return words.get(index % words.size()) + (round == 0 ? "" : " " + (round + 1));
  }
}
