package dev.twotower.data.generate;

import dev.twotower.data.dataset.Split;
import dev.twotower.data.random.Streams;
import dev.twotower.data.tree.CategoryTree;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Draws the rows user by user, in storage order, and hands each to a sink. */
final class SyntheticLog {
  /** Where a request comes from, as a context column; code 0 is missing. */
  static final List<String> SURFACES = List.of("home", "search", "list");

  /** 2025-01-01T00:00:00Z. */
  private static final long START = 1_735_689_600L;

  private static final int FAVOURITES = 8;

  /** Chance that a row that follows taste follows the request's theme. */
  private static final double THEME = 0.7;

  /** Draws under a category before the search for an item not yet seen moves one level up. */
  private static final int PATIENCE = 4;

  /** Requests that a user needs for one each to train, validate and test on. */
  private static final int LEAST_REQUESTS = 3;

  private final GenerateRequest request;
  private final Catalogue catalogue;
  private final int[] rowsOfUser;
  private final int[] favourites = new int[FAVOURITES];

  /** The last user, plus 1, to have engaged with an item. */
  private final int[] seenBy;

  SyntheticLog(GenerateRequest request, Catalogue catalogue) {
    this.request = request;
    this.catalogue = catalogue;
    this.seenBy = new int[request.items()];
    var random = Streams.stream(request.seed(), "generate.activity");
    var normal = ZigguratSampler.NormalizedGaussian.of(random);
    double[] weight = new double[request.users()];
    Arrays.setAll(weight, user -> Math.exp(request.activityTail() * normal.sample()));
    this.rowsOfUser =
        Shares.of(
            request.rows(),
            weight,
            GenerateRequest.LEAST_ROWS,
            GenerateRequest.mostRows(request.items()));
  }

  /** Receives the rows: users ascending, requests one after the other, rows by time. */
  interface Sink {
    /** A request of the user begins; its rows follow. */
    void request(int user);

    /**
     * A row of the request.
     *
     * @param surface code into {@link #SURFACES}, from 1
     */
    void row(Split split, int item, long time, int surface);
  }

  void write(Sink sink) {
    for (int user = 0; user < request.users(); user++) {
      write(user, sink);
    }
  }

  /** The department of the user's first favourite: what a profile would know of their taste. */
  int department(int user) {
    CategoryTree tree = catalogue.tree();
    return tree.ancestorAt(catalogue.favourite(tasteKey(user), stream(user)), 1);
  }

  private UniformRandomProvider stream(int user) {
    return Streams.stream(request.seed(), "generate.user", user);
  }

  private long tasteKey(int user) {
    return Streams.key(request.seed(), "generate.taste", user);
  }

  private void write(int user, Sink sink) {
    UniformRandomProvider random = stream(user);
    for (int f = 0; f < FAVOURITES; f++) {
      favourites[f] = catalogue.favourite(tasteKey(user), random);
    }
    int[] sizes = requestSizes(rowsOfUser[user], random);
    long[] starts = new long[sizes.length];
    Arrays.setAll(starts, r -> START + random.nextLong(request.days() * 86_400L));
    Arrays.sort(starts);
    int left = rowsOfUser[user];
    long time = START;
    for (int r = 0; r < sizes.length; r++) {
      sink.request(user);
      int theme = favourite(random);
      int surface = 1 + random.nextInt(SURFACES.size());
      // Requests of a user never overlap.
      time = Math.max(time + 1, starts[r]);
      for (int row = 0; row < sizes[r]; row++) {
        int item = item(user, theme, random);
        left--;
        sink.row(split(left, sizes.length, r), item, time, surface);
        time += 1 + random.nextInt(20);
      }
    }
  }

  private Split split(int rowsAfter, int requests, int number) {
    int after =
        switch (request.heldOut()) {
          case LEAVE_LAST_OUT -> rowsAfter;
          case LEAVE_LAST_REQUEST_OUT ->
              requests < LEAST_REQUESTS ? LEAST_REQUESTS : requests - 1 - number;
        };
    return switch (after) {
      case 0 -> Split.TEST;
      case 1 -> Split.VALIDATION;
      default -> Split.TRAIN;
    };
  }

  private int[] requestSizes(int rows, UniformRandomProvider random) {
    var normal = ZigguratSampler.NormalizedGaussian.of(random);
    double tail = request.requestTail();
    int[] sizes = new int[8];
    int count = 0;
    for (int left = rows; left > 0; ) {
      // exp(N(-tail^2/2, tail)) has mean 1; rounding keeps the mean.
      double spread = Math.exp(tail * normal.sample() - tail * tail / 2);
      double extra = (request.requestRows() - 1) * spread + random.nextDouble();
      int size = (int) Math.min(left, 1 + (long) extra);
      if (count == sizes.length) {
        sizes = Arrays.copyOf(sizes, 2 * count);
      }
      sizes[count++] = size;
      left -= size;
    }
    return Arrays.copyOf(sizes, count);
  }

  /** Favourite number f with chance proportional to 1/(f+1). */
  private int favourite(UniformRandomProvider random) {
    double harmonic = 0;
    for (int f = 0; f < FAVOURITES; f++) {
      harmonic += 1.0 / (f + 1);
    }
    double aim = random.nextDouble() * harmonic;
    int f = 0;
    while (f < FAVOURITES - 1 && aim >= 1.0 / (f + 1)) {
      aim -= 1.0 / (f + 1);
      f++;
    }
    return favourites[f];
  }

  private int item(int user, int theme, UniformRandomProvider random) {
    CategoryTree tree = catalogue.tree();
    int node = tree.root();
    if (random.nextDouble() < request.taste()) {
      node = random.nextDouble() < THEME ? theme : favourite(random);
    }
    int place = catalogue.place(node, random);
    for (int tries = 1; seen(user, place); tries++) {
      if (tries % PATIENCE == 0) {
        if (node == tree.root()) {
          // The head of the catalogue is exhausted: take the next free place after it.
          while (seen(user, place)) {
            place = (place + 1) % request.items();
          }
          break;
        }
        node = tree.parent(node);
      }
      place = catalogue.place(node, random);
    }
    int item = catalogue.itemAt(place);
    seenBy[item] = user + 1;
    return item;
  }

  private boolean seen(int user, int place) {
    return seenBy[catalogue.itemAt(place)] == user + 1;
  }
}
