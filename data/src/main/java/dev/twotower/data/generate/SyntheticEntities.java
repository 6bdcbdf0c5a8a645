package dev.twotower.data.generate;

import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.MemoryEntityTable;
import dev.twotower.data.dataset.MemoryFeature;
import dev.twotower.data.random.Streams;
import dev.twotower.data.tree.CategoryTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Ids, names and features of the synthetic users and items. */
final class SyntheticEntities {
  /** Share of users whose segment is not their favourite department but any. */
  private static final double MISLABELLED = 0.2;

  private static final List<String> REGIONS =
      List.of("north", "south", "east", "west", "centre", "islands");
  private static final List<String> QUALITIES =
      List.of(
          "Amber", "Bold", "Bright", "Calm", "Classic", "Crisp", "Dark", "Deep", "Fine", "Fresh",
          "Gentle", "Golden", "Grand", "Green", "Happy", "Light", "Lively", "Mellow", "Mild",
          "Noble", "Plain", "Prime", "Pure", "Rich", "Royal", "Rustic", "Silver", "Simple",
          "Smooth", "Soft", "Sunny", "Swift", "Tidy", "True", "Velvet", "Warm", "White", "Wild");

  private SyntheticEntities() {}

  static EntityTable users(GenerateRequest request, Catalogue catalogue, SyntheticLog log) {
    CategoryTree tree = catalogue.tree();
    var ids = new ArrayList<String>(request.users());
    var segments = new ArrayList<String>(request.users());
    var regions = new ArrayList<String>(request.users());
    var random = Streams.stream(request.seed(), "generate.profiles");
    int departments = tree.childCount(tree.root());
    for (int user = 0; user < request.users(); user++) {
      ids.add("u" + user);
      int department = log.department(user);
      int any = tree.child(tree.root(), random.nextInt(departments));
      segments.add(tree.name(random.nextDouble() < MISLABELLED ? any : department));
      // Squared, so that regions differ in size.
      double place = random.nextDouble();
      regions.add(REGIONS.get((int) (place * place * REGIONS.size())));
    }
    return new MemoryEntityTable(
        ids,
        List.of(),
        List.of(
            MemoryFeature.categorical("segment", segments),
            MemoryFeature.categorical("region", regions)));
  }

  static EntityTable items(GenerateRequest request, CategoryTree tree) {
    int items = request.items();
    var ids = new ArrayList<String>(items);
    var names = new ArrayList<String>(items);
    var categories = new ArrayList<String>(items);
    var departments = new ArrayList<String>(items);
    var words = new ArrayList<List<String>>(items);
    float[] prices = new float[items];
    var random = Streams.stream(request.seed(), "generate.items");
    var normal = ZigguratSampler.NormalizedGaussian.of(random);
    for (int item = 0; item < items; item++) {
      int node = tree.nodeOf(item);
      String quality = QUALITIES.get(random.nextInt(QUALITIES.size()));
      ids.add("i" + item);
      names.add(quality + " " + tree.name(node) + " #" + item);
      categories.add(tree.name(node));
      departments.add(tree.name(tree.ancestorAt(node, 1)));
      words.add(words(quality + " " + tree.name(node)));
      // A category has its own price level, whole cents.
      double level = 2 + Streams.stream(request.seed(), "generate.price", node).nextDouble();
      prices[item] = Math.round(100 * Math.exp(level + 0.4 * normal.sample())) / 100f;
    }
    return new MemoryEntityTable(
        ids,
        names,
        List.of(
            MemoryFeature.categorical("category", categories),
            MemoryFeature.categorical("department", departments),
            MemoryFeature.multi("words", words),
            MemoryFeature.numeric("price", prices)));
  }

  /** Lower-case words without numbers, each once. */
  private static List<String> words(String name) {
    return List.of(name.toLowerCase(Locale.ROOT).split(" ")).stream()
        .filter(word -> Character.isLetter(word.charAt(0)))
        .distinct()
        .toList();
  }
}
