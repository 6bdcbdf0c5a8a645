package dev.twotower.trainer.command.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.twotower.data.disk.Checksum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes the checksums of a folder anew, as a writer of such files would have made them. */
final class Seals {
  private static final String SUMS = "SHA256SUMS";

  private Seals() {}

  /**
   * Renews whatever vouches for a file, from its own folder upwards.
   *
   * @param top the folder to stop at
   */
  static void renew(Path file, Path top) throws IOException {
    for (Path folder = file.getParent(); folder.startsWith(top); folder = folder.getParent()) {
      Path manifest = folder.resolve("dataset.json");
      if (Files.exists(manifest) && !manifest.equals(file)) {
        renewManifest(manifest, file);
      }
      if (Files.exists(folder.resolve(SUMS))) {
        renewSums(folder);
      }
    }
  }

  private static void renewManifest(Path manifest, Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    JsonNode root = json.readTree(manifest.toFile());
    String name = manifest.getParent().relativize(file).toString();
    for (JsonNode each : root.get("files")) {
      if (each.get("path").textValue().equals(name)) {
        ((ObjectNode) each).put("bytes", Files.size(file)).put("sha256", Checksum.sha256(file));
      }
    }
    Files.writeString(manifest, root.toPrettyString());
  }

  private static void renewSums(Path folder) throws IOException {
    Path sums = folder.resolve(SUMS);
    StringBuilder renewed = new StringBuilder();
    List<String> lines = Files.readAllLines(sums);
    for (String line : lines) {
      String name = line.substring(line.indexOf("  ") + 2);
      renewed.append(Checksum.sha256(folder.resolve(name))).append("  ").append(name).append('\n');
    }
    Files.writeString(sums, renewed);
  }
}
