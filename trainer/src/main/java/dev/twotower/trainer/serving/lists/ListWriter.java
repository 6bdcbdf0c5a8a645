package dev.twotower.trainer.serving.lists;

import dev.twotower.data.dataset.Dataset;
import dev.twotower.data.dataset.EntityTable;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.disk.Checksum;
import dev.twotower.eval.topk.TiledScorer;
import dev.twotower.eval.topk.TopLists;
import dev.twotower.trainer.device.Devices;
import dev.twotower.trainer.model.ModelScorer;
import dev.twotower.trainer.run.TrainedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Writes lists to a file: exact, by tiles, on all cores, in parts that survive a kill. The same
 * request gives the same file on any number of threads.
 */
public final class ListWriter {
  /** Rows of a part. */
  private static final int PART_ROWS = 1 << 20;

  private static final int PART_LISTS = 8192;

  private final TrainedRun run;
  private final ListRequest request;
  private final EntityTable items;

  private ListWriter(TrainedRun run, ListRequest request) {
    this.run = run;
    this.request = request;
    this.items = run.data().itemTable();
  }

  /**
   * Users' best items, as of the test split. Columns: user, rank from 1, item, score, name where
   * the request asks for it, source: {@code rows} where the user has training rows, {@code
   * features} where it has none and its features give a vector, {@code popularity} where nothing is
   * known of it.
   *
   * @param users dense user indices
   * @param rankSeen whether items that a user engaged with before may be in its list
   * @throws IllegalArgumentException when the file exists
   */
  public static ListSummary recommend(
      TrainedRun run, int[] users, boolean rankSeen, ListRequest request) throws IOException {
    Dataset data = run.data();
    SeenItems seen = new SeenItems(data, rankSeen);
    int[] chosen = request.choice().items();
    try (ModelScorer scorer = run.scorer(Split.TEST)) {
      IntFunction<int[]> leftOut = user -> seen.of(user, chosen);
      return new ListWriter(run, request)
          .write(
              scorer.tiled(chosen),
              chosen,
              users,
              leftOut,
              "\"user\" VARCHAR, rank INTEGER, item VARCHAR, score FLOAT"
                  + nameColumn(request)
                  + ", source VARCHAR",
              data.userTable(),
              Optional.of(new UserSources(scorer, data)),
              "recommend rankSeen=" + rankSeen);
    }
  }

  /**
   * Items nearest to items, by the cosine of their vectors. Columns: {@code item}, {@code rank}
   * from 1, {@code near}, {@code score}, and where the request asks for it {@code name}, that of
   * {@code near}. Items of which nothing is known have no list and are in none.
   *
   * @param queries dense item indices
   */
  public static ListSummary similar(TrainedRun run, int[] queries, ListRequest request)
      throws IOException {
    try (ModelScorer scorer = run.scorer(Split.TEST)) {
      int[] chosen = Arrays.stream(request.choice().items()).filter(scorer::known).toArray();
      if (chosen.length == 0) {
        throw new IllegalArgumentException(
            "none of the %d items to choose from has a vector; allowed: at least one"
                .formatted(request.choice().items().length));
      }
      int[] known = Arrays.stream(queries).filter(scorer::known).toArray();
      ItemChoice choice = new ItemChoice(chosen, request.choice().unknownIds());
      ListRequest narrowed =
          new ListRequest(
              request.target(),
              request.k(),
              choice,
              request.names(),
              request.limit(),
              request.progress(),
              request.stop());
      return new ListWriter(run, narrowed)
          .write(
              scorer.similar(chosen),
              chosen,
              known,
              item -> SeenItems.places(new int[] {item}, chosen),
              "item VARCHAR, rank INTEGER, near VARCHAR, score FLOAT" + nameColumn(request),
              run.data().itemTable(),
              Optional.empty(),
              "similar");
    }
  }

  private static String nameColumn(ListRequest request) {
    return request.names() ? ", name VARCHAR" : "";
  }

  private ListSummary write(
      TiledScorer scorer,
      int[] chosen,
      int[] queries,
      IntFunction<int[]> leftOut,
      String columns,
      EntityTable names,
      Optional<UserSources> sources,
      String kind)
      throws IOException {
    long start = System.nanoTime();
    TopLists lists =
        new TopLists(
            scorer,
            request.k(),
            request.limitOfChosen(),
            leftOut,
            Devices.threads(run.config().threads()));
    int size = Math.max(1, Math.min(PART_LISTS, PART_ROWS / lists.k()));
    int parts = (queries.length + size - 1) / size;
    int[] found = new int[size * lists.k()];
    float[] scores = new float[found.length];
    Map<String, Long> counts = new TreeMap<>();
    long resumed = 0;
    boolean stopped = false;
    try (PartedFile file =
        new PartedFile(request.target(), columns, fingerprint(kind, chosen, queries))) {
      int part = 0;
      for (; part < parts && !stopped; part++) {
        int from = part * size;
        int count = Math.min(size, queries.length - from);
        String[] origin =
            sources.map(source -> source.of(queries, from, count)).orElse(new String[0]);
        for (String each : origin) {
          counts.merge(each, 1L, Long::sum);
        }
        if (file.has(part)) {
          resumed += count;
        } else {
          lists.rank(queries, from, count, found, scores);
          file.add(
              part,
              appender -> {
                for (int list = 0; list < count; list++) {
                  String name = names.id(queries[from + list]);
                  int at = list * lists.k();
                  for (int place = 0; place < lists.k() && found[at + place] >= 0; place++) {
                    appender.beginRow();
                    appender.append(name);
                    appender.append(place + 1);
                    appender.append(items.id(chosen[found[at + place]]));
                    appender.append(scores[at + place]);
                    if (request.names()) {
                      appender.append(items.name(chosen[found[at + place]]));
                    }
                    if (origin.length > 0) {
                      appender.append(origin[list]);
                    }
                    appender.endRow();
                  }
                }
              });
        }
        request.progress().accept(from + count);
        stopped = request.stop().getAsBoolean() && part + 1 < parts;
      }
      if (!stopped) {
        file.finish(parts);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      long done = Math.min(queries.length, (long) part * size);
      return new ListSummary(
          request.target().toString(),
          done,
          stopped ? 0 : file.rows(),
          lists.k(),
          chosen.length,
          request.choice().unknownIds(),
          counts,
          resumed,
          seconds,
          (done - resumed) / seconds,
          !stopped);
    }
  }

  /** All that decides what is in the file. */
  private String fingerprint(String kind, int[] chosen, int[] queries) throws IOException {
    Path model = run.directory().path().resolve("model.json");
    return String.join(
        "\n",
        "lists 1 " + kind,
        "model " + Checksum.sha256(model) + " " + run.directory().card().datasetChecksum(),
        "weights " + Checksum.sha256(run.directory().path().resolve("model/weights.safetensors")),
        "k " + request.k(),
        "items " + sum(chosen) + (request.names() ? " by name" : ""),
        "lists " + sum(queries),
        "limit "
            + request
                .limit()
                .map(limit -> limit.most() + " of " + sum(limit.groupOf()))
                .orElse("none"),
        "");
  }

  private static String sum(int[] numbers) {
    return Checksum.sha256(
        Arrays.stream(numbers).mapToObj(Integer::toString).collect(Collectors.joining(",")));
  }
}
