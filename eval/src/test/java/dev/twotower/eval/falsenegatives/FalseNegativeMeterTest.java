package dev.twotower.eval.falsenegatives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.twotower.data.random.Streams;
import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.fixtures.ArrayInteractions;
import dev.twotower.masking.MaskSet;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.junit.jupiter.api.Test;

class FalseNegativeMeterTest {
  private static final MaskSet IDENTITY = MaskSet.parse("identity");

  @Test
  void rowsOfTheSameUserAreFalseNegatives() {
    // Two users with four different items each: no row collides, every false pair is the same
    // user's.
    ArrayInteractions train =
        ArrayInteractions.of(
            new int[] {0, 0},
            new int[] {0, 1},
            new int[] {0, 2},
            new int[] {0, 3},
            new int[] {1, 4},
            new int[] {1, 5},
            new int[] {1, 6},
            new int[] {1, 7});
    FalseNegatives whole = measure(train, Layout.IID, 8, "identity");
    // One batch of 8: each anchor has 7 valid negatives, 3 of them its own user's.
    assertThat(whole.falseNegativeRate()).isCloseTo(3 / 7.0, within(1e-12));
    assertThat(whole.sameUserRate()).isCloseTo(3 / 7.0, within(1e-12));
    assertThat(whole.collisionRate()).isZero();
    assertThat(whole.distinctUsers()).isEqualTo(2);
    assertThat(whole.effectiveUsers()).isCloseTo(2, within(1e-12));
    assertThat(whole.validNegativesPerAnchor()).isEqualTo(7);
    assertThat(whole.dedupRatio()).isEqualTo(4);
    assertThat(whole.itemDedupRatio()).isEqualTo(1);
    assertThat(whole.batches()).isEqualTo(whole.epochBatches());
    assertThat(whole.low()).isNull();

    FalseNegatives masked = measure(train, Layout.IID, 8, "identity+user");
    assertThat(masked.falseNegativeRate()).isZero();
    assertThat(masked.validNegativesPerAnchor()).isEqualTo(4);
  }

  @Test
  void collisionsAreOtherUsersRowsOfItemsTheAnchorsUserEngagedWith() {
    // Users 0 and 1 both engaged with items 0 and 1. For anchor (0, item 0): row (0, 1) is the same
    // user's, row (1, 1) a collision, row (1, 0) removed by identity. All anchors look alike.
    ArrayInteractions train =
        ArrayInteractions.of(
            new int[] {0, 0}, new int[] {0, 1}, new int[] {1, 0}, new int[] {1, 1});
    FalseNegatives measured = measure(train, Layout.IID, 4, "identity");
    assertThat(measured.sameUserRate()).isEqualTo(0.5);
    assertThat(measured.collisionRate()).isEqualTo(0.5);
    FalseNegatives user = measure(train, Layout.IID, 4, "identity+user");
    assertThat(user.sameUserRate()).isZero();
    assertThat(user.falseNegativeRate()).isEqualTo(1);
    FalseNegatives engaged = measure(train, Layout.IID, 4, "identity+engaged");
    assertThat(engaged.falseNegativeRate()).isZero();
    assertThat(engaged.anchorsWithoutNegatives()).isEqualTo(4);
    assertThat(engaged.validNegativesPerAnchor()).isZero();
  }

  @Test
  void aSampleOfBatchesCoversTheEpochsRate() {
    ArrayInteractions train = log(3, 300, 60);
    int covered = 0;
    for (int seed = 0; seed < 100; seed++) {
      FalseNegativeMeter meter = new FalseNegativeMeter(train, 60, 1);
      FalseNegatives exact = meter.measure(Layout.SORTED, 32, IDENTITY, seed, 0);
      FalseNegatives sampled = meter.measure(Layout.SORTED, 32, IDENTITY, seed, 25);
      assertThat(sampled.batches()).isEqualTo(25);
      assertThat(sampled.epochBatches()).isEqualTo(exact.batches());
      if (sampled.low() <= exact.falseNegativeRate()
          && exact.falseNegativeRate() <= sampled.high()) {
        covered++;
      }
    }
    assertThat(covered).isBetween(88, 100);
    assertThat(train.rows() / 32).isGreaterThan(50);
  }

  @Test
  void asManyBatchesAsTheEpochHasIsExact() {
    ArrayInteractions train = log(3, 40, 60);
    FalseNegativeMeter meter = new FalseNegativeMeter(train, 60, 1);
    assertThat(meter.measure(Layout.IID, 32, IDENTITY, 1, 10_000))
        .isEqualTo(meter.measure(Layout.IID, 32, IDENTITY, 1, FalseNegativeMeter.WHOLE_EPOCH));
  }

  /** To the last bit; each thread has buffers of its own, and the sums have one order. */
  @Test
  void figuresDoNotDependOnTheNumberOfThreads() {
    ArrayInteractions train = log(3, 400, 60);
    for (Layout layout : List.of(Layout.IID, Layout.SORTED, Layout.parse("requests:40"))) {
      for (int batches : new int[] {FalseNegativeMeter.WHOLE_EPOCH, 25}) {
        FalseNegatives alone =
            new FalseNegativeMeter(train, 60, 1).measure(layout, 32, IDENTITY, 1, batches);
        for (int threads : new int[] {2, 3, 8, 100}) {
          assertThat(
                  new FalseNegativeMeter(train, 60, threads)
                      .measure(layout, 32, IDENTITY, 1, batches))
              .as("%s, %d batches, %d threads", layout, batches, threads)
              .isEqualTo(alone);
        }
      }
    }
  }

  @Test
  void mixingRequestsLiesBetweenSortedAndIid() {
    ArrayInteractions train = log(5, 400, 3000);
    double sorted = measure(train, Layout.SORTED, 64, "identity").sameUserRate();
    double few = measure(train, Layout.parse("requests:40"), 64, "identity").sameUserRate();
    double many = measure(train, Layout.parse("requests:1000"), 64, "identity").sameUserRate();
    double iid = measure(train, Layout.IID, 64, "identity").sameUserRate();
    assertThat(sorted).isGreaterThan(few);
    assertThat(few).isGreaterThan(many);
    assertThat(many).isGreaterThan(iid);
  }

  @Test
  void serialisesTheDocumentedFields() {
    JsonNode json =
        new ObjectMapper().valueToTree(measure(log(1, 20, 30), Layout.SORTED, 16, "identity"));
    for (String field :
        List.of(
            "batchSize",
            "falseNegativeRate",
            "sameUserRate",
            "collisionRate",
            "distinctUsers",
            "effectiveUsers",
            "validNegativesPerAnchor",
            "anchorsWithoutNegatives",
            "dedupRatio")) {
      assertThat(json.get(field).isNumber()).as(field).isTrue();
    }
    assertThat(json.get("layout").textValue()).isEqualTo("sorted");
    assertThat(json.get("masks").textValue()).isEqualTo("identity");
    assertThat(json.has("low")).isFalse();
  }

  @Test
  void refusesASampleTooSmallForAnInterval() {
    assertThatThrownBy(
            () ->
                new FalseNegativeMeter(log(1, 20, 30), 30, 1)
                    .measure(Layout.IID, 16, IDENTITY, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is 1")
        .hasMessageContaining("2 or more");
  }

  static FalseNegatives measure(
      ArrayInteractions train, Layout layout, int batchSize, String masks) {
    int items = 1;
    for (long row = 0; row < train.rows(); row++) {
      items = Math.max(items, train.item(row) + 1);
    }
    return new FalseNegativeMeter(train, items, 1)
        .measure(layout, batchSize, MaskSet.parse(masks), 7, FalseNegativeMeter.WHOLE_EPOCH);
  }

  private static ArrayInteractions log(long seed, int users, int items) {
    return log(seed, users, items, 12, 6);
  }

  /** Users with 1 to M requests of 1 to N rows, items skewed to low numbers. */
  static ArrayInteractions log(long seed, int users, int items, int mostRequests, int mostRows) {
    UniformRandomProvider random = Streams.stream(seed, "test.log");
    List<ArrayInteractions.Row> rows = new ArrayList<>();
    int request = 0;
    for (int user = 0; user < users; user++) {
      for (int count = 1 + random.nextInt(mostRequests); count > 0; count--) {
        for (int row = 1 + random.nextInt(mostRows); row > 0; row--) {
          rows.add(
              new ArrayInteractions.Row(
                  user, (int) (items * Math.pow(random.nextDouble(), 2)), request));
        }
        request++;
      }
    }
    return new ArrayInteractions(rows);
  }
}
