package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.tree.CategoryTree;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The published files, where they are at hand: counts that their owners state or that we counted.
 */
class RealDataImportTest {
  @TempDir Path temp;

  private static Path data(String name) {
    String named =
        System.getProperty("TWOTOWER_DATA", System.getenv().getOrDefault("TWOTOWER_DATA", ""));
    Path root = named.isEmpty() ? null : Path.of(named);
    for (Path up = Path.of("").toAbsolutePath(); root == null && up != null; up = up.getParent()) {
      Path candidate = up.resolve("shared/data");
      root = Files.isDirectory(candidate) ? candidate : null;
    }
    Path folder = root == null ? Path.of("shared/data", name) : root.resolve(name);
    Assumptions.assumeTrue(
        Files.isDirectory(folder),
        "skipped: no folder " + folder + "; set TWOTOWER_DATA to the folder that holds " + name);
    return folder;
  }

  private Dataset open(ImportRequest.Builder request) {
    Importers.run(request.build(), ImportProgress.NONE);
    Dataset dataset = Dataset.open(temp.resolve("data"));
    return dataset;
  }

  private ImportRequest.Builder request(ImportFormat format, Path from) {
    return ImportRequest.builder(format, from, temp.resolve("data"));
  }

  private static void assertCounts(Dataset data, int users, int items, int requests, long... rows) {
    assertThat(data.users()).as("users").isEqualTo(users);
    assertThat(data.items()).as("items").isEqualTo(items);
    assertThat(data.requests()).as("requests").isEqualTo(requests);
    for (Split split : Split.values()) {
      assertThat(data.interactions(split).rows()).as("%s", split).isEqualTo(rows[split.index()]);
    }
  }

  @Test
  void ml100k() {
    try (Dataset data = open(request(ImportFormat.MOVIELENS, data("ml-100k")))) {
      assertCounts(data, 943, 1_682, 943, 98_114, 943, 943);
      int starWars = data.itemTable().index("50").orElseThrow();
      assertThat(data.itemTable().name(starWars)).isEqualTo("Star Wars (1977)");
      assertThat(MovieLensImportTest.text(data.itemTable(), "year", starWars)).isEqualTo("1977");
      assertThat(data.itemTable().feature("genres").codes(starWars)).hasSize(5);
      assertThat(data.itemTable().feature("genres").cardinality()).isEqualTo(20);
      assertThat(data.userTable().feature("occupation").cardinality()).isEqualTo(22);
      // Each user's test row is the latest of all that user's.
      Interactions train = data.interactions(Split.TRAIN);
      Interactions test = data.interactions(Split.TEST);
      for (int user = 0; user < data.users(); user++) {
        long last = test.time(test.userStart(user));
        for (long row = train.userStart(user); row < train.userEnd(user); row++) {
          assertThat(train.time(row)).isLessThanOrEqualTo(last);
        }
      }
    }
  }

  @Test
  void movielens1m() {
    try (Dataset data = open(request(ImportFormat.LIGHTGCN, data("movielens1m-m1")))) {
      assertThat(data.interactions(Split.TEST).rows()).isEqualTo(99_455);
      long train = data.interactions(Split.TRAIN).rows();
      long validation = data.interactions(Split.VALIDATION).rows();
      assertThat(train + validation).isEqualTo(796_244);
      assertThat((double) validation / 796_244).isBetween(0.098, 0.102);
      assertThat(data.users()).isEqualTo(6_022);
      assertThat(data.items()).isEqualTo(3_043);
    }
  }

  @Test
  void instacart() {
    try (Dataset data = open(request(ImportFormat.BASKETS, data("instacart")))) {
      assertCounts(data, 131_209, 49_688, 131_209, 1_150_625, 116_996, 116_996);
      CategoryTree tree = data.tree().orElseThrow();
      // 134 aisles under 21 departments, and the unnamed root above them.
      assertThat(tree.nodes()).isEqualTo(134 + 21 + 1);
      int yogurt = data.itemTable().index("49302").orElseThrow();
      assertThat(data.itemTable().name(yogurt)).isEqualTo("Bulgarian Yogurt");
      assertThat(tree.path(tree.nodeOf(yogurt))).containsExactly("dairy eggs", "yogurt");
    }
  }

  @Test
  void onlineRetail() {
    ImportRequest.Builder request =
        request(ImportFormat.BASKETS, data("online-retail").resolve("online_retail.csv.gz"))
            .column("user", "CustomerID")
            .column("request", "InvoiceNo")
            .column("item", "StockCode")
            .column("time", "InvoiceDate")
            .where("CustomerID IS NOT NULL")
            .where("InvoiceNo NOT LIKE 'C%'")
            .itemName("Description");
    try (Dataset data = open(request)) {
      assertCounts(data, 4_339, 3_665, 18_536, 379_447, 4_214, 4_214);
      assertThat(data.manifest().provenance().rowsRead()).isEqualTo(541_909);
      assertThat(data.manifest().provenance().dropped())
          .containsEntry("fails --where CustomerID IS NOT NULL", 135_080L)
          .containsEntry("fails --where InvoiceNo NOT LIKE 'C%'", 8_905L)
          .containsEntry(
              "merged into a row of the same user, request and item (--duplicates merge)", 10_049L);
      int holder = data.itemTable().index("85123A").orElseThrow();
      assertThat(data.itemTable().name(holder)).isEqualTo("WHITE HANGING HEART T-LIGHT HOLDER");
    }
  }

  @Test
  void letsGetSortOfReal() {
    ImportRequest.Builder request =
        request(ImportFormat.BASKETS, data("lgsr-600").resolve("transactions.parquet"))
            .column("user", "CUST_CODE")
            .column("request", "BASKET_ID")
            .column("item", "PROD_CODE")
            .column("time", "strptime(printf('%d %d', SHOP_DATE, SHOP_HOUR), '%Y%m%d %H')")
            .context("hour=SHOP_HOUR")
            .tree("PROD_CODE_40>PROD_CODE_30>PROD_CODE_20>PROD_CODE_10");
    try (Dataset data = open(request)) {
      assertCounts(data, 600, 4_994, 47_760, 319_973, 576, 576);
      CategoryTree tree = data.tree().orElseThrow();
      assertThat(tree.nodes()).isEqualTo(9 + 31 + 90 + 250 + 1);
      assertThat(tree.height()).isEqualTo(4);
      Interactions train = data.interactions(Split.TRAIN);
      assertThat(train.time(0) / 3_600_000_000L % 24)
          .isEqualTo((long) train.context("hour").value(0));
    }
  }
}
