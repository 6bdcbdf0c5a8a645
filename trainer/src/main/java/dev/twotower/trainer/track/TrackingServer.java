package dev.twotower.trainer.track;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Where runs are tracked.
 *
 * @param base the server's address, without a user's name and a slash at the end
 * @param authorization the header's value; empty to send none
 */
public record TrackingServer(URI base, Optional<String> authorization) {
  private static final String ALLOWED =
      "; allowed: the http or https address of an MLflow tracking server, such as"
          + " http://localhost:5000, with letters, digits, '-' and '.' in the host's name";

  private static final String PASSWORD =
      "; in a password before the @, write %23 for #, %2F for / and so on, or give it as"
          + " MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD";

  /**
   * Reads an address. The user and password are those in it, or those that MLflow's own variables
   * name: {@code MLFLOW_TRACKING_TOKEN}, or {@code MLFLOW_TRACKING_USERNAME} and {@code
   * MLFLOW_TRACKING_PASSWORD}.
   *
   * @param environment the variables of the process
   * @throws IllegalArgumentException when it is not the address of a server
   */
  public static TrackingServer parse(String text, Map<String, String> environment) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException malformed) {
      throw refused(text);
    }
    boolean http = "http".equalsIgnoreCase(uri.getScheme());
    boolean plain = uri.getRawQuery() == null && uri.getRawFragment() == null;
    if (!(http || "https".equalsIgnoreCase(uri.getScheme())) || uri.getHost() == null || !plain) {
      throw refused(text);
    }
    String path = uri.getRawPath().replaceAll("/+$", "");
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    URI base = URI.create(uri.getScheme() + "://" + uri.getHost() + port + path);
    return new TrackingServer(base, authorization(uri.getUserInfo(), environment));
  }

  /** What stands before an @ may be a password, well written or not. */
  private static IllegalArgumentException refused(String text) {
    int at = text.lastIndexOf('@');
    String shown = at < 0 ? text : ".." + text.substring(at);
    String password = at < 0 ? "" : PASSWORD;
    return new IllegalArgumentException("received '" + shown + "'" + ALLOWED + password);
  }

  private static Optional<String> authorization(String inAddress, Map<String, String> environment) {
    if (inAddress != null) {
      return Optional.of(basic(inAddress));
    }
    String token = environment.get("MLFLOW_TRACKING_TOKEN");
    String user = environment.get("MLFLOW_TRACKING_USERNAME");
    if (token != null) {
      return Optional.of("Bearer " + token);
    }
    return Optional.ofNullable(user)
        .map(name -> basic(name + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "")));
  }

  private static String basic(String userAndPassword) {
    return "Basic "
        + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
  }

  /** The address; never the password. */
  @Override
  public String toString() {
    return base.toString();
  }
}
