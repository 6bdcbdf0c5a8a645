package dev.twotower.trainer.command;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Properties;
import java.util.jar.Manifest;
import picocli.CommandLine.IVersionProvider;

/** The version and the commit that the build writes into the jar's manifest, and the engine. */
final class Version implements IVersionProvider {
  private static final String ABSENT = "unknown";

  @Override
  public String[] getVersion() {
    return new String[] {
      "twotower %s (commit %s)".formatted(text(), commit()),
      "engine PyTorch %s by DJL %s, Java %s"
          .formatted(pytorch(), Engine.getDjlVersion(), System.getProperty("java.version"))
    };
  }

  /** All of it, which tells builds apart. */
  static String full() {
    return String.join(", ", new Version().getVersion());
  }

  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  /** The commit that was built, with {@code -changed} where files were changed after it. */
  private static String commit() {
    URL place = Version.class.getResource("Version.class");
    String address = place == null ? "" : place.toString();
    int inside = address.indexOf('!');
    if (inside < 0) {
      return ABSENT;
    }
    try (InputStream in =
        new URL(address.substring(0, inside + 1) + "/META-INF/MANIFEST.MF").openStream()) {
      String commit = new Manifest(in).getMainAttributes().getValue("Build-Commit");
      return commit == null ? ABSENT : commit;
    } catch (IOException unreadable) {
      return ABSENT;
    }
  }

  /** The version that the engine asks for; 'doctor' loads the library and says what it is. */
  private static String pytorch() {
    String chosen = System.getenv("PYTORCH_VERSION");
    if (chosen != null && !chosen.isBlank()) {
      return chosen;
    }
    Properties properties = new Properties();
    try (InputStream in = Engine.class.getResourceAsStream("/pytorch-engine.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException unreadable) {
      return ABSENT;
    }
    return properties.getProperty("pytorch_version", ABSENT);
  }
}
