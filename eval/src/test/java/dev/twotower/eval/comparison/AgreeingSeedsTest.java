package dev.twotower.eval.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.twotower.data.random.Streams;
import dev.twotower.eval.stats.ComparisonSettings;
import dev.twotower.eval.stats.PairedDifference;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class AgreeingSeedsTest {
  private static final int USERS = 400;
  private static final ComparisonSettings SETTINGS =
      new ComparisonSettings(0.05, 0.01, 200, 0.8, 0, 0);

  /** Users differ by seed with a deviation of 1; seeds by what is given. */
  private static PairedDifference pair(double... ofSeeds) {
    UniformRandomProvider random = Streams.stream(3, "test.agreeing");
    double[][] a = new double[ofSeeds.length][USERS];
    double[][] b = new double[ofSeeds.length][USERS];
    for (int seed = 0; seed < ofSeeds.length; seed++) {
      double sum = 0;
      for (int user = 0; user < USERS; user++) {
        b[seed][user] = 5;
        a[seed][user] = random.nextDouble(-1.7, 1.7);
        sum += a[seed][user] / USERS;
      }
      for (int user = 0; user < USERS; user++) {
        // The seed's mean is exactly what is asked.
        a[seed][user] += 5.5 + ofSeeds[seed] - sum;
      }
    }
    return PairedDifference.of(a, b, SETTINGS);
  }

  @Test
  void seedsThatAgreeByLuckAreTold() {
    PairedDifference lucky = pair(0, 0.0005);
    assertThat(width(lucky)).isLessThan(ofUsers(lucky));
    assertThat(AgreeingSeeds.note(lucky, Standing.BETTER))
        .hasValueSatisfying(
            note ->
                assertThat(note)
                    .startsWith("its 2 seeds agree more closely")
                    .containsPattern("the 95 % interval, \\+9\\.9.* to \\+10\\.1.*, is narrower")
                    .containsPattern("users alone, \\+8.* to \\+11.*;"));
    assertThat(AgreeingSeeds.note(lucky, Standing.NOT_WORSE)).isPresent();
  }

  @Test
  void nothingIsSaidWhereTheIntervalIsTheWiderOneOrNothingIsShown() {
    PairedDifference apart = pair(0, 0.1, -0.1);
    assertThat(width(apart)).isGreaterThan(ofUsers(apart));
    assertThat(AgreeingSeeds.note(apart, Standing.BETTER)).isEmpty();
    assertThat(AgreeingSeeds.note(pair(0, 0.0005), Standing.OPEN)).isEmpty();
    assertThat(AgreeingSeeds.note(pair(0.0), Standing.BETTER)).isEmpty();
  }

  @Test
  void manySeedsMayAgree() {
    PairedDifference many = pair(0, 0.0005, 0.001, -0.001, -0.0005, 0);
    assertThat(width(many)).isLessThan(ofUsers(many));
    assertThat(AgreeingSeeds.note(many, Standing.EQUIVALENT)).isEmpty();
  }

  private static double width(PairedDifference pair) {
    return pair.interval().high() - pair.interval().low();
  }

  private static double ofUsers(PairedDifference pair) {
    return pair.usersOnly().high() - pair.usersOnly().low();
  }
}
