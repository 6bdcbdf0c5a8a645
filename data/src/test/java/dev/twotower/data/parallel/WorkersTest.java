package dev.twotower.data.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
  @Property
  void chunksCoverEachThingOnceInOrder(
      @ForAll @IntRange(max = 5000) int size, @ForAll @IntRange(min = 1, max = 700) int most) {
    Chunks chunks = Chunks.ofAtMost(most, size);
    int next = 0;
    for (int chunk = 0; chunk < chunks.count(); chunk++) {
      assertThat(chunks.from(chunk)).isEqualTo(next);
      next = chunks.to(chunk);
      assertThat(next - chunks.from(chunk)).isBetween(1, Math.min(most, chunks.largest()));
    }
    assertThat(next).isEqualTo(size);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void runsEachChunkOnce(int threads) {
    Workers workers = new Workers(threads);
    for (int count : new int[] {0, 1, 2, 7, 1000}) {
      AtomicIntegerArray runs = new AtomicIntegerArray(count);
      workers.each(count, runs::incrementAndGet);
      for (int chunk = 0; chunk < count; chunk++) {
        assertThat(runs.get(chunk)).isEqualTo(1);
      }
    }
  }

  @Test
  void sumsAreTheSameOnAnyNumberOfThreads() {
    // Terms of very different size: another order would give another sum.
    double one = new Workers(1).sum(500, chunk -> Math.pow(-1.7, chunk % 90));
    for (int threads : new int[] {2, 3, 8}) {
      assertThat(new Workers(threads).sum(500, chunk -> Math.pow(-1.7, chunk % 90))).isEqualTo(one);
    }
  }

  @Test
  void severalThreadsWorkAtOnce() {
    CountDownLatch all = new CountDownLatch(3);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    new Workers(3)
        .each(
            3,
            chunk -> {
              threads.add(Thread.currentThread());
              all.countDown();
              await(all);
            });
    assertThat(threads).hasSize(3).contains(Thread.currentThread());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aFailureComesThroughAndEndsTheWork(int threads) {
    Workers workers = new Workers(threads);
    IllegalStateException failure = new IllegalStateException("chunk 5");
    AtomicInteger begun = new AtomicInteger();
    assertThatThrownBy(
            () ->
                workers.each(
                    100_000,
                    chunk -> {
                      begun.incrementAndGet();
                      if (chunk == 5) {
                        throw failure;
                      }
                    }))
        .isSameAs(failure);
    assertThat(begun.get()).isLessThan(100_000);
    AtomicInteger after = new AtomicInteger();
    workers.each(10, chunk -> after.incrementAndGet());
    assertThat(after.get()).isEqualTo(10);
  }

  @Test
  void anInterruptStaysSetAndLeavesTheWorkWhole() {
    AtomicInteger done = new AtomicInteger();
    Thread.currentThread().interrupt();
    new Workers(4).each(50, chunk -> done.incrementAndGet());
    assertThat(Thread.interrupted()).isTrue();
    assertThat(done.get()).isEqualTo(50);
  }

  @Test
  void workInsideAChunkRunsOnItsThread() {
    Workers workers = new Workers(4);
    AtomicInteger inner = new AtomicInteger();
    workers.each(
        20,
        chunk -> {
          Thread outer = Thread.currentThread();
          workers.each(
              10,
              nested -> {
                assertThat(Thread.currentThread()).isSameAs(outer);
                inner.incrementAndGet();
              });
        });
    assertThat(inner.get()).isEqualTo(200);
  }

  @Test
  void noTwoThreadsHaveTheSameScratch() {
    Scratch<AtomicInteger> scratch = new Scratch<>(AtomicInteger::new);
    Workers workers = new Workers(4);
    for (int round = 0; round < 50; round++) {
      workers.each(
          40,
          scratch,
          (mine, chunk) -> {
            assertThat(mine.incrementAndGet()).isEqualTo(1);
            mine.decrementAndGet();
          });
    }
    assertThat(scratch.made()).hasSizeBetween(1, 4);
  }

  @Test
  void theSettingHoldsOnEveryThreadAndEndsWhenNobodyWorks() {
    List<String> events = new ArrayList<>();
    ThreadLocal<Boolean> set = ThreadLocal.withInitial(() -> false);
    AtomicInteger working = new AtomicInteger();
    Workers.Setting setting =
        new Workers.Setting() {
          @Override
          public Runnable begin() {
            events.add("begin");
            set.set(true);
            return () -> {
              assertThat(working.get()).isZero();
              events.add("end");
            };
          }

          @Override
          public void join() {
            set.set(true);
          }
        };
    Workers workers = new Workers(3, setting);
    for (int round = 0; round < 20; round++) {
      events.clear();
      workers.each(
          200,
          chunk -> {
            working.incrementAndGet();
            assertThat(set.get()).isTrue();
            working.decrementAndGet();
          });
      assertThat(events).containsExactly("begin", "end");
    }
  }

  @Test
  void sizesOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Workers(0)).hasMessageContaining("0 threads");
    assertThatThrownBy(() -> Chunks.ofAtMost(0, 5)).hasMessageContaining("at most 0");
    assertThatThrownBy(() -> new Chunks(3, 4)).hasMessageContaining("3 things in 4 chunks");
  }
}
