package dev.twotower.eval.falsenegatives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.twotower.data.sampling.Layout;
import dev.twotower.eval.fixtures.ArrayInteractions;
import dev.twotower.masking.MaskSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConclusionTest {
  /** About a wholesale log: 18 rows a request, a typical row's user has 300. */
  private static final LogShape SHAPE = new LogShape(20_000, 18, 40, 560);

  @Test
  void saysWhatIsFalseWhoseItIsAndWhatToDo() {
    Conclusion conclusion = Conclusion.of(measured("sorted", 2048, .45, .39, 30, 1500, 0), SHAPE);
    // Of 2048 rows, 7 of the own piece, and few of the other 552.
    assertThat(conclusion.sentence())
        .isEqualTo(
            "sorted, B=2048: 45 % of negatives are false, 39 % through the same user's rows, 6.0 %"
                + " through other users' rows of items that the anchor's user engaged with: use"
                + " `user` or pieces of at most 8 rows, layout requests:100000:8 (about 0.5 % of"
                + " negatives are then the same user's); only `engaged` removes the collisions");
    assertThat(conclusion.layout()).contains(Recipe.layout(2048));
  }

  /** Small batches hold 64 pieces as well, as those that are trained with do. */
  @Test
  void namesTheRecipeOfTheBatchThatWasMeasured() {
    for (int batchSize : new int[] {64, 128, 256, 512, 4096}) {
      Conclusion conclusion = Conclusion.of(measured("sorted", batchSize, .6, .5, 2, 60, 0), SHAPE);
      assertThat(conclusion.layout()).contains(Recipe.layout(batchSize));
      assertThat(conclusion.sentence())
          .contains("layout requests:100000:" + Math.min(8, batchSize / 64));
    }
    assertThat(Conclusion.of(measured("sorted", 64, .6, .5, 2, 60, 0), SHAPE).sentence())
        .contains(
            "use `user` or pieces of at most 1 row,",
            "the anchor's own request makes up 61 %, which no buffer of whole requests divides");
  }

  @Test
  void repairsNothingThatIsNotBroken() {
    assertThat(Conclusion.of(measured("iid", 512, .006, .001, 500, 511, 0), SHAPE))
        .isEqualTo(
            new Conclusion(
                "iid, B=512: 0.6 % of negatives are false: nothing to repair", Optional.empty()));
  }

  @Test
  void onlyEngagedRemovesCollisions() {
    Conclusion conclusion = Conclusion.of(measured("iid", 512, .155, .002, 300, 511, 0), SHAPE);
    assertThat(conclusion.sentence())
        .startsWith("iid, B=512: 16 % of negatives are false, 15 % through other users' rows")
        .endsWith("only `engaged` removes these");
    assertThat(conclusion.layout()).isEmpty();
  }

  @Test
  void offersNoBufferToRowsThatAreMixedAlready() {
    Conclusion conclusion = Conclusion.of(measured("iid", 512, .1, .1, 30, 450, 0), SHAPE);
    assertThat(conclusion.layout()).isEmpty();
    assertThat(conclusion.sentence()).contains("use `user` (").doesNotContain("a buffer of");
  }

  @Test
  void warnsOfAPoolOfFewPeople() {
    assertThat(Conclusion.of(measured("sorted", 2048, .2, .2, 4.9, 1500, 3), SHAPE).sentence())
        .contains("only 4.9 effective users")
        .contains("3 of 1000 anchors have no valid negative");
  }

  @Test
  void dividesARequestThatFillsTheBatch() {
    LogShape histories = new LogShape(20_000, 100, 201, 201);
    Conclusion conclusion = Conclusion.of(measured("sorted", 512, .4, .4, 3, 400, 0), histories);
    assertThat(conclusion.layout()).contains(Recipe.layout(2048));
    assertThat(conclusion.sentence())
        .contains(
            "pieces of at most 8 rows, layout requests:100000:8 (about 1.4 % of negatives are then")
        .contains(
            "the anchor's own request makes up 39 %, which no buffer of whole requests divides");
  }

  @Test
  void ofPiecesItSpeaksOfPieces() {
    LogShape histories = new LogShape(20_000, 100, 201, 600);
    assertThat(
            Conclusion.of(measured("requests:900:8", 512, .4, .35, 3, 60, 0), histories).sentence())
        .contains("a buffer of at least 100,000 pieces");
    // Pieces that fill a third of the batch must be smaller.
    assertThat(
            Conclusion.of(measured("requests:900:200", 512, .4, .4, 3, 400, 0), histories)
                .sentence())
        .contains("pieces of at most 8 rows", "the anchor's own piece makes up 39");
  }

  @Test
  void advisesNoBufferForAGainOfLessThanAPoint() {
    for (String layout : List.of("sorted", "requests:400", "requests:100000:8")) {
      Conclusion conclusion = Conclusion.of(measured(layout, 1024, .03, .019, 30, 900, 0), SHAPE);
      assertThat(conclusion.layout()).isEmpty();
      assertThat(conclusion.sentence())
          .contains("use `user` (mixing users further would gain little)");
    }
  }

  @Test
  void advisesNoBufferThatIsInUse() {
    Conclusion.Mixing first =
        Conclusion.mixing(measured("sorted", 2048, .45, .39, 30, 1500, 0), SHAPE);
    // As though it had done less than it promised.
    Conclusion again =
        Conclusion.of(
            measured(first.layout().orElseThrow().toString(), 2048, .45, .39, 30, 1500, 0), SHAPE);
    assertThat(again.layout()).isEmpty();
    assertThat(again.sentence()).contains("use `user` (this buffer mixes users as well as");
  }

  @Test
  void followingTheAdviceComesToAnEnd() {
    for (int requests : new int[] {1, 60}) {
      ArrayInteractions train =
          FalseNegativeMeterTest.log(9, 1500, 20_000, requests, requests == 1 ? 80 : 3);
      LogShape shape = LogShape.of(train);
      Layout layout = Layout.SORTED;
      List<Double> rates = new ArrayList<>();
      while (layout != null) {
        FalseNegatives measured = FalseNegativeMeterTest.measure(train, layout, 256, "identity");
        // Every step helps, or its advice would go in a circle.
        assertThat(measured.sameUserRate())
            .isLessThan(rates.isEmpty() ? 1 : 0.75 * rates.get(rates.size() - 1));
        rates.add(measured.sameUserRate());
        layout = Conclusion.of(measured, shape).layout().orElse(null);
      }
      assertThat(rates).hasSizeBetween(2, 4);
      assertThat(rates.get(rates.size() - 1)).isLessThan(0.05);
    }
  }

  @Test
  void manyMeasurementsComeToAFewLines() {
    List<FalseNegatives> measured =
        List.of(
            measured("iid", 512, .07, .001, 300, 511, 0),
            measured("sorted", 512, .45, .39, 4.9, 400, 250),
            measured("sorted", 2048, .30, .24, 19, 1500, 0));
    assertThat(Diagnosis.lines(measured, SHAPE))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith(
                        "Worst: sorted, B=512, masks identity. 45.0 % of negatives are false: 39.0"
                            + " %"),
            line -> assertThat(line).contains("`user` removes", "only `engaged` removes"),
            line ->
                assertThat(line)
                    .startsWith("Layout: use pieces of at most 8 rows, layout requests:100000:8"),
            line -> assertThat(line).contains("sorted, B=512", "only 4.9 effective users"),
            line -> assertThat(line).contains("sorted, B=512", "25.0 % of them without"));
    assertThat(Diagnosis.lines(List.of(measured("iid", 512, .15, .002, 300, 511, 0)), SHAPE))
        .hasSize(2)
        .last()
        .isEqualTo("Mask: only `engaged` removes collisions, and no layout does.");
    assertThat(Diagnosis.lines(List.of(measured("iid", 512, .1, .1, 30, 511, 0)), SHAPE))
        .last()
        .asString()
        .startsWith("Layout: none, the rows are mixed already");
    assertThat(Diagnosis.lines(List.of(measured("iid", 512, .006, .001, 500, 511, 0)), SHAPE))
        .containsExactly(
            "Nothing to repair: at most 0.6 % of negatives are false (iid, B=512, masks"
                + " identity).");
  }

  /** Below the share from which Conclusion offers a buffer for sorted rows. */
  @Test
  void sortedRowsOfMixedUsersAreTold() {
    FalseNegatives mixed = measured("sorted", 512, .031, .014, 60, 500, 0);
    FalseNegatives ofFew = measured("sorted", 512, .45, .39, 30, 500, 0);
    FalseNegatives shuffled = measured("iid", 512, .018, .001, 500, 511, 0);
    assertThat(Diagnosis.lines(List.of(mixed), SHAPE))
        .contains("Layout: none, mixing users further would gain little.");
    assertThat(Diagnosis.sortedIsMixed(List.of(shuffled, mixed))).isTrue();
    assertThat(Diagnosis.sortedIsMixed(List.of(shuffled, ofFew))).isFalse();
    assertThat(Diagnosis.sortedIsMixed(List.of(shuffled))).isFalse();
  }

  @Test
  void batchesWithoutNegativesHaveNothingGoodSaidOfThem() {
    FalseNegatives none = measured("sorted", 64, 0, 0, 1, 0, 1000);
    assertThat(Diagnosis.lines(List.of(none), SHAPE))
        .first()
        .asString()
        .startsWith("No anchor has a valid negative left");
    // Others are judged by themselves.
    assertThat(Diagnosis.lines(List.of(none, measured("iid", 512, .3, .2, 30, 511, 0)), SHAPE))
        .first()
        .asString()
        .startsWith("Worst: iid, B=512");
  }

  @Test
  void advisesNoBufferThatNoLayoutCanHave() {
    // Users of so many requests that only 500 million would mix them.
    LogShape endless = new LogShape(10_000_000_000L, 1, 1, 9e7);
    Conclusion conclusion = Conclusion.of(measured("sorted", 1024, .9, .9, 1, 100, 0), endless);
    assertThat(conclusion.layout()).isEmpty();
    assertThat(conclusion.sentence()).contains("use `user` or the iid layout (no buffer mixes");
  }

  @Test
  void countsEnoughPieces() {
    // Requests of 1, 9 and 20 rows: 1 + 2 + 3 pieces of at most 8.
    LogShape pieces = new LogShape(3, 10, 482 / 30.0, 482 / 30.0).pieces(8);
    assertThat(pieces.requests()).isBetween(6L, 7L);
    assertThat(pieces.rowsPerRequest()).isLessThanOrEqualTo(5);
    assertThat(SHAPE.pieces(Layout.Requests.WHOLE).rowsPerRequest()).isCloseTo(18, within(1e-4));
  }

  @Test
  void thePiecesAdvisedDoWhatTheyPromise() {
    ArrayInteractions train = FalseNegativeMeterTest.log(9, 1500, 20_000, 1, 80);
    LogShape shape = LogShape.of(train);
    FalseNegatives sorted = FalseNegativeMeterTest.measure(train, Layout.SORTED, 256, "identity");
    Layout.Requests advised = Conclusion.of(sorted, shape).layout().orElseThrow();
    assertThat(advised.piece()).isLessThan(60);
    FalseNegatives mixed = FalseNegativeMeterTest.measure(train, advised, 256, "identity");
    assertThat(sorted.sameUserRate()).isGreaterThan(0.1);
    assertThat(mixed.sameUserRate()).isLessThan(1.2 * shape.sameUserShare(advised, 256));
  }

  @Test
  void namesNoLayoutWhereAFewUsersOwnTheRows() {
    // A third of the 5,400 rows is one user's, in any order.
    LogShape few = new LogShape(300, 18, 20, 1800);
    Conclusion conclusion = Conclusion.of(measured("sorted", 2048, .44, .35, 30, 1500, 0), few);
    assertThat(conclusion.layout()).isEmpty();
    assertThat(conclusion.sentence()).contains("use `user` (a few users own so many of the rows");
  }

  @Test
  void saysWhenNothingIsLeft() {
    assertThat(Conclusion.of(measured("sorted", 64, 0, 0, 1, 0, 64), SHAPE).sentence())
        .startsWith("sorted, B=64: no anchor has a valid negative");
  }

  @Test
  void whatItExpectsIsWhatIsMeasured() {
    ArrayInteractions train = FalseNegativeMeterTest.log(9, 1500, 20_000, 60, 10);
    LogShape shape = LogShape.of(train);
    for (String layout :
        List.of("requests:100", "requests:300", "requests:400", "requests:100000:8")) {
      for (int batchSize : new int[] {256, 1024}) {
        double expected = shape.sameUserShare((Layout.Requests) Layout.parse(layout), batchSize);
        double found =
            FalseNegativeMeterTest.measure(train, Layout.parse(layout), batchSize, "identity")
                .sameUserRate();
        assertThat(found)
            .as("%s, B=%d", layout, batchSize)
            .isBetween(expected * 0.6, expected * 1.2);
      }
    }
  }

  @Test
  void readsTheShapeOfALog() {
    // Requests 0: 2 rows, 1: 1 row of user 0; 5: 3 rows of user 1.
    ArrayInteractions log =
        new ArrayInteractions(
            List.of(
                new ArrayInteractions.Row(0, 1, 0),
                new ArrayInteractions.Row(0, 2, 0),
                new ArrayInteractions.Row(0, 3, 1),
                new ArrayInteractions.Row(1, 1, 5),
                new ArrayInteractions.Row(1, 2, 5),
                new ArrayInteractions.Row(1, 3, 5)));
    LogShape shape = LogShape.of(log);
    assertThat(shape.requests()).isEqualTo(3);
    assertThat(shape.rowsPerRequest()).isEqualTo(2);
    assertThat(shape.typicalRequestRows()).isCloseTo((4 + 1 + 9) / 6.0, within(1e-12));
    assertThat(shape.typicalUserRows()).isCloseTo((9 + 9) / 6.0, within(1e-12));
    assertThatThrownBy(() -> LogShape.of(ArrayInteractions.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static FalseNegatives measured(
      String layout,
      int batchSize,
      double rate,
      double sameUser,
      double effectiveUsers,
      double valid,
      long without) {
    return new FalseNegatives(
        Layout.parse(layout),
        batchSize,
        MaskSet.parse("identity"),
        rate,
        sameUser,
        rate - sameUser,
        effectiveUsers,
        effectiveUsers,
        valid,
        without,
        1,
        1,
        100,
        1000,
        2,
        2,
        null,
        null);
  }
}
