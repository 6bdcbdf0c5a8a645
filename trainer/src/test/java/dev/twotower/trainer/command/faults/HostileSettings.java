package dev.twotower.trainer.command.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twotower.data.disk.Checksum;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Configurations and manifests that are no such thing, or promise the impossible. */
final class HostileSettings {
  private HostileSettings() {}

  static List<HostileFile> all(Scene scene) {
    List<HostileFile> all = new ArrayList<>();
    yaml(all, scene, "two documents", true, "epochs: 1\n---\nnonsense: 16\n");
    yaml(all, scene, "a comment of 60 MB", false, "#" + "x".repeat(60_000_000) + "\nepochs: 1\n");
    yaml(all, scene, "a key of 2 MB", true, "k".repeat(2_000_000) + ": 1\n");
    yaml(all, scene, "a value of 2 MB", true, "epochs: " + "9".repeat(2_000_000) + "\n");
    yaml(all, scene, "100,000 brackets", true, "epochs: " + "[".repeat(100_000));
    yaml(
        all,
        scene,
        "nested aliases",
        true,
        """
        a: &a [x,x,x,x,x,x,x,x,x]
        b: &b [*a,*a,*a,*a,*a,*a,*a,*a]
        c: &c [*b,*b,*b,*b,*b,*b,*b]
        d: &d [*c,*c,*c,*c,*c,*c,*c]
        e: &e [*d,*d,*d,*d,*d,*d]
        f: [*e,*e,*e,*e,*e,*e,*e]
        """);
    yaml(all, scene, "a key twice", true, "epochs: 1\nepochs: 2\n");
    yaml(all, scene, "a list", true, "- epochs: 1\n");
    yaml(all, scene, "a tag of a class", false, "epochs: !!javax.script.ScriptEngineManager 1\n");
    yaml(all, scene, "not a number", true, "loss: {temperature: .nan}\n");
    yaml(all, scene, "too large a number", true, "loss: {temperature: 1e400}\n");
    for (var charset : List.of(StandardCharsets.UTF_16, StandardCharsets.ISO_8859_1)) {
      all.add(
          new HostileFile(
              "config yaml",
              charset.name(),
              "c.yaml",
              HostileLogs.text("epochs: 1 # \u00e9\n", charset),
              file -> train(scene, file),
              charset.equals(StandardCharsets.ISO_8859_1)));
    }
    all.add(
        new HostileFile(
            "config yaml",
            "random bytes",
            "c.yaml",
            HostileLogs.random(2000),
            file -> train(scene, file),
            true));
    manifest(all, scene, "users -1", root -> counts(root).put("users", -1));
    manifest(all, scene, "users 2^31-1", root -> counts(root).put("users", Integer.MAX_VALUE));
    manifest(all, scene, "items 0", root -> counts(root).put("items", 0));
    manifest(all, scene, "rowsPerBatch 2^30", root -> schema(root).put("rowsPerBatch", 1 << 30));
    manifest(all, scene, "rowsPerBatch 7", root -> schema(root).put("rowsPerBatch", 7));
    manifest(all, scene, "schema null", root -> root.putNull("schema"));
    manifest(all, scene, "files null", root -> root.putNull("files"));
    manifest(all, scene, "files empty", root -> root.putArray("files"));
    manifest(all, scene, "version 99", root -> root.put("formatVersion", 99));
    for (int cardinality : new int[] {Integer.MAX_VALUE, 1, -1}) {
      manifest(
          all,
          scene,
          "cardinality " + cardinality,
          root ->
              features(root).forEach(each -> ((ObjectNode) each).put("cardinality", cardinality)));
    }
    for (long start : new long[] {-5, Long.MAX_VALUE}) {
      manifest(
          all,
          scene,
          "vocabularyStart " + start,
          root ->
              features(root).forEach(each -> ((ObjectNode) each).put("vocabularyStart", start)));
    }
    for (int dimension : new int[] {2, -1, Integer.MAX_VALUE}) {
      manifest(
          all,
          scene,
          "dimension " + dimension,
          root -> features(root).forEach(each -> ((ObjectNode) each).put("dimension", dimension)));
    }
    return all;
  }

  private static ObjectNode counts(ObjectNode root) {
    return (ObjectNode) root.get("counts");
  }

  private static ObjectNode schema(ObjectNode root) {
    return (ObjectNode) root.get("schema");
  }

  private static JsonNode features(ObjectNode root) {
    return schema(root).get("itemFeatures");
  }

  private static void yaml(
      List<HostileFile> all, Scene scene, String name, boolean refuse, String content) {
    all.add(
        new HostileFile(
            "config yaml",
            name,
            "c.yaml",
            HostileLogs.text(content),
            file -> train(scene, file),
            refuse));
  }

  private static List<String> train(Scene scene, Path config) {
    return Scene.with(
        Scene.train(scene.data(), config.resolveSibling("run"), List.of("--set=maxSteps=2")),
        "--config=" + config);
  }

  /** A data set whose manifest says something else, before two commands. */
  private static void manifest(
      List<HostileFile> all, Scene scene, String name, Consumer<ObjectNode> change) {
    HostileFile.Content content =
        (file, random) -> {
          Folders.copy(scene.folder().resolve("featured"), file.resolveSibling("featured"));
          Path manifest = file.resolveSibling("featured/dataset.json");
          ObjectNode root = (ObjectNode) new ObjectMapper().readTree(manifest.toFile());
          change.accept(root);
          Files.writeString(manifest, root.toPrettyString());
          seal(manifest);
        };
    for (String command : List.of("describe", "train")) {
      all.add(
          new HostileFile(
              "dataset.json",
              name + ", " + command,
              "dataset.json",
              content,
              file ->
                  command.equals("describe")
                      ? List.of("describe", "--data=" + file.resolveSibling("featured"))
                      : Scene.train(
                          file.resolveSibling("featured"),
                          file.resolveSibling("run"),
                          List.of("--set=maxSteps=2", "--set=item.features=[id,kind,tokens]")),
              true));
    }
  }

  /** As a writer with such a manifest would have sealed its directory. */
  private static void seal(Path manifest) throws IOException {
    Path seal = manifest.resolveSibling("SHA256SUMS");
    if (Files.exists(seal)) {
      String sum = Checksum.sha256(manifest);
      Files.write(
          seal,
          Files.readAllLines(seal).stream()
              .map(line -> line.endsWith("  dataset.json") ? sum + "  dataset.json" : line)
              .toList());
    }
  }
}
