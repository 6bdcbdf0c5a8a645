package dev.twotower.trainer.auto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.trainer.config.RunConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RulesTest {
  private static Map<String, String> chosen(LogFacts log, Map<String, String> given) {
    return Rules.choose(log, key -> Optional.ofNullable(given.get(key))).stream()
        .collect(Collectors.toMap(Choice::key, Choice::value));
  }

  private static LogFacts log(long rows, int items, double information, int validationUsers) {
    int users = (int) Math.max(1, rows / 20);
    return new LogFacts(rows, users, items, 30, information, 0, 0, validationUsers);
  }

  @Test
  void whatIsChosenNamesItsThresholds() {
    Map<String, String> reasons = new HashMap<>();
    Rules.choose(log(8_400, 400, 1, 300), key -> Optional.empty())
        .forEach(choice -> reasons.put(choice.key(), choice.reason()));
    assertThat(reasons.get("dim"))
        .isEqualTo(
            "8,400 rows, 400 items: 128 from 20,000 rows and 500 items on, 64 from 2,000 rows on,"
                + " else 32");
    assertThat(reasons.get("masks"))
        .isEqualTo(
            "what users had before is not ranked, so it is no negative; the user of a row has 30"
                + " rows, fewer than half of 400 items");
    Rules.choose(log(8_400, 60, 1, 300), key -> Optional.empty())
        .forEach(choice -> reasons.put(choice.key(), choice.reason()));
    assertThat(reasons.get("masks")).endsWith("has 30 rows, at least half of 60 items");
  }

  /** Nothing is ranked while training: no word of how long it is waited for. */
  @Test
  void whatHasNoEffectIsNotTold() {
    assertThat(told(300, Map.of()))
        .contains("evaluation.patience", "evaluation.everyEpochs", "evaluation.users");
    assertThat(told(300, Map.of("evaluation.everyEpochs", "0")))
        .contains("evaluation.users")
        .doesNotContain("evaluation.patience");
    assertThat(told(0, Map.of()))
        .contains("epochs")
        .noneMatch(key -> key.startsWith("evaluation."));
    assertThat(told(0, Map.of("evaluation.split", "test"))).contains("evaluation.patience");
  }

  private static List<String> told(int validationUsers, Map<String, String> given) {
    return Rules.choose(
            log(8_400, 400, 1, validationUsers), key -> Optional.ofNullable(given.get(key)))
        .stream()
        .filter(Choice::effective)
        .map(Choice::key)
        .toList();
  }

  @Property
  void everyLogGetsSettingsThatFitIt(
      @ForAll @IntRange(min = 1, max = 50_000_000) int rows,
      @ForAll @IntRange(min = 1, max = 2_000_000) int items,
      @ForAll @DoubleRange(min = -2, max = 12) double information,
      @ForAll @IntRange(min = 0, max = 1_000_000) int validationUsers) {
    Map<String, String> chosen = chosen(log(rows, items, information, validationUsers), Map.of());
    RunConfig config =
        RunConfig.defaults()
            .with(
                chosen.entrySet().stream()
                    .map(each -> each.getKey() + "=" + each.getValue())
                    .toArray(String[]::new));
    assertThat(config.batchSize()).isLessThanOrEqualTo(Math.max(2, rows));
    if (config.batchSize() > 64) {
      assertThat((double) rows / config.batchSize())
          .as("steps an epoch")
          .isGreaterThanOrEqualTo(16);
    }
    assertThat((long) config.epochs() * rows)
        .as("rows in all")
        .isLessThanOrEqualTo(Math.max(300_000_000L, 10L * rows));
  }

  @Property
  void theMoreItemsTellOfEachOtherTheLowerTheTemperature(
      @ForAll @DoubleRange(min = 0, max = 5) double one,
      @ForAll @DoubleRange(min = 0, max = 5) double other) {
    double low = temperature(Math.max(one, other));
    double high = temperature(Math.min(one, other));
    assertThat(low).isLessThanOrEqualTo(high);
  }

  @Property
  void theLargerTheCatalogueTheLowerTheTemperature(
      @ForAll @IntRange(min = 1, max = 2_000_000) int one,
      @ForAll @IntRange(min = 1, max = 2_000_000) int other) {
    assertThat(temperature(0.6, Math.max(one, other)))
        .isLessThanOrEqualTo(temperature(0.6, Math.min(one, other)));
  }

  /**
   * 0.15 / sqrt(I) x (1,000 / items)^(1/4), the last at most 1; from 0.08 to 0.3; 20 rows a user.
   */
  @Test
  void temperaturesHaveTheirDocumentedValues() {
    assertThat(temperature(1, 1_000)).isEqualTo(0.15);
    assertThat(temperature(1, 16_000)).as("half: 16^(1/4) is 2").isEqualTo(0.08);
    assertThat(temperature(0.25, 16_000)).as("0.3 / 2").isEqualTo(0.15);
    assertThat(temperature(0.36, 10)).as("a small catalogue is as one of 1,000").isEqualTo(0.25);
    assertThat(temperature(0, 1_000_000)).as("no pairs: the upper bound").isEqualTo(0.3);
    assertThat(temperature(9, 1_000)).as("the lower bound").isEqualTo(0.08);
  }

  /** With fewer than ten rows a user, I counts in proportion: 0.15 / sqrt(1 x 2.5 / 10) = 0.3. */
  @Test
  void fewRowsOfAUserTellLess() {
    assertThat(temperatureOfUsersWith(2.5)).isEqualTo(0.3);
    assertThat(temperatureOfUsersWith(5)).isEqualTo(0.21);
    assertThat(temperatureOfUsersWith(10)).isEqualTo(0.15);
    assertThat(temperatureOfUsersWith(1_000)).isEqualTo(0.15);
  }

  private static double temperatureOfUsersWith(double rows) {
    LogFacts log = new LogFacts(100_000, (int) (100_000 / rows), 1_000, 30, 1, 0, 0, 100);
    return Double.parseDouble(chosen(log, Map.of()).get("loss.temperature"));
  }

  private static double temperature(double information) {
    return temperature(information, 5_000);
  }

  private static double temperature(double information, int items) {
    return Double.parseDouble(
        chosen(log(100_000, items, information, 100), Map.of()).get("loss.temperature"));
  }

  @Test
  void aRankingThatCostsMoreThanTrainingIsRarer() {
    // 500 users x 1,000 items are a small part of an epoch; 100,000 x 50,000 are several.
    Map<String, String> small = chosen(log(100_000, 1_000, 1, 500), Map.of());
    Map<String, String> large = chosen(log(1_000_000, 50_000, 1, 100_000), Map.of());
    assertThat(small.get("evaluation.everyEpochs")).isEqualTo("1");
    assertThat(Integer.parseInt(large.get("evaluation.everyEpochs"))).isGreaterThan(1);
    assertThat(Integer.parseInt(large.get("evaluation.patience")))
        .isLessThan(Integer.parseInt(small.get("evaluation.patience")));
  }

  @Test
  void aRankingIsOfASampleWhereAllUsersWouldCostMoreThanHalfOfTraining() {
    // All of 100,000 users x 50,000 items are 3.3 epochs of a million rows, a fifth of them each.
    LogFacts log = log(1_000_000, 50_000, 1, 100_000);
    Map<String, String> sampled = chosen(log, Map.of());
    int users = Integer.parseInt(sampled.get("evaluation.users"));
    assertThat(users).isBetween(20_000, 99_999);
    assertThat((double) users * 50_000 / 1_500 / 1_000_000 / 5).isLessThanOrEqualTo(0.5001);
    assertThat(chosen(log(1_000_000, 50_000, 1, 70_000), Map.of()))
        .containsEntry("evaluation.users", "0");
    assertThat(chosen(log(100_000_000, 1_000_000, 1, 5_000_000), Map.of()))
        .as("never fewer than tell two epochs apart")
        .hasEntrySatisfying(
            "evaluation.users", it -> assertThat(Integer.parseInt(it)).isBetween(20_000, 500_000));
    assertThat(chosen(log(1_000, 5_000_000, 1, 30_000), Map.of()))
        .containsEntry("evaluation.users", "20000");
  }

  @Test
  void aRankingThatIsAskedForRarelyIsOfMoreUsers() {
    LogFacts log = log(1_000_000, 50_000, 1, 100_000);
    int often = sample(log, "1");
    int rarely = sample(log, "4");
    assertThat(often).isBetween(15_000, 20_000);
    assertThat(rarely).isBetween(59_999, 60_001);
    assertThat(sample(log, "20")).as("all").isZero();
    assertThat(sample(log, "0")).as("at the end alone").isZero();
  }

  private static int sample(LogFacts log, String everyEpochs) {
    return Integer.parseInt(
        chosen(log, Map.of("evaluation.everyEpochs", everyEpochs)).get("evaluation.users"));
  }

  @Test
  void howOftenIsRankedFollowsFromTheUsersThatAreAskedFor() {
    LogFacts log = log(1_000_000, 50_000, 1, 100_000);
    assertThat(chosen(log, Map.of("evaluation.users", "1000")))
        .containsEntry("evaluation.everyEpochs", "1")
        .doesNotContainKey("evaluation.users");
    assertThat(chosen(log, Map.of("evaluation.users", "0")))
        .containsEntry("evaluation.everyEpochs", "5");
  }

  @Test
  void withoutValidationNothingStopsTrainingButItsLength() {
    Map<String, String> judged = chosen(log(100_000, 1_000, 1, 500), Map.of());
    Map<String, String> blind = chosen(log(100_000, 1_000, 1, 0), Map.of());
    Map<String, String> atTheEnd =
        chosen(log(100_000, 1_000, 1, 500), Map.of("evaluation.everyEpochs", "0"));
    assertThat(Integer.parseInt(blind.get("epochs")))
        .isLessThan(Integer.parseInt(judged.get("epochs")));
    assertThat(atTheEnd.get("epochs")).isEqualTo(blind.get("epochs"));
    Map<String, String> impatient =
        chosen(log(100_000, 1_000, 1, 500), Map.of("evaluation.patience", "0"));
    assertThat(impatient.get("epochs")).isEqualTo(blind.get("epochs"));
  }

  @Test
  void masksFollowWhatIsRanked() {
    LogFacts log = log(100_000, 1_000, 1, 500);
    assertThat(chosen(log, Map.of("evaluation.rankSeen", "false")).get("masks"))
        .isEqualTo("identity+engaged");
    assertThat(chosen(log, Map.of("evaluation.rankSeen", "true")).get("masks"))
        .isEqualTo("identity+user");
  }

  @Test
  void masksLeaveNegativesWhereUsersHadMostOfTheItems() {
    Map<String, String> given = Map.of("evaluation.rankSeen", "false");
    assertThat(chosen(log(1_000, 50, 1, 500), given).get("masks")).isEqualTo("identity+user");
    assertThat(chosen(log(1_000, 70, 1, 500), given).get("masks")).isEqualTo("identity+engaged");
  }

  /** 3.5 x 0.2 x log(5,000) = 5.962; the temperature that the rule gives I = 1 there is 0.1003. */
  @Test
  void topKIsWeighedAboveWhereAPositiveLosesItsPull() {
    LogFacts log = log(100_000, 5_000, 1, 500);
    assertThat(chosen(log, Map.of("loss.temperature", "0.2")).get("loss.topK.temperature"))
        .isEqualTo("5.96");
    assertThat(chosen(log, Map.of()).get("loss.topK.temperature")).isEqualTo("2.99");
    assertThat(chosen(log, Map.of("loss.temperature", "1e-6")).get("loss.topK.temperature"))
        .isEqualTo("2.98e-05");
    assertThat(chosen(log, Map.of("loss.temperature", "100")).get("loss.topK.temperature"))
        .isEqualTo("1.00e+03");
    assertThat(chosen(log, Map.of("loss.topK.temperature", "7")))
        .doesNotContainKey("loss.topK.temperature");
  }

  /** Lists with items that users had call for a lower temperature, where such come again. */
  @Test
  void itemsThatComeAgainLowerTheTemperatureWhereTheyAreRanked() {
    LogFacts log = new LogFacts(100_000, 2_000, 1_000, 30, 0.5, 0.5, 2.5, 100);
    assertThat(chosen(log, Map.of())).containsEntry("loss.temperature", "0.21");
    // 0.15 / sqrt(0.5 x 0.5 + 0.5 x 2.5)
    assertThat(chosen(log, Map.of("evaluation.rankSeen", "true")))
        .containsEntry("loss.temperature", "0.12");
    assertThat(reason(log, Map.of()))
        .isEqualTo(
            "lower, the more a user's items tell of its others (0.50 nats here); 50.0 rows a user,"
                + " 1,000 items");
    assertThat(reason(log, Map.of("evaluation.rankSeen", "true")))
        .startsWith(
            "lower, the more a user's items tell of its next ones, of which 50 % come again (1.50"
                + " nats here)");
  }

  private static String reason(LogFacts log, Map<String, String> given) {
    return Rules.choose(log, key -> Optional.ofNullable(given.get(key))).stream()
        .filter(choice -> choice.key().equals("loss.temperature"))
        .findFirst()
        .orElseThrow()
        .reason();
  }
}
