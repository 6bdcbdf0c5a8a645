package dev.twotower.data.imports;

import dev.twotower.data.BadDataException;
import dev.twotower.data.dataset.DatasetSchema;
import dev.twotower.data.dataset.DatasetSchema.ContextSpec;
import dev.twotower.data.dataset.DatasetWriter;
import dev.twotower.data.dataset.Manifest;
import dev.twotower.data.dataset.MemoryEntityTable;
import dev.twotower.data.dataset.Split;
import dev.twotower.data.describe.FeatureShape;
import dev.twotower.data.describe.TreeShape;
import dev.twotower.data.disk.Checksum;
import dev.twotower.data.disk.WorkFolder;
import dev.twotower.data.duckdb.QuerySession;
import dev.twotower.data.guard.LeakageNotes;
import dev.twotower.data.imports.columns.ContextColumn;
import dev.twotower.data.imports.columns.Resolver;
import dev.twotower.data.imports.columns.TimeColumn;
import dev.twotower.data.imports.columns.WallClock;
import dev.twotower.data.imports.source.SourceTable;
import dev.twotower.data.imports.splits.RowSplits;
import dev.twotower.data.imports.splits.SplitRule;
import dev.twotower.data.imports.splits.ValidationDraw;
import dev.twotower.data.odd.LogCensus;
import dev.twotower.data.odd.LogTally;
import dev.twotower.data.tree.CategoryTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** Runs an import: the way that every format shares (see the package). */
public final class Importers {
  /** How DuckDB tells failures that lie in values, not in memory, disk or itself. */
  private static final Pattern OF_VALUES =
      Pattern.compile("(Out of Range|Conversion|Invalid Input) Error: ");

  private static final int ROWS_PER_BATCH = 1 << 16;

  private final ImportRequest request;
  private final ImportProgress progress;
  private final Instant now;
  private final QuerySession session;
  private final SourceOpener opener;
  private final List<String> notes = new ArrayList<>();

  private Importers(
      ImportRequest request, ImportProgress progress, Instant now, QuerySession session) {
    this.request = request;
    this.progress = progress;
    this.now = now;
    this.session = session;
    this.opener = new SourceOpener(session, request);
  }

  /**
   * Imports a log. Either the whole data set is at {@code request.to()} afterwards, or nothing.
   *
   * @throws IllegalArgumentException when an option cannot be: files that do not exist, columns the
   *     files do not have, a target that exists
   * @throws BadDataException when the files cannot be used: unreadable, too many bad rows, an empty
   *     split
   */
  public static ImportSummary run(ImportRequest request, ImportProgress progress) {
    return run(request, progress, Clock.systemUTC());
  }

  /**
   * The same by a clock.
   *
   * @param clock says which rows lie in the future
   */
  public static ImportSummary run(ImportRequest request, ImportProgress progress, Clock clock) {
    DatasetWriter.requireFree(request.to());
    FromPaths.requireThere(request.from());
    request.alsoFrom().forEach(FromPaths::requireThere);
    Path target = request.to().toAbsolutePath().normalize();
    try (WorkFolder scratch = scratch(target);
        QuerySession session = new QuerySession(scratch.path())) {
      Importers importers = new Importers(request, progress, clock.instant(), session);
      try {
        return importers.run();
      } catch (BadDataException refused) {
        // A wrong encoding may be why.
        throw importers.opener.told(refused);
      } catch (QuerySession.QueryException e) {
        // A query that fails midway may have met a damaged file: then that is what is told.
        importers.opener.files().forEach(file -> file.readThrough(session));
        throw e;
      }
    } catch (QuerySession.QueryException e) {
      if (OF_VALUES.matcher(e.getMessage()).lookingAt()) {
        throw new BadDataException(
            "%s cannot be imported: %s; it was altered, or holds other values than it says; nothing is left at %s"
                .formatted(request.from(), e.getMessage(), target),
            e);
      }
      throw new IllegalStateException(
          "importing %s failed: %s; nothing is left at %s"
              .formatted(request.from(), e.getMessage(), target),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the scratch files beside %s cannot be removed: %s".formatted(target, e.getMessage()), e);
    }
  }

  /** A folder on the target's disk for what does not fit into memory. */
  private static WorkFolder scratch(Path target) {
    try {
      Files.createDirectories(target.getParent());
      return WorkFolder.beside(target, WorkFolder.SCRATCH);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be written: %s".formatted(target.getParent(), e.getMessage()), e);
    }
  }

  private ImportSummary run() {
    progress.at("read", 0, -1);
    ImportPlan plan = plan();
    opener.requireCsvOptionsUsed();
    notes.addAll(opener.notes());
    session.confine(opener.files().stream().map(SourceTable.SourceFile::path).toList());
    Resolver resolver = new Resolver(session);
    TimeColumn time =
        TimeColumn.resolve(
            resolver,
            plan.log(),
            plan.roles(),
            request.timeUnit(),
            request.timeFormat(),
            request.timeZone().map(WallClock::parse));
    Map<String, String> roles = Roles.resolve(resolver, plan, time);
    List<ContextColumn> contexts =
        plan.contexts().stream()
            .map(option -> ContextColumn.resolve(session, resolver, plan.log(), option))
            .toList();
    List<Boolean> numeric = contexts.stream().map(ContextColumn::numeric).toList();
    Map<String, String> conditions = new LinkedHashMap<>();
    for (String text : plan.where()) {
      conditions.put(text, resolver.condition(plan.log(), "--where", text));
    }
    Attributes userAttributes = Attributes.resolve(resolver, plan.log(), plan.users(), null);
    Attributes itemAttributes = Attributes.resolve(resolver, plan.log(), plan.items(), plan.tree());
    resolver.check();
    List<String> attributes = new ArrayList<>();
    userAttributes.addTo(attributes);
    itemAttributes.addTo(attributes);

    LogTable log =
        LogTable.read(
            session, plan, roles, time, contexts, conditions, attributes, request.timeFormat());
    SideRows side = SideRows.read(session, opener.files(), plan);
    new BadRowLimit(request.maxBadRows()).check(plan.log().label(), log, side);
    notes.addAll(log.notes());
    if (!plan.roles().containsKey("time") && plan.split().ofRows() instanceof SplitRule.Time) {
      notes.add(
          "--split %s cuts the log in the order of its lines, as no --column time=COLUMN is given"
              .formatted(plan.split()));
    }
    if (plan.roles().containsKey("event")) {
      plan.split().ofRows().ofKinds().ifPresent(notes::add);
    }
    notes.addAll(side.notes());
    plan.log().files().forEach(file -> file.release(session));
    progress.at("read", log.rowsRead(), log.rowsRead());

    progress.at("number", 0, -1);
    RowTables tables = new RowTables(session, plan, time, numeric);
    tables.number(itemAttributes.sideIds(plan.nullWords()));
    notes.addAll(tables.disguised());
    notes.addAll(tables.listed());
    Map<String, Long> dropped = new LinkedHashMap<>(log.dropped());
    dropped.putAll(tables.events());
    tables.disguisedRequests().ifPresent(notes::add);
    Map<String, Long> kinds = tables.kinds();
    RowSplits splits = RowSplits.of(session, plan.split(), time);
    if (plan.split() instanceof SplitRule.ColdItems cold) {
      dropped.putAll(splits.holdOut(cold, request.seed(), notes));
    }
    long[] splitRows = splits.splitRows();
    double validation = validationShare(plan.split(), splitRows[1]);
    requireSplits(plan, splitRows);
    int userCount = (int) session.number("SELECT count(*) FROM users");
    Supplier<Optional<ValidationDraw>> draw =
        () ->
            validation > 0
                ? Optional.of(
                    new ValidationDraw(validation, splits.trainRows(userCount), request.seed()))
                : Optional.empty();
    if (userAttributes.measuresLog() || itemAttributes.measuresLog()) {
      draw.get().ifPresent(splits::draw);
    }

    EntityReader users =
        EntityReader.read(
            session, plan.users(), userAttributes, "users", "u", plan.nullWords(), notes);
    EntityReader items =
        EntityReader.read(
            session, plan.items(), itemAttributes, "items", "i", plan.nullWords(), notes);
    List<ContextSpec> specs = new ArrayList<>();
    Map<Integer, ContextLists> lists = new LinkedHashMap<>();
    for (int c = 0; c < contexts.size(); c++) {
      specs.add(spec(contexts.get(c), c, tables, lists));
    }
    lists.values().forEach(each -> notes.add(each.note()));
    DatasetSchema schema =
        new DatasetSchema(
            time.timed() ? Manifest.TimeUnit.EPOCH_MICROSECONDS : Manifest.TimeUnit.ORDINAL,
            plan.roles().containsKey("weight"),
            plan.requests(),
            specs);
    try (DatasetWriter writer = DatasetWriter.create(request.to(), schema);
        BufferAllocator allocator = new RootAllocator()) {
      progress.at("sort", 0, -1);
      Optional<RepeatedRows> repeats =
          time.timed() && plan.duplicates() == Duplicates.KEEP
              ? Optional.of(new RepeatedRows())
              : Optional.empty();
      RowStream stream =
          new RowStream(
              writer,
              progress,
              splitRows[0] + splitRows[1] + splitRows[2],
              specs.size(),
              lists,
              draw.get(),
              new LogTally((int) session.number("SELECT count(*) FROM items"), time.timed()),
              repeats);
      session.stream(tables.sorted(), allocator, ROWS_PER_BATCH, stream);
      progress.at("write", stream.done(), stream.done());
      requireDrawn(plan, stream, validation);
      MemoryEntityTable userTable = users.table(0);
      writer.users(userTable);
      Optional<CategoryTree> tree =
          Optional.ofNullable(plan.tree())
              .map(option -> items.tree(option, plan.treeTable(), resolver));
      tree.ifPresent(writer::tree);
      MemoryEntityTable itemTable = items.table(request.itemTokens());
      writer.items(itemTable);
      Manifest manifest =
          writer.commit(
              plan.split().toString(),
              new Manifest.Provenance(
                  request.format().toString(),
                  OptionTexts.of(request),
                  sources(plan.log(), log.filled()),
                  log.rowsRead(),
                  dropped));
      LogCensus census = stream.census();
      OddLog odd = OddLog.of(session, plan, time, request.timeUnit(), census, now);
      notes.addAll(odd.notes());
      repeats.flatMap(RepeatedRows::note).ifPresent(notes::add);
      notes.addAll(LeakageNotes.ofNew(manifest));
      return new ImportSummary(
          request.to(),
          manifest,
          kinds,
          census.times(),
          FeatureShape.of(userTable),
          FeatureShape.of(itemTable),
          users.unnamed(),
          items.unnamed(),
          tree.map(TreeShape::of),
          Stream.concat(log.examples().stream(), side.examples().stream()).toList(),
          new LeftOut(dropped, log.examples(), side).lines(),
          notes,
          odd.warnings());
    }
  }

  private static ContextSpec spec(
      ContextColumn column, int number, RowTables tables, Map<Integer, ContextLists> lists) {
    if (column.numeric()) {
      return ContextSpec.numeric(column.name());
    }
    List<String> texts = tables.contextTexts(number);
    if (!column.kind().isList()) {
      return ContextSpec.categorical(column.name(), texts);
    }
    lists.put(number, new ContextLists(column.name(), column.kind(), texts));
    return lists.get(number).spec();
  }

  private ImportPlan plan() {
    return switch (request.format()) {
      case TABLE -> TableFormat.plan(request, session, opener);
      case BASKETS -> BasketsFormat.plan(request, session, opener);
      case MOVIELENS -> MovieLensFormat.plan(request, session, opener);
      case LIGHTGCN -> LightGcnFormat.plan(request, session, opener);
    };
  }

  /** The share of train rows to draw as validation: none where the log has validation rows. */
  private double validationShare(SplitRule rule, long rows) {
    if (!(rule.ofRows() instanceof SplitRule.Given given)) {
      return 0;
    }
    if (rows == 0) {
      return given.validation();
    }
    if (given.validation() > 0 && given.validation() != SplitRule.Given.DEFAULT_VALIDATION) {
      notes.add(
          "--split %s draws no validation rows, as the log has %d of its own"
              .formatted(rule, rows));
    }
    return 0;
  }

  private static void requireSplits(ImportPlan plan, long[] rows) {
    List<String> empty = new ArrayList<>();
    for (Split split : Split.values()) {
      boolean mayBeEmpty =
          split == Split.VALIDATION && plan.split().ofRows() instanceof SplitRule.Given;
      if (rows[split.index()] == 0 && !mayBeEmpty) {
        empty.add(split.toString());
      }
    }
    if (empty.isEmpty()) {
      return;
    }
    throw new BadDataException(
        "--split %s leaves %s without a row (train %d, validation %d, test %d); %s"
            .formatted(
                plan.split(),
                String.join(" and ", empty),
                rows[0],
                rows[1],
                rows[2],
                plan.split().ofRows() instanceof SplitRule.LeaveLastRequestOut
                    ? "it needs users with at least 3 requests: use --split leave-last-out, or more"
                        + " data"
                    : plan.split().ofRows() instanceof SplitRule.LeaveLastOut
                        ? "it needs users with at least 3 rows: use --split time:FRACTION, or more"
                            + " data"
                        : plan.split().ofRows() instanceof SplitRule.Time
                            ? "rows of equal time stay together: choose another fraction, or"
                                + " --split leave-last-out"
                            : "the split column needs rows of train and of test: use --split"
                                + " leave-last-out"));
  }

  private static void requireDrawn(ImportPlan plan, RowStream stream, double validation) {
    if (validation > 0 && stream.written(Split.VALIDATION) == 0) {
      throw new BadDataException(
          "--split %s draws no validation row out of %d train rows; use a larger share, or given:0 for none"
              .formatted(plan.split(), stream.written(Split.TRAIN)));
    }
  }

  private List<Manifest.Source> sources(SourceTable log, Set<Integer> filled) {
    List<Manifest.Source> sources = new ArrayList<>();
    for (SourceTable.SourceFile file : opener.files()) {
      try {
        sources.add(
            new Manifest.Source(
                file.fileName(), Files.size(file.path()), Checksum.sha256(file.path())));
      } catch (IOException e) {
        throw new BadDataException(file.path() + " cannot be read: " + e.getMessage(), e);
      }
    }
    List<Manifest.Source> parts =
        log.files().stream().map(file -> sources.get(opener.files().indexOf(file))).toList();
    LogParts.noteCopies(parts, filled, notes);
    return sources;
  }
}
