package dev.twotower.spark.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.PartedWriter;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.disk.WorkFolder;
import dev.twotower.data.guard.LeakageNotes;
import dev.twotower.data.imports.Duplicates;
import dev.twotower.data.imports.columns.ContextOption;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.data.message.Amount;
import dev.twotower.data.random.Streams;
import dev.twotower.spark.job.Jobs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/** Makes a data set of parts from a log (package description). */
public final class Preparation {
  /** Rows of items by kind and split: as many numbers take half a gigabyte. */
  private static final long MOST_COUNTS = 1L << 27;

  private final Jobs jobs;
  private final SparkSession spark;
  private final PrepareRequest request;
  private final List<String> notes = new ArrayList<>();

  private Preparation(Jobs jobs, PrepareRequest request) {
    this.jobs = jobs;
    this.spark = jobs.spark();
    this.request = request;
  }

  /**
   * What was made.
   *
   * @param manifest of the whole
   * @param events rows kept by kind of feedback; empty where rows do not say what they are
   * @param notes what a person should know
   * @param warnings why nothing learned from it would be worth anything, as {@code import} has them
   */
  public record Prepared(
      Manifest manifest, Map<String, Long> events, List<String> notes, List<String> warnings) {}

  /**
   * Prepares a log. Either the whole data set is at {@code request.log().to()} afterwards, or
   * nothing.
   *
   * @throws IllegalArgumentException when an option cannot be
   * @throws BadDataException when the log cannot be used
   */
  public static Prepared run(Jobs jobs, PrepareRequest request) throws IOException {
    try {
      return new Preparation(jobs, request).run();
    } catch (Exception failure) {
      // Spark's exceptions are not all declared to Java, and some are IllegalArgumentException.
      if (SparkRefusal.isOfSpark(failure)) {
        throw SparkRefusal.ofRows(failure, request.expressions())
            .orElseGet(() -> new IllegalStateException(SparkRefusal.plain(failure), failure));
      }
      throw failure;
    }
  }

  private Prepared run() throws IOException {
    jobs.describe("screen the rows");
    try (PartedWriter writer = PartedWriter.create(request.log().to());
        LogTable log = LogTable.read(spark, request)) {
      jobs.describe("number the items");
      Path catalogue = writer.path().resolve("catalogue");
      Catalogue items = Catalogue.write(spark, request, log.usable().select("i"), catalogue, notes);
      jobs.describe("number the texts of contexts");
      List<List<String>> texts = contextTexts(log);
      if (request.kinds()) {
        requireFewKinds(texts.get(0).size(), items.numbers().size());
        request.split().ofRows().ofKinds().ifPresent(notes::add);
      }
      jobs.describe("number the users");
      Parted parted = new Parted(jobs, request, log, items, texts);
      UserRules rules =
          new UserRules(
              request.duplicates(),
              request.log().sessionGap().orElse(0) * Math.max(1, log.perSecond()),
              request.log().columns().containsKey("weight"),
              request.kinds(),
              request.split().toString(),
              null,
              0,
              request.log().seed(),
              null);
      rules = withTheLog(rules, parted, log);
      PartOutput output =
          new PartOutput(
              writer.path().toString(),
              catalogue.toString(),
              log.timed(),
              rules.weighted(),
              request.requests(),
              log.contexts().stream().map(LogTable.ContextRole::name).toList(),
              texts,
              rules);
      jobs.describe("write the parts");
      List<PartOutput.Written> written = parted.write(output);
      requireParts(writer.path());
      Map<String, Long> dropped = new LinkedHashMap<>(log.dropped());
      addDropped(dropped, written);
      WorkFolder.delete(catalogue);
      requireSplits(writer.path(), written);
      Manifest manifest =
          writer.commit(
              request.parts(),
              request.split().toString(),
              new Manifest.Provenance(
                  "twotower-spark prepare", request.texts(), List.of(), log.rowsRead(), dropped));
      OddRows odd = OddRows.of(request, written, log.counted(), Instant.now());
      notes.addAll(odd.notes());
      notes.addAll(LeakageNotes.ofNew(manifest));
      return new Prepared(manifest, events(texts, written), notes, odd.warnings());
    }
  }

  /** A column of something else than kinds would have more counts than any memory holds. */
  private void requireFewKinds(int kinds, int items) {
    long most = Math.max(1, MOST_COUNTS / (2L * items));
    if (kinds > most) {
      throw new IllegalArgumentException(
          "--column event: '%s' has %s, and each part counts the rows of %s by kind and split; allowed: up to %s, in a column that says what a row is, such as click or purchase"
              .formatted(
                  request.log().columns().get(ContextOption.EVENT),
                  Amount.of(kinds, "kind"),
                  Amount.of(items, "item"),
                  Amount.of(most, "kind")));
    }
  }

  private Map<String, Long> events(List<List<String>> texts, List<PartOutput.Written> written) {
    Map<String, Long> events = new LinkedHashMap<>();
    List<String> kinds = request.kinds() ? texts.get(0) : List.of();
    for (int kind = 0; kind < kinds.size(); kind++) {
      int code = kind;
      events.put(kinds.get(kind), written.stream().mapToLong(part -> part.ofKinds()[code]).sum());
    }
    return events;
  }

  private void addDropped(Map<String, Long> dropped, List<PartOutput.Written> written) {
    long rows = written.stream().mapToLong(PartOutput.Written::rows).sum();
    long resolved = written.stream().mapToLong(PartOutput.Written::resolved).sum();
    long kept = written.stream().mapToLong(PartOutput.Written::written).sum();
    if (request.duplicates() == Duplicates.DROP) {
      dropped.put("repeats of a whole row (--duplicates drop)", rows - resolved);
    } else if (request.duplicates() == Duplicates.MERGE) {
      dropped.put(
          "merged into a row of the same user, request and item (--duplicates merge)",
          rows - resolved);
    }
    if (request.split() instanceof SplitRule.ColdItems) {
      dropped.put("training rows of held-out items (--split cold-items)", resolved - kept);
    }
  }

  private List<List<String>> contextTexts(LogTable log) {
    List<List<String>> texts = new ArrayList<>();
    for (int c = 0; c < log.contexts().size(); c++) {
      if (log.contexts().get(c).numeric()) {
        texts.add(null);
        continue;
      }
      Dataset<Row> used = log.usable().select(expr("trim(c" + c + ")").as("c")).filter("c <> ''");
      for (String word : request.log().nullWords()) {
        used = used.filter(col("c").notEqual(lit(word)));
      }
      texts.add(Catalogue.numbered(used));
    }
    return texts;
  }

  /** What the rules must know of the whole log. */
  private UserRules withTheLog(UserRules bare, Parted parted, LogTable log) {
    UserRules rules = bare;
    SplitRule ofRows = request.split().ofRows();
    if (ofRows instanceof SplitRule.Time time) {
      jobs.describe("find where time is cut");
      UserRules known = rules;
      JavaPairRDD<Long, Long> counts =
          parted
              .users()
              .flatMap(
                  user ->
                      known.requests(user.rows()).stream()
                          .flatMap(List::stream)
                          .map(UserRow::order)
                          .iterator())
              .mapToPair(at -> new Tuple2<>(at, 1L))
              .reduceByKey(Long::sum)
              .sortByKey()
              .cache();
      rules = rules.withCuts(TimeCuts.find(counts, time.fraction()));
      counts.unpersist();
    } else if (ofRows instanceof SplitRule.Given given && given.validation() > 0) {
      jobs.describe("look for validation rows");
      if (log.usable().filter("s = 1").isEmpty()) {
        rules = rules.withDraw(given.validation());
      } else if (given.validation() != SplitRule.Given.DEFAULT_VALIDATION) {
        notes.add(
            "--split %s draws no validation rows, as the log has its own"
                .formatted(request.split()));
      }
    }
    if (request.split() instanceof SplitRule.ColdItems cold) {
      jobs.describe("draw the items to hold out");
      rules = rules.withCold(heldOut(cold, rules.withDraw(0), parted));
    }
    return rules;
  }

  private BitSet heldOut(SplitRule.ColdItems rule, UserRules rules, Parted parted) {
    BitSet trained =
        parted
            .users()
            .mapPartitions(
                users -> {
                  BitSet items = new BitSet();
                  while (users.hasNext()) {
                    PartRows.User user = users.next();
                    rules.split(user.number(), rules.requests(user.rows())).stream()
                        .flatMap(List::stream)
                        .filter(row -> row.split() == 0)
                        .forEach(row -> items.set(row.item()));
                  }
                  return List.of(items).iterator();
                })
            .treeReduce(
                (a, b) -> {
                  a.or(b);
                  return a;
                });
    int[] items = trained.stream().toArray();
    int cold = (int) Math.round(rule.fraction() * items.length);
    if (cold == 0 || cold == items.length) {
      throw new BadDataException(
          "--split %s holds out %d of the %d items with training rows; choose another fraction"
              .formatted(rule, cold, items.length));
    }
    PermutationSampler.shuffle(Streams.stream(request.log().seed(), "import.cold-items"), items);
    BitSet held = new BitSet();
    Arrays.stream(items, 0, cold).forEach(held::set);
    return held;
  }

  private void requireParts(Path staged) {
    for (int part = 0; part < request.parts(); part++) {
      if (!PartedWriter.has(staged, part)) {
        throw new IllegalArgumentException(
            "part %d of %d is not at '%s', though its task has ended: executors must see the same folder there as the driver; name a folder on storage that all share"
                .formatted(part, request.parts(), staged));
      }
    }
  }

  private void requireSplits(Path staged, List<PartOutput.Written> written) {
    long[] rows = new long[Split.values().length];
    for (PartOutput.Written each : written) {
      try (var part =
          dev.twotower.data.dataset.Dataset.open(PartedWriter.part(staged, each.part()))) {
        if (part.users() == 0) {
          throw new IllegalArgumentException(
              "--parts %d leaves part %d without a user; use fewer parts"
                  .formatted(request.parts(), each.part()));
        }
        for (Split split : Split.values()) {
          rows[split.index()] += part.manifest().counts().rows(split);
        }
      }
    }
    boolean mayLackValidation = request.split().ofRows() instanceof SplitRule.Given;
    for (Split split : Split.values()) {
      if (rows[split.index()] == 0 && !(split == Split.VALIDATION && mayLackValidation)) {
        throw new BadDataException(
            "--split %s leaves %s without a row (train %d, validation %d, test %d); choose another rule"
                .formatted(request.split(), split, rows[0], rows[1], rows[2]));
      }
    }
  }
}
