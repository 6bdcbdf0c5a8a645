package dev.twotower.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Other tools rely on the fields of JSON documents (design 10): they may gain some and lose none.
 * The stored lists are written anew, on purpose, with {@code -Dtwotower.fields=FOLDER}.
 */
class JsonFieldsTest {
  /** What holds keys that depend on settings or machine. */
  private static final Set<String> OPEN =
      Set.of("config", "provenance", "settings", "chosen", "space");

  /** What holds figures by the name of a metric, which settings decide as well. */
  private static final Set<String> BY_METRIC =
      Set.of("metrics", "intervals", "popularity", "random");

  private static final String[] SMALL = {
    "--set=epochs=1", "--set=batchSize=64", "--set=dim=4", "--device=cpu"
  };

  @TempDir static Path folder;

  @BeforeAll
  static void generate() {
    Invocation.of("generate", "--to=" + data(), "--users=60", "--items=200", "--rows=900");
  }

  private static Path data() {
    return folder.resolve("data");
  }

  @Test
  void noCommandLosesAField() throws IOException {
    keeps("describe", "describe", "--data=" + data());
    keeps("diagnose", "diagnose", "--data=" + data(), "--batch-size=64", "--max-batches=4");
    Path run = folder.resolve("run");
    keeps("train", with(SMALL, "train", "--data=" + data(), "--out=" + run));
    keeps("evaluate", "evaluate", "--run=" + run, "--replicates=10");
    keeps(
        "compare",
        with(
            SMALL,
            "compare",
            "--data=" + data(),
            "--arms=iid/identity,sorted/identity+user",
            "--seeds=2",
            "--out=" + folder.resolve("ab")));
    keeps("judge", "judge", arm("01-iid_identity"), arm("02-sorted_identity+user"));
    keeps(
        "tune",
        with(SMALL, "tune", "--data=" + data(), "--trials=3", "--out=" + folder.resolve("tune")));
    keeps(
        "bench",
        "bench",
        "--engine=dedup",
        "--batch-size=32",
        "--requests=8",
        "--items=20",
        "--dim=4",
        "--device=cpu");
  }

  private static String arm(String name) {
    Path runs = folder.resolve("ab").resolve("runs").resolve(name);
    return "--arm=%s=%s,%s".formatted(name, runs.resolve("seed-1"), runs.resolve("seed-2"));
  }

  private static void keeps(String name, String... arguments) throws IOException {
    JsonNode document = Invocation.of(with(new String[] {"--json"}, arguments)).json();
    Set<String> fields = new TreeSet<>();
    collect(document, "", fields);
    String resource = "fields-" + name + ".txt";
    String store = System.getProperty("twotower.fields");
    if (store != null) {
      Files.write(Path.of(store, resource), fields);
    }
    try (InputStream in = JsonFieldsTest.class.getResourceAsStream(resource)) {
      List<String> stored = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(fields).as("fields of %s --json", name).containsAll(stored);
    }
  }

  private static String[] with(String[] last, String... first) {
    String[] all = new String[first.length + last.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(last, 0, all, first.length, last.length);
    return all;
  }

  private static void collect(JsonNode node, String path, Set<String> fields) {
    if (node.isArray()) {
      node.forEach(each -> collect(each, path + "[]", fields));
      return;
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String parent = path.substring(path.lastIndexOf('.') + 1);
      String key = BY_METRIC.contains(parent) ? "*" : field.getKey();
      String name = path.isEmpty() ? key : path + "." + key;
      fields.add(name);
      if (!OPEN.contains(field.getKey())) {
        collect(field.getValue(), name, fields);
      }
    }
  }
}
