package dev.twotower.data.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.tree.CategoryTree;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BasketsImportTest {
  @TempDir Path temp;
  private ImportFolder folder;

  @BeforeEach
  void files() {
    folder = new ImportFolder(temp);
    folder.file(
        "shop/order_products__train.csv",
        "order_id,product_id,add_to_cart_order,reordered",
        "7,2,1,0",
        "7,1,3,1",
        "7,3,2,0",
        "12,1,1,0");
    folder.file(
        "shop/products.csv",
        "product_id,product_name,aisle_id,department_id",
        "1,Bread,1,1",
        "2,\"9\\\"\" pan\",2,2",
        "3,Oil,1,1",
        "4,Unsold,2,2");
    folder.file("shop/aisles.csv", "aisle_id,aisle", "1,staples", "2,pans");
    folder.file("shop/departments.csv", "department_id,department", "1,food", "2,kitchen");
  }

  private ImportRequest.Builder shop() {
    return ImportRequest.builder(ImportFormat.BASKETS, temp.resolve("shop"), folder.target());
  }

  @Test
  void anInstacartFolderNeedsNoOptions() {
    try (Dataset data = folder.open(shop())) {
      assertThat(ImportFolder.allRows(data))
          .containsExactly(
              "train 7 2 0 1 1.0",
              "train 12 1 1 1 1.0",
              "validation 7 3 0 2 1.0",
              "test 7 1 0 3 1.0");
      assertThat(data.manifest().schema().time()).isEqualTo(Manifest.TimeUnit.ORDINAL);
      assertThat(data.manifest().schema().requests()).isEqualTo("log");
      assertThat(data.items()).isEqualTo(4);
      assertThat(data.itemTable().name(1)).isEqualTo("9\" pan");
      assertThat(MovieLensImportTest.text(data.itemTable(), "aisle", 3)).isEqualTo("pans");
      CategoryTree tree = data.tree().orElseThrow();
      assertThat(tree.path(tree.nodeOf(3))).containsExactly("kitchen", "pans");
      assertThat(tree.itemDistance(0, 2)).isZero();
    }
  }

  @Test
  void ordersNameTheUsersWhereTheFileIsThere() {
    folder.file(
        "shop/orders.csv", "order_id,user_id,order_number", "7,500,2", "12,500,1", "99,600,1");
    try (Dataset data = folder.open(shop())) {
      assertThat(data.users()).isEqualTo(1);
      assertThat(ImportFolder.allRows(data))
          .containsExactly(
              "train 500 1 0 1001 1.0",
              "train 500 2 1 2001 1.0",
              "validation 500 3 1 2002 1.0",
              "test 500 1 1 2003 1.0");
    }
  }

  @Test
  void basketsOfOneTableMergeRepeatedItems() {
    Path log =
        folder.file("log.csv", "basket,item,time", "x,a,5", "x,b,6", "x,a,7", "x,c,8", "y,a,9");
    try (Dataset data =
        folder.open(
            ImportRequest.builder(ImportFormat.BASKETS, log, folder.target())
                .column("request", "basket")
                .column("item", "item")
                .column("time", "time"))) {
      assertThat(ImportFolder.allRows(data))
          .containsExactly(
              "train x a 0 5 1.0",
              "train y a 1 9 1.0",
              "validation x b 0 6 1.0",
              "test x c 0 8 1.0");
    }
  }

  @Test
  void sessionsMakeNoSenseForBaskets() {
    assertThatThrownBy(() -> folder.run(shop().sessionGap(60)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("baskets logs have their own requests");
    folder.assertNothingLeft();
  }
}
