package dev.twotower.data.odd;

import java.util.Locale;
import java.util.regex.Pattern;

/** What the name of a column says of its role, in a few languages. */
public final class RoleNames {
  private static final Pattern USERS =
      words(
          "user, customer, client, cust, member, visitor, guest, subscriber, account, buyer,"
              + " shopper, listener, reader, player, person, email, login",
          "kunde, kundin, kd, nutzer, benutzer, mitglied, besucher, besteller, käufer, kaeufer,"
              + " hörer, leser, abonnent, konto, utilisateur, acheteur, abonné, usuario, cliente,"
              + " utente",
          "顧客, 会員, ユーザ, 利用者, 用户, 客户, 고객, клиент, пользователь");
  private static final Pattern ITEMS =
      words(
          "item, product, prod, sku, stock, art, asin, isbn, gtin, upc, ean, movie, film, song,"
              + " track, album, video, title",
          "produkt, ware, titel, beitrag, produit, titre, producto, prodotto",
          "商品, 品番, 曲, 記事, 产品, 상품, товар");

  private RoleNames() {}

  /** Latin words as the beginning of a word of the name, others anywhere. */
  private static Pattern words(String... words) {
    return Pattern.compile(
        "(?<![\\p{L}&&\\p{IsLatin}])(" + String.join("|", words).replace(", ", "|") + ")");
  }

  /** Whether the user's column is named as an item, and the item's as a user. */
  public static boolean interchanged(String user, String item) {
    return says(ITEMS, user) && !says(USERS, user) && says(USERS, item) && !says(ITEMS, item);
  }

  private static boolean says(Pattern words, String name) {
    // customerID and CustomerID are two words.
    String apart = name.replaceAll("(\\p{Ll})(\\p{Lu})", "$1 $2").toLowerCase(Locale.ROOT);
    return words.matcher(apart).find();
  }
}
