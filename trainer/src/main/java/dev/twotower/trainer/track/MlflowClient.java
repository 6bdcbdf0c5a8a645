package dev.twotower.trainer.track;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.twotower.data.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * MLflow's REST interface, version 2.0. Every call ends after a while, with a {@link
 * RefusedException} where the server refuses, a {@link BusyException} where it cannot do it now, or
 * another {@link IOException} where nobody answers. Redirects are not followed: what proves who we
 * are is for the server that was named.
 */
final class MlflowClient {
  private static final Duration CONNECT = Duration.ofSeconds(4);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration UPLOADED = Duration.ofMinutes(5);
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int REQUEST_TIMEOUT = 408;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(CONNECT)
          .build();
  private final TrackingServer server;

  MlflowClient(TrackingServer server) {
    this.server = server;
  }

  TrackingServer server() {
    return server;
  }

  /**
   * Asks for something.
   *
   * @param method such as {@code runs/get}
   */
  JsonNode get(String method, String key, String value) throws IOException, InterruptedException {
    String query = "?" + key + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    return send(method, request("mlflow/" + method + query).GET());
  }

  /** Changes something. */
  JsonNode post(String method, Object body) throws IOException, InterruptedException {
    String text = Json.PLAIN.writeValueAsString(body);
    return send(
        method,
        request("mlflow/" + method)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(text)));
  }

  /**
   * Uploads a file to the server's own store of artifacts.
   *
   * @param folder within the store
   */
  void upload(String folder, Path file) throws IOException, InterruptedException {
    BodyPublisher body = BodyPublishers.ofFile(file);
    String name = escaped(folder + "/" + file.getFileName());
    send(
        "artifacts",
        request("mlflow-artifacts/artifacts/" + name)
            .timeout(UPLOADED)
            .header("Content-Type", "application/octet-stream")
            .PUT(body));
  }

  /** A path as it stands in an address. */
  private static String escaped(String path) {
    return URLEncoder.encode(path, StandardCharsets.UTF_8).replace("+", "%20").replace("%2F", "/");
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(server.base() + "/api/2.0/" + path)).timeout(ANSWER);
    server.authorization().ifPresent(value -> builder.header("Authorization", value));
    return builder;
  }

  private JsonNode send(String method, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> response;
    try {
      response = http.send(request.build(), BodyHandlers.ofString());
    } catch (HttpConnectTimeoutException nobody) {
      throw nobody;
    } catch (HttpTimeoutException late) {
      throw new BusyException(method + ": no answer in time", late);
    }
    int status = response.statusCode();
    if (status / 100 == 2) {
      return parse(method, response.body());
    }
    String answer =
        "%s: HTTP status %d, %s"
            .formatted(
                method,
                status,
                response
                    .headers()
                    .firstValue("Location")
                    .map(place -> "a redirect to '" + beginning(place) + "': give that address")
                    .orElseGet(() -> reason(response.body())));
    boolean later = status >= 500 || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT;
    throw later ? new BusyException(answer, null) : new RefusedException(status, answer);
  }

  /** Another program at the address may answer anything. */
  private static JsonNode parse(String method, String body) throws RefusedException {
    try {
      return Json.PLAIN.readTree(body);
    } catch (JsonProcessingException other) {
      throw new RefusedException(200, method + ": the answer is not JSON: " + beginning(body));
    }
  }

  private static String reason(String body) {
    try {
      JsonNode message = Json.PLAIN.readTree(body).path("message");
      return message.isTextual() ? message.textValue() : beginning(body);
    } catch (JsonProcessingException other) {
      return beginning(body);
    }
  }

  private static String beginning(String body) {
    String line = body.lines().findFirst().orElse("no text");
    return line.length() > 200 ? line.substring(0, 200) + ".." : line;
  }
}
