package dev.twotower.trainer.candidates;

import dev.twotower.data.dataset.Interactions;
import dev.twotower.data.random.Streams;
import dev.twotower.data.sampling.SamplerPosition;
import dev.twotower.masking.BatchIndex;
import dev.twotower.masking.EngagedItems;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * Items that the requests of a batch showed and nobody took there: for each request at most so
 * many, drawn without replacement from its distinct ones. Left out are positives of the request,
 * and under {@code engaged} every item that its user engaged with. The draws of a batch depend on
 * the seed, the batch's position and its requests alone.
 */
public final class ShownDraws {
  private final long seed;
  private final Interactions shown;
  private final Interactions positives;
  private final EngagedItems engaged;
  private final boolean withoutEngaged;
  private final int perRequest;
  private final Int2IntOpenHashMap times = new Int2IntOpenHashMap();
  private final IntOpenHashSet left = new IntOpenHashSet();
  private final IntArrayList items = new IntArrayList();
  private final IntArrayList own = new IntArrayList();
  private int[] starts = new int[1];
  private int[] order = new int[0];
  private int user = -1;

  /**
   * @param shown rows of what was shown
   * @param positives the training rows
   * @param engaged who engaged with what
   * @param withoutEngaged whether masks take all that a user engaged with away
   * @param perRequest items of a request, at most
   */
  public ShownDraws(
      long seed,
      Interactions shown,
      Interactions positives,
      EngagedItems engaged,
      boolean withoutEngaged,
      int perRequest) {
    this.seed = seed;
    this.shown = shown;
    this.positives = positives;
    this.engaged = engaged;
    this.withoutEngaged = withoutEngaged;
    this.perRequest = perRequest;
  }

  /** Draws for the requests of a batch; what was drawn before is gone. */
  public void draw(BatchIndex index, SamplerPosition position) {
    UniformRandomProvider random =
        Streams.stream(seed, "candidates.shown", position.epoch(), position.batch());
    items.clear();
    own.clear();
    user = -1;
    if (starts.length <= index.requests()) {
      starts = new int[2 * index.requests() + 1];
    }
    for (int request = 0; request < index.requests(); request++) {
      load(index.user(index.requestUser(request)));
      draw(index.request(request), random);
      starts[request + 1] = items.size();
    }
  }

  /** Counts what a user engaged with; free where it is the user of the request before. */
  private void load(int next) {
    if (next != user) {
      user = next;
      times.clear();
      engaged.forEach(user, item -> times.addTo(item, 1));
    }
  }

  private void draw(int request, UniformRandomProvider random) {
    long first = shown.requestStart(request);
    int rows = Math.toIntExact(shown.requestEnd(request) - first);
    left.clear();
    for (long row = positives.requestStart(request); row < positives.requestEnd(request); row++) {
      left.add(positives.item(row));
    }
    if (order.length < rows) {
      order = new int[2 * rows];
    }
    for (int i = 0; i < rows; i++) {
      order[i] = i;
    }
    int from = items.size();
    for (int at = 0; at < rows && items.size() - from < perRequest; at++) {
      int other = at + random.nextInt(rows - at);
      int chosen = order[other];
      order[other] = order[at];
      int item = shown.item(first + chosen);
      int engagedWith = times.get(item);
      if ((engagedWith == 0 || !withoutEngaged) && left.add(item)) {
        items.add(item);
        own.add(engagedWith);
      }
    }
  }

  /** Where the items of a request of the batch begin. */
  public int start(int request) {
    return starts[request];
  }

  /** One past the last item of a request of the batch. */
  public int end(int request) {
    return starts[request + 1];
  }

  /** Items of all requests. */
  public int size() {
    return items.size();
  }

  public int item(int at) {
    return items.getInt(at);
  }

  /** How often the request's user engaged with the item elsewhere. */
  public int engagedTimes(int at) {
    return own.getInt(at);
  }
}
