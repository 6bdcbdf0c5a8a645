package dev.twotower.trainer.track;

import dev.twotower.data.message.Amount;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What is still to be sent, in order. A thread of its own sends it, so that whoever says something
 * never waits; the thread ends with the process.
 */
final class Outbox {
  /** Lines of metrics that wait at most; a line has about 20 numbers. */
  static final int LINES = 5000;

  /** How often a server that is there is asked for one thing before it counts as refused. */
  static final int TRIES = 4;

  private static final int NUMBERS_A_REQUEST = 1000;
  private static final long FIRST_PAUSE_MILLIS = 1000;
  private static final long LONGEST_PAUSE_MILLIS = 60_000;
  private static final long FAREWELL_MILLIS = 15_000;

  /** Something to tell the server. */
  @FunctionalInterface
  interface Message {
    void send(MlflowClient client) throws IOException, InterruptedException;
  }

  /**
   * Numbers of a run.
   *
   * @param points as MLflow's {@code log-batch} takes them
   */
  record Line(MlflowRun run, List<MlflowRun.Point> points) {
    /** Whether others like it come every few steps. */
    boolean ofSteps() {
      return points.isEmpty() || points.get(0).key().startsWith("train/");
    }
  }

  private final MlflowClient client;
  private final Consumer<String> warn;
  private final Deque<Object> waiting = new ArrayDeque<>();
  private final Deque<Object> uploads = new ArrayDeque<>();
  private Deque<Object> current = waiting;
  private final Thread sender = new Thread(this::send, "mlflow");
  private int lines;
  private long dropped;
  private long refused;
  private boolean failing;
  private boolean silenceTold;
  private boolean refusalTold;
  private boolean closing;

  /**
   * Nothing is to be sent yet.
   *
   * @param warn hears of what goes wrong, from another thread
   */
  Outbox(MlflowClient client, Consumer<String> warn) {
    this.client = client;
    this.warn = warn;
    sender.setDaemon(true);
    sender.start();
  }

  synchronized void add(Message message) {
    waiting.add(message);
    notifyAll();
  }

  /** Adds what may take long, and holds up nothing else. */
  synchronized void addUpload(Message message) {
    uploads.add(message);
    notifyAll();
  }

  /** Adds numbers, or drops them where too many wait; those of steps sooner than others. */
  synchronized void add(Line line) {
    if (lines >= (line.ofSteps() ? LINES : 2 * LINES)) {
      dropped++;
      return;
    }
    lines++;
    waiting.add(line);
    notifyAll();
  }

  /** Sends what is left for a few seconds, and says what could not be sent. */
  void close() throws InterruptedException {
    synchronized (this) {
      closing = true;
      notifyAll();
    }
    sender.join(FAREWELL_MILLIS);
    synchronized (this) {
      if (sender.isAlive()) {
        sender.interrupt();
      }
      int left = waiting.size() - lines + uploads.size();
      if (dropped + lines + refused + left > 0) {
        warn.accept(
            "not sent to the tracking server %s: %s, %s; the run's own files hold everything"
                .formatted(
                    client.server(),
                    Amount.of(dropped + lines, "line") + " of metrics",
                    Amount.of(refused + left, "other message")));
      }
    }
  }

  private void send() {
    long pause = FIRST_PAUSE_MILLIS;
    int tries = 0;
    try {
      while (await()) {
        List<Object> next = next();
        try {
          send(next);
          remove(next.size());
          pause = FIRST_PAUSE_MILLIS;
          tries = 0;
          failing = false;
        } catch (RefusedException no) {
          tries = 0;
          refuse(next, no);
        } catch (RuntimeException fault) {
          tries = 0;
          refuse(next, fault);
        } catch (IOException unreachable) {
          if (unreachable instanceof BusyException && ++tries == TRIES) {
            tries = 0;
            refuse(next, unreachable);
            continue;
          }
          if (!silenceTold) {
            silenceTold = true;
            warn.accept(
                "the tracking server %s does not answer (%s); the run goes on, and what happens meanwhile is sent when it does"
                    .formatted(client.server(), reason(unreachable)));
          }
          if (fail(pause)) {
            return;
          }
          pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for something to send; false where nothing comes any more. */
  private synchronized boolean await() throws InterruptedException {
    while (waiting.isEmpty() && uploads.isEmpty() && !closing) {
      wait();
    }
    return !waiting.isEmpty() || !uploads.isEmpty();
  }

  /** The first message, or the first lines of a run. */
  private synchronized List<Object> next() {
    List<Object> next = new ArrayList<>();
    int numbers = 0;
    current = waiting.isEmpty() ? uploads : waiting;
    for (Object each : current) {
      boolean more =
          each instanceof Line line
              && (next.isEmpty()
                  || next.get(0) instanceof Line first
                      && first.run() == line.run()
                      && numbers + line.points().size() <= NUMBERS_A_REQUEST);
      if (!more && !next.isEmpty()) {
        break;
      }
      next.add(each);
      if (!more) {
        break;
      }
      numbers += ((Line) each).points().size();
    }
    return next;
  }

  private void send(List<Object> next) throws IOException, InterruptedException {
    if (next.get(0) instanceof Line first) {
      List<MlflowRun.Point> points = new ArrayList<>();
      next.forEach(each -> points.addAll(((Line) each).points()));
      first.run().log(client, points);
    } else {
      ((Message) next.get(0)).send(client);
    }
  }

  private synchronized void remove(int messages) {
    for (int i = 0; i < messages; i++) {
      lines -= current.remove() instanceof Line ? 1 : 0;
    }
  }

  private synchronized void refuse(List<Object> next, Exception no) {
    if (!refusalTold) {
      refusalTold = true;
      warn.accept(
          "the tracking server %s refused %s; the run goes on"
              .formatted(client.server(), reason(no)));
    }
    remove(next.size());
    if (next.get(0) instanceof Line) {
      dropped += next.size();
    } else {
      refused++;
    }
  }

  /** Waits before the next try; true where there is none, because everybody waits for the end. */
  private synchronized boolean fail(long pause) throws InterruptedException {
    boolean last = closing && failing;
    failing = true;
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
    for (long left = pause; !closing && left > 0; ) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
    }
    return last;
  }

  private static String reason(Exception unreachable) {
    return unreachable.getMessage() == null
        ? unreachable.getClass().getSimpleName()
        : unreachable.getMessage();
  }
}
