package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Other tools rely on the fields of JSON documents (design 10): they may gain some and lose none,
 * and the reference has all of them. The stored lists are written anew, on purpose, with {@code
 * -Dtwotower.fields=FOLDER}; then the reference (ReferencePageTest).
 */
class JsonFieldsTest {
  private static final String[] SMALL = {
    "--set=epochs=1", "--set=batchSize=64", "--set=dim=4", "--device=cpu"
  };

  /** Asks for a batch that failed. */
  private static final Set<JsonDocument> NOT_RUN = EnumSet.of(JsonDocument.REPLAY);

  @TempDir static Path folder;

  /** What all runs of a document printed, and what any did. */
  private final Map<JsonDocument, Set<String>> always = new EnumMap<>(JsonDocument.class);

  private final Map<JsonDocument, Set<String>> printed = new EnumMap<>(JsonDocument.class);

  @Test
  void everyCommandHasADocument() {
    for (CommandLine command : ReferencePage.commands()) {
      assertThat(JsonDocument.of(command.getCommandName()).stored())
          .as("fields of " + command.getCommandName())
          .isNotEmpty();
    }
  }

  /** By its type, whatever a document holds in one run. */
  @Test
  void theReferenceHasEveryFieldThatADocumentCanHave() {
    for (JsonDocument document : JsonDocument.values()) {
      Set<String> known = document.known();
      assertThat(document.possible())
          .as("fields of %s that the reference lacks", document.title())
          .isNotEmpty()
          .allMatch(
              field ->
                  known.stream()
                      .anyMatch(
                          each ->
                              JsonDocument.covers(each, field)
                                  || JsonDocument.covers(field, each)));
    }
  }

  /** Nor has it one that no document can have. */
  @Test
  void noDocumentLosesAField() throws IOException {
    runAll();
    for (JsonDocument document : JsonDocument.values()) {
      write(document);
    }
    for (JsonDocument document : JsonDocument.values()) {
      Set<String> possible = document.possible();
      assertThat(document.known())
          .as("stored fields of %s", document.title())
          .allMatch(field -> possible.stream().anyMatch(each -> JsonDocument.covers(each, field)));
      if (!NOT_RUN.contains(document)) {
        assertThat(always.get(document))
            .as("fields of %s", document.title())
            .containsAll(document.stored().stream().filter(field -> !field.endsWith("?")).toList());
      }
    }
  }

  private void write(JsonDocument document) throws IOException {
    String store = System.getProperty("twotower.fields");
    if (store == null) {
      return;
    }
    Set<String> found = printed.getOrDefault(document, Set.of());
    Set<String> all = new TreeSet<>();
    document.possible().stream()
        .filter(field -> found.stream().noneMatch(each -> JsonDocument.covers(field, each)))
        .forEach(all::add);
    all.addAll(found);
    Files.write(Path.of(store, document.resource()), all.stream().map(marked(document)).toList());
  }

  /** With a question mark where a document may lack it. */
  private UnaryOperator<String> marked(JsonDocument document) {
    Set<String> absent = document.absentAtTimes();
    Set<String> surely = NOT_RUN.contains(document) ? document.possible() : always.get(document);
    return field ->
        surely.contains(field)
                && absent.stream().noneMatch(each -> JsonDocument.covers(each, field))
            ? field
            : field + "?";
  }

  private void runAll() throws IOException {
    String data = at("data");
    prints(
        "import",
        "table",
        "--from=" + log(),
        "--to=" + data,
        "--column=user=user",
        "--column=item=item",
        "--column=request=request",
        "--column=time=time",
        "--context=device",
        "--tree=path:path:|",
        "--item-name=item",
        "--item-feature=categorical:path",
        "--split=leave-last-request-out");
    prints("generate", "--to=" + at("made"), "--users=60", "--items=200", "--rows=900");
    prints("describe", "--data=" + data);
    prints("diagnose", "--data=" + data, "--batch-size=64", "--max-batches=4");
    prints("diagnose", "--data=" + data);
    String run = at("run");
    prints(with(SMALL, "train", "--data=" + data, "--out=" + run));
    prints(with(SMALL, "train", "--data=" + data, "--out=" + at("later"), "--from=" + run));
    prints("evaluate", "--run=" + run, "--replicates=10");
    prints("evaluate", "--run=" + at("later"), "--against=" + run, "--require=not worse");
    prints(
        with(
            SMALL,
            "compare",
            "--data=" + data,
            "--arms=iid/identity,sorted/identity+user",
            "--seeds=2",
            "--out=" + at("ab")));
    prints("judge", arm("01-iid_identity"), arm("02-sorted_identity+user"));
    prints(with(SMALL, "tune", "--data=" + data, "--trials=3", "--out=" + at("tune")));
    prints("recommend", "--run=" + run, "--user=u3");
    prints("recommend", "--run=" + run, "--new-user", "--history=i3,i4");
    prints("recommend", "--run=" + run, "--all", "--to=" + at("lists.jsonl"));
    prints("similar", "--run=" + run, "--item=i3");
    prints("similar", "--run=" + run, "--all", "--to=" + at("near.jsonl"));
    prints("export", "--run=" + run, "--to=" + at("export"), "--format=npy,hnsw");
    String[] codes = {
      "--run=" + run,
      "--set=sizes=[4,4]",
      "--set=latent=4",
      "--set=hidden=[8]",
      "--set=epochs=2",
      "--set=warmup=1",
      "--set=batchSize=40",
      "--set=tree.batchSize=24",
      "--device=cpu"
    };
    prints(with(codes, "quantize", "--out=" + at("codes")));
    prints(
        with(codes, "quantize", "--ablate", "--lambda=1", "--seeds=2", "--out=" + at("ablation")));
    prints("quantize", "--run=" + at("later"), "--from=" + at("codes"), "--out=" + at("kept"));
    prints("browse", "--codes=" + at("codes"));
    for (String part : List.of("loss", "step", "end-to-end")) {
      prints(
          "bench",
          "--engine=dedup",
          "--batch-size=32",
          "--requests=8",
          "--items=20",
          "--dim=4",
          "--device=cpu",
          "--part=" + part);
    }
    prints("doctor");
    prints("completion", "fish");
  }

  private static Path log() throws IOException {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>(List.of("user,item,request,time,path,device"));
    for (int row = 0; row < 1200; row++) {
      int item = row / 20 % 4 * 20 + random.nextInt(20);
      lines.add(
          "u%d,i%d,r%d,%d,top%d|leaf%d,d%d"
              .formatted(row / 20, item, row / 4, 1000 + row, item / 20, item / 10, row % 3));
    }
    return Files.write(folder.resolve("log.csv"), lines);
  }

  private static String arm(String name) {
    String runs = at("ab") + "/runs/" + name;
    return "--arm=%s=%s/seed-1,%s/seed-2".formatted(name, runs, runs);
  }

  private static String at(String name) {
    return folder.resolve(name).toString();
  }

  private void prints(String... arguments) {
    String[] all = with(new String[] {"--json"}, arguments);
    JsonDocument document = JsonDocument.of(arguments);
    Set<String> fields = document.printed(Invocation.of(all).json());
    printed.computeIfAbsent(document, each -> new TreeSet<>()).addAll(fields);
    always.computeIfAbsent(document, each -> new TreeSet<>(fields)).retainAll(fields);
  }

  private static String[] with(String[] last, String... first) {
    return Stream.concat(Stream.of(first), Stream.of(last)).toArray(String[]::new);
  }
}
