package dev.twotower.data.odd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.DatasetBuilder;
import dev.twotower.data.dataset.Split;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OddRolesTest {
  private static final long HOUR = 3_600_000_000L;

  @TempDir Path folder;

  /** So many users have two rows, hours apart; users begin a day after the other. */
  private static LogCensus pairs(int users, int hours, int items) {
    LogTally tally = new LogTally(items, true);
    for (int user = 0; user < users; user++) {
      tally.row(user, user, user % items, user * 24 * HOUR);
      tally.row(user, user, (user + 1) % items, (user * 24 + hours) * HOUR);
    }
    return tally.census();
  }

  @Test
  void countsByHand() {
    LogTally tally = new LogTally(4, true);
    tally.row(0, 0, 0, 5);
    tally.row(0, 0, 1, 30 * HOUR);
    tally.row(0, 1, 1, 31 * HOUR);
    tally.row(2, 2, 3, 50 * HOUR);
    LogCensus log = tally.census();
    assertThat(log.rows()).isEqualTo(4);
    assertThat(log.users()).isEqualTo(new LogCensus.Groups(2, 1, 1, 31 * HOUR - 5));
    assertThat(log.requests()).isEqualTo(new LogCensus.Groups(3, 2, 1, 30 * HOUR - 5));
    assertThat(log.items()).isEqualTo(new LogCensus.Items(3, 2));
    LogTimes times = log.times().orElseThrow();
    assertThat(times.first()).isEqualTo(5);
    assertThat(times.last()).isEqualTo(50 * HOUR);
    assertThat(times.days()).containsExactly(0, 1, 2);
    assertThat(times.rows()).containsExactly(1, 2, 1);
  }

  @Test
  void countsADataSetWhateverSplitsItsRowsAreIn() {
    try (Dataset data =
        new DatasetBuilder()
            .row(Split.TEST, 0, 1, 0, 30 * HOUR)
            .row(Split.TRAIN, 0, 0, 0, 5)
            .row(Split.VALIDATION, 0, 1, 1, 31 * HOUR)
            .row(Split.TRAIN, 2, 3, 2, 50 * HOUR)
            .write(folder.resolve("data"))) {
      LogCensus log = LogTally.of(data);
      assertThat(log.rows()).isEqualTo(4);
      assertThat(log.users()).isEqualTo(new LogCensus.Groups(2, 1, 1, 31 * HOUR - 5));
      assertThat(log.requests()).isEqualTo(new LogCensus.Groups(3, 2, 1, 30 * HOUR - 5));
    }
  }

  @Test
  void usersWhoNeverComeBackAreSessions() {
    assertThat(OddRoles.notes(pairs(40, 2, 20), "one per user"))
        .singleElement()
        .asString()
        .startsWith("40 of 40 users with several rows have them all within 24 hours, while")
        .contains("the log takes 40 days", "--column request");
    assertThat(OddRoles.notes(pairs(40, 25, 20), "one per user")).isEmpty();
    assertThat(OddRoles.notes(pairs(9, 2, 5), "one per user")).as("9 days").isEmpty();
  }

  @Test
  void requestsOfDaysAreToldWhereTheyAreTheLogs() {
    LogCensus log = pairs(40, 24 * 5, 20);
    assertThat(OddRoles.notes(log, "log"))
        .singleElement()
        .asString()
        .startsWith(
            "40 of 40 requests with several rows take longer than 24 hours, the longest 5.0 days");
    assertThat(OddRoles.notes(log, "sessions of 1800 s")).isEmpty();
  }

  @Test
  void anItemOrAUserOfEachRowIsTold() {
    LogTally items = new LogTally(30, false);
    LogTally users = new LogTally(30, false);
    for (int row = 0; row < 30; row++) {
      items.row(row / 10, row / 10, row, row);
      users.row(row, row, row % 3, row);
    }
    assertThat(OddRoles.warnings(items.census()))
        .singleElement()
        .asString()
        .startsWith("30 of 30 rows have an item of their own");
    assertThat(OddRoles.warnings(users.census()))
        .singleElement()
        .asString()
        .startsWith("30 of 30 rows have a user of their own");
  }

  @Test
  void nineteenRowsSayNothing() {
    LogTally tally = new LogTally(19, false);
    for (int row = 0; row < 19; row++) {
      tally.row(0, 0, row, row);
    }
    assertThat(OddRoles.notes(tally.census(), "one per user")).isEmpty();
  }

  @Test
  void lengthsAreInTheUnitThatFits() {
    assertThat(List.of(OddRoles.length(HOUR / 2), OddRoles.length(25 * HOUR)))
        .containsExactly("30 minutes", "25.0 hours");
    assertThat(OddRoles.length(24 * 2_000 * HOUR)).isEqualTo("2,000.0 days");
  }

  @Test
  void namesTellUsersFromItems() {
    assertThat(RoleNames.interchanged("sku", "customer")).isTrue();
    assertThat(RoleNames.interchanged("Artikel-Nr.", "Kd.-Nr.")).isTrue();
    assertThat(RoleNames.interchanged("商品コード", "顧客番号")).isTrue();
    assertThat(RoleNames.interchanged("product_id", "userId")).isTrue();
    assertThat(RoleNames.interchanged("CustomerID", "StockCode")).isFalse();
    assertThat(RoleNames.interchanged("user_of_item", "customer")).isFalse();
    assertThat(RoleNames.interchanged("u", "i")).isFalse();
    assertThat(RoleNames.interchanged("production", "superuser"))
        .as("a user of a product")
        .isFalse();
  }
}
