package dev.twotower.data.imports;

import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.imports.source.SourceTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Baskets: a table whose rows all belong to a request. A log without users has one user per basket,
 * and an item that repeats in a basket is merged into one row.
 *
 * <p>A folder laid out as Instacart's is read without further options: {@code order_products__*}
 * (order_id, product_id, add_to_cart_order), {@code products}, {@code aisles}, {@code departments}
 * and, where it is there, {@code orders} (user_id, order_number). Without {@code orders}, an order
 * is user and request at once. Rows are ordered by their place in the basket.
 */
final class BasketsFormat {
  private BasketsFormat() {}

  static ImportPlan plan(ImportRequest request, QuerySession session, SourceOpener opener) {
    List<Path> orders = request.alsoFrom().isEmpty() ? instacartOrders(request.from()) : List.of();
    if (!orders.isEmpty()) {
      return instacart(request, session, opener, orders);
    }
    String basket = request.columns().get("request");
    if (basket == null) {
      throw new IllegalArgumentException(
          "import baskets needs --column request=COLUMN, the basket of a row, or a folder with"
              + " order_products__* files; for logs without baskets use import table");
    }
    Preset preset = Preset.of(Map.of("user", basket)).withDuplicates(Duplicates.MERGE);
    return TableFormat.plan(request, session, opener, opener.log(), preset);
  }

  private static List<Path> instacartOrders(Path from) {
    if (!Files.isDirectory(from)) {
      return List.of();
    }
    try (var paths = Files.list(from)) {
      return paths
          .filter(
              path ->
                  path.getFileName()
                      .toString()
                      .matches("order_products__.*\\.(parquet|csv(\\.gz)?)"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(from + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static ImportPlan instacart(
      ImportRequest request, QuerySession session, SourceOpener opener, List<Path> orders) {
    opener.addIds(Map.of("user", "user_id", "item", "product_id", "request", "order_id"));
    Path orderFile = find(opener, "orders");
    Set<String> keys =
        orderFile == null ? Set.of() : opener.shared(List.of(orders.get(0), orderFile));
    SourceTable log = opener.all(orders, keys);
    Map<String, String> roles = new LinkedHashMap<>();
    roles.put("request", "order_id");
    roles.put("item", "product_id");
    if (orderFile == null) {
      roles.put("user", "order_id");
      roles.put("position", "add_to_cart_order");
    } else {
      log = log.join(session, opener.file("--from", orderFile, keys));
      roles.put("user", "user_id");
      roles.put("position", "order_number * 1000 + add_to_cart_order");
    }
    List<Path> itemFiles = new ArrayList<>();
    for (String name : List.of("products", "aisles", "departments")) {
      Path file = request.itemFiles().isEmpty() ? find(opener, name) : null;
      if (file != null && (itemFiles.size() > 0 || name.equals("products"))) {
        itemFiles.add(file);
      }
    }
    boolean tree = itemFiles.size() == 3;
    Set<String> shared = opener.shared(itemFiles);
    SourceTable products = null;
    for (Path file : itemFiles) {
      SourceTable next = opener.file("--from", file, shared);
      products = products == null ? next : products.join(session, next);
    }
    Preset preset =
        Preset.of(roles)
            .withItems(
                Preset.Side.of(
                    products,
                    "product_id",
                    // The published file escapes quotes twice.
                    "replace(product_name, '\\\"', '\"')",
                    tree ? List.of("categorical:aisle", "categorical:department") : List.of()))
            .withTree(tree ? "department>aisle" : null)
            .withDuplicates(Duplicates.MERGE);
    return TableFormat.plan(request, session, opener, log, preset);
  }

  private static Path find(SourceOpener opener, String name) {
    for (String extension : List.of(".csv", ".csv.gz", ".parquet")) {
      Path file = opener.folder().resolve(name + extension);
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    return null;
  }
}
