package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.dataset.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers as they are written in German and French, in csv files and in messages. */
class DecimalCommasTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void folder() {
    folder = new ImportFolder(temp);
  }

  private ImportRequest.Builder log(String... amounts) {
    List<String> lines = new ArrayList<>(List.of("Kunde;Artikel;Zeit;Preis"));
    for (int row = 0; row < amounts.length; row++) {
      lines.add("k;1,%d;%d;%s".formatted(row, row + 1, amounts[row]));
    }
    return ImportRequest.builder(
            ImportFormat.TABLE,
            folder.file("log.csv", lines.toArray(String[]::new)),
            folder.target())
        .column("user", "Kunde")
        .column("item", "Artikel")
        .column("time", "Zeit");
  }

  private List<Float> weights(ImportRequest.Builder request) {
    List<Float> weights = new ArrayList<>();
    try (Dataset data = folder.open(request)) {
      for (Split split : Split.values()) {
        Interactions rows = data.interactions(split);
        for (long row = 0; row < rows.rows(); row++) {
          weights.add(rows.weight(row));
        }
      }
    }
    return weights;
  }

  @Test
  void decimalCommasAreReadWhereTheyAreAskedFor() {
    assertThat(
            weights(
                log("1,5", "1.234,50", "2", "12 345,25", "1'000,0", "3.000")
                    .column("weight", "Preis")
                    .decimal(",")))
        .containsExactly(1.5f, 1234.5f, 2f, 12345.25f, 1000f, 3000f);
  }

  @Test
  void expressionsAndConditionsSeeNumbers() {
    assertThat(
            weights(
                log("1,5", "1.234,50", "2", "0,25", "n/a")
                    .column("weight", "Preis * 2")
                    .where("Preis > 1")
                    .decimal(",")))
        .containsExactly(3f, 2469f, 4f);
  }

  @Test
  void idsKeepTheirText() {
    try (Dataset data = folder.open(log("1,5", "2,5", "3,5").decimal(","))) {
      assertThat(data.itemTable().id(0)).isEqualTo("1,0");
    }
  }

  @Test
  void idsKeepTheirTextHoweverTheyAreNamed() {
    for (String named : List.of("artikel", "lower(ARTIKEL)", "concat('', \"Artikel\")")) {
      ImportRequest.Builder request = log("1,5", "2,5", "3,5").column("item", named).decimal(",");
      try (Dataset data = folder.open(request.column("weight", "Preis"))) {
        assertThat(data.itemTable().id(0)).as(named).isEqualTo("1,0");
        assertThat(data.interactions(Split.TEST).weight(0)).isEqualTo(3.5f);
      }
      folder.clear();
    }
  }

  /** Most shelves of one file are no numbers, so that it would stay as it is, unlike the log. */
  @Test
  void keysOfJoinedFilesKeepTheirText() {
    folder.file("shelf.csv", "Regal;Gang;Breite", "0,5;x;1,5", "a;y;2,5", "b;y;2,5", "c;y;2,5");
    folder.file("aisle.csv", "Gang;Etage", "x;2,5", "y;3,5");
    Path log =
        folder.file("log.csv", "user;item;time;Regal", "u;a;1;0,5", "u;b;2;0,5", "u;c;3;0,5");
    try (Dataset data =
        folder.open(
            folder
                .table(log)
                .join("shelf.csv")
                .join("aisle.csv")
                .column("weight", "Breite * Etage")
                .decimal(","))) {
      assertThat(data.interactions(Split.TEST).weight(0)).isEqualTo(3.75f);
    }
    folder.clear();
    folder.file("items.csv", "item;Regal", "a;0,5", "b;0,5", "c;0,5");
    assertThat(
            folder
                .run(
                    folder
                        .table(log)
                        .items("items.csv")
                        .items("shelf.csv")
                        .itemFeature("numeric:Breite")
                        .decimal(","))
                .notes())
        .noneMatch(note -> note.contains("Breite"));
  }

  @Test
  void idsOfAFormatKeepTheirText() {
    Path orders =
        folder.file(
            "orders/order_products__prior.csv",
            "order_id;product_id;add_to_cart_order",
            "1;13,5;1",
            "1;14,5;2",
            "1;15,5;3");
    try (Dataset data =
        folder.open(
            ImportRequest.builder(ImportFormat.BASKETS, orders.getParent(), folder.target())
                .decimal(","))) {
      assertThat(data.itemTable().id(0)).isEqualTo("13,5");
    }
  }

  @Test
  void whereMostValuesHaveAPointTheOptionThatWasGivenIsNotAdvised() {
    String[] amounts = {"12.5", "13.5", "0,5"};
    String told = "half of its values or more have a point or are no numbers";
    folder
        .assertBadData(log(amounts).column("weight", "Preis").decimal(","))
        .hasMessageContaining("1: weight is no number; of a decimal comma, give replace(COLUMN")
        .hasMessageContaining(told);
    folder.assertUsage(log(amounts).where("Preis > 1").decimal(",")).hasMessageContaining(told);
    folder
        .assertBadData(log(amounts).context("preis=Preis:numeric").decimal(","))
        .hasMessageContaining(told);
    folder
        .assertBadData(log(amounts).itemFeature("numeric:Preis").decimal(","))
        .hasMessageContaining(told)
        .hasMessageNotContaining("give --decimal");
    assertThat(
            weights(log(amounts).column("weight", "replace(Preis, ',', '.')::DOUBLE").decimal(",")))
        .containsExactly(12.5f, 13.5f, 0.5f);
  }

  @Test
  void columnsWithoutACommaStayAsTheyAre() {
    assertThat(weights(log("1.125", "2.250", "3.375").column("weight", "Preis").decimal(",")))
        .containsExactly(1.125f, 2.25f, 3.375f);
  }

  @Test
  void withoutTheOptionAWeightIsRefusedWithItsLineAndTheOption() {
    folder
        .assertBadData(log("1,5", "1.234,50", "2").column("weight", "Preis"))
        .hasMessageContaining("2: weight is no number; of a decimal comma, give --decimal ,")
        .hasMessageContaining("log.csv line 2: user=k, item=1,0, time=1, weight=1,5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"1,5|--decimal ,", "k.A.|TRY_CAST(Preis AS DOUBLE)"})
  void aConditionOnTextsNamesTheValueAndItsLine(String value, String remedy) {
    folder
        .assertUsage(log("1", "2", "3", value).where("Preis > 1"))
        .hasMessageContaining("column 'Preis' is text, not numbers: log.csv line 5 has '" + value)
        .hasMessageContaining(remedy)
        .hasMessageNotContaining("Binder");
    folder
        .assertBadData(log("1", "2", "3", value).where("Preis::DOUBLE > 1"))
        .hasMessageContaining("--where 'Preis::DOUBLE > 1' fails on a row: column 'Preis' is text")
        .hasMessageContaining("log.csv line 5 has '" + value)
        .hasMessageNotContaining("Conversion");
  }

  @Test
  void contextsAndFeaturesNameTheOption() {
    folder
        .assertBadData(log("1,5", "2,5", "3").context("preis=Preis:numeric"))
        .hasMessageContaining("context preis: 2 values are no numbers, such as '1,5'")
        .hasMessageContaining("--decimal ,");
    folder
        .assertBadData(log("1,5", "2,5", "3,5").itemFeature("numeric:Preis"))
        .hasMessageContaining("'1,5' is no number", "--decimal ,");
  }

  @Test
  void anotherMarkIsRefused() {
    assertThatThrownBy(() -> log("1").decimal(";").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--decimal is ';'; allowed: [., ,]");
  }

  private ImportRequest.Builder partitioned(String... prices) {
    for (int i = 0; i < prices.length; i++) {
      String rows = "a,b,c,d".replaceAll("[a-d]", "u;$0" + i + ";" + (i + 1)).replace(',', '\n');
      folder.write("log/price=%s/part.csv".formatted(prices[i]), "user;item;time\n" + rows + "\n");
    }
    return folder.table(temp.resolve("log")).partitions(true).decimal(",");
  }

  @Test
  void foldersNameNumbersWithDecimalCommasToo() {
    assertThat(weights(partitioned("1,5", "1.234%2C50", "2").column("weight", "price")))
        .containsOnly(1.5f, 1234.5f, 2f);
    folder.clear();
    try (Dataset data = folder.open(partitioned("1,5", "2").context("price:numeric"))) {
      assertThat(ImportFolder.contexts(data, "price").values()).contains(1.5, 2.0);
    }
  }

  @Test
  void foldersNameIdsByTheirText() {
    assertThat(folder.users(partitioned("1,5", "2").column("user", "price")))
        .containsExactlyInAnyOrder("1,5", "2");
  }

  @Test
  void conditionsSeeFoldersAsTheyAreNamedAndAsNumbers() {
    for (String where :
        List.of(
            "price = '1,5'",
            "price LIKE '1,%'",
            "price < 2",
            "price + 1 = 2.5",
            "price IN ('1,5')")) {
      assertThat(weights(partitioned("1,5", "2").column("weight", "price").where(where)))
          .as(where)
          .hasSize(4)
          .containsOnly(1.5f);
      folder.clear();
    }
    // Of a column that is no number throughout, too.
    assertThat(
            weights(
                partitioned("1,5", "2,5", "none")
                    .column("weight", "price")
                    .where("price <> 'none'")))
        .containsOnly(1.5f, 2f, 2.5f);
  }

  @Test
  void mostFoldersMustBeNumbers() {
    folder
        .assertBadData(partitioned("1,5", "none", "2.5").column("weight", "price"))
        .hasMessageContaining("weight is no number");
  }

  @Test
  void parquetNeedsTheOptionForItsFolders() {
    for (String price : List.of("1,5", "2,25")) {
      folder.written(
          "log/price=" + price + "/part.parquet",
          "SELECT 'u' AS user, 'i' || range AS item, range AS time FROM range(4)");
    }
    assertThat(
            weights(
                folder
                    .table(temp.resolve("log"))
                    .partitions(true)
                    .decimal(",")
                    .column("weight", "price")))
        .containsOnly(1.5f, 2.25f);
  }

  @Test
  void keysOfAFormatsFilesKeepTheirText() {
    List<String> rows = new ArrayList<>(List.of("order_id;product_id;add_to_cart_order;store"));
    for (int row = 0; row < 12; row++) {
      // Most stores of the rows are no numbers, most of the orders' are.
      rows.add("%d;p%d;%d;%s".formatted(row / 4, row, row, row < 4 ? "1,5" : "main " + row / 4));
    }
    folder.file("ic/order_products__all.csv", rows.toArray(String[]::new));
    List<String> orders = new ArrayList<>(List.of("order_id;user_id;order_number;store"));
    for (int order = 0; order < 9; order++) {
      String store = order == 1 || order == 2 ? "main " + order : (order + 1) + ",5";
      orders.add("%d;u;%d;%s".formatted(order, order, store));
    }
    folder.file("ic/orders.csv", orders.toArray(String[]::new));
    try (Dataset data =
        folder.open(
            ImportRequest.builder(ImportFormat.BASKETS, temp.resolve("ic"), folder.target())
                .decimal(","))) {
      assertThat(data.manifest().counts().allRows()).isEqualTo(12);
    }
  }
}
