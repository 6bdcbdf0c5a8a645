package dev.twotower.trainer.track;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The part of an MLflow tracking server that the program uses, and ways for it to go wrong. */
final class FakeMlflow implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the server holds of a run. */
  static final class Run {
    final String id;
    final Map<String, String> tags = new LinkedHashMap<>();
    final Map<String, String> parameters = new LinkedHashMap<>();
    final List<JsonNode> metrics = new ArrayList<>();
    final Map<String, byte[]> artifacts = new LinkedHashMap<>();
    final List<String> statuses = new ArrayList<>(List.of("RUNNING"));
    String name;
    String experiment;

    private Run(String id) {
      this.id = id;
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Map<String, String> experiments = new LinkedHashMap<>();
  private final Map<String, Run> runs = new LinkedHashMap<>();
  private final String store;
  final List<String> authorizations = new ArrayList<>();
  private int unavailable;
  private boolean silent;
  private boolean storeBroken;

  /**
   * Starts a server.
   *
   * @param store the beginning of where it says that artifacts are
   */
  FakeMlflow(String store) throws IOException {
    this.store = store;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/mlflow/api/2.0/", this::answer);
    server.start();
  }

  String address() {
    return "http://localhost:" + server.getAddress().getPort() + "/mlflow/";
  }

  synchronized List<Run> runs() {
    return List.copyOf(runs.values());
  }

  /** The only run. */
  Run run() {
    return runs().get(0);
  }

  /** Answers so many calls with an error of its own. */
  synchronized void unavailable(int calls) {
    unavailable = calls;
  }

  /** Accepts calls and answers none. */
  synchronized void silent() {
    silent = true;
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    int status = 200;
    String text;
    try {
      if (isSilent()) {
        closing.await();
      }
      text = answer(exchange, body);
    } catch (Refusal refusal) {
      status = refusal.status;
      text = "{\"message\": \"" + refusal.getMessage() + "\"}";
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /** From now on, files are not taken. */
  synchronized void breakStore() {
    storeBroken = true;
  }

  private synchronized boolean isSilent() {
    return silent;
  }

  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1;
    private final int status;

    Refusal(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  private synchronized String answer(HttpExchange exchange, byte[] body)
      throws IOException, Refusal {
    authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
    if (unavailable > 0) {
      unavailable--;
      throw new Refusal(503, "busy");
    }
    String path = exchange.getRequestURI().getPath().substring("/mlflow/api/2.0/".length());
    if (path.startsWith("mlflow-artifacts/artifacts/")) {
      if (storeBroken) {
        throw new Refusal(500, "no space");
      }
      String[] parts = path.split("/");
      runs.get(parts[3]).artifacts.put(parts[parts.length - 1], body);
      return "{}";
    }
    String query = exchange.getRequestURI().getQuery();
    String asked = query == null ? null : query.substring(query.indexOf('=') + 1);
    JsonNode json = body.length == 0 ? null : JSON.readTree(body);
    return switch (path.substring("mlflow/".length())) {
      case "experiments/get-by-name" -> {
        if (!experiments.containsKey(asked)) {
          throw new Refusal(404, "no experiment " + asked);
        }
        yield "{\"experiment\": {\"experiment_id\": \"" + experiments.get(asked) + "\"}}";
      }
      case "experiments/create" -> {
        String id = String.valueOf(experiments.size() + 1);
        experiments.put(json.path("name").textValue(), id);
        yield "{\"experiment_id\": \"" + id + "\"}";
      }
      case "runs/create" -> create(json);
      case "runs/get" -> info(known(asked));
      case "runs/update" -> {
        known(json.path("run_id").textValue()).statuses.add(json.path("status").textValue());
        yield "{}";
      }
      case "runs/log-batch" -> log(json);
      default -> throw new Refusal(404, "no method " + path);
    };
  }

  private String create(JsonNode json) {
    Run run = new Run("r" + runs.size());
    run.name = json.path("run_name").textValue();
    run.experiment = json.path("experiment_id").textValue();
    json.path("tags")
        .forEach(tag -> run.tags.put(tag.path("key").asText(), tag.path("value").asText()));
    runs.put(run.id, run);
    return info(run);
  }

  private String info(Run run) {
    return "{\"run\": {\"info\": {\"run_id\": \"%s\", \"artifact_uri\": \"%s/%s/artifacts\"}}}"
        .formatted(run.id, store, run.id);
  }

  private Run known(String id) throws Refusal {
    if (!runs.containsKey(id)) {
      throw new Refusal(404, "no run " + id);
    }
    return runs.get(id);
  }

  /** As strict as the real one. */
  private String log(JsonNode json) throws Refusal {
    Run run = known(json.path("run_id").textValue());
    if (json.path("params").size() > 100 || json.path("metrics").size() > 1000) {
      throw new Refusal(400, "too many at once");
    }
    for (JsonNode each : json.path("params")) {
      String value = each.path("value").textValue();
      String before = run.parameters.put(each.path("key").textValue(), value);
      if (before != null && !before.equals(value)) {
        throw new Refusal(400, "parameter changed: " + each);
      }
    }
    for (JsonNode each : json.path("metrics")) {
      if (!each.path("key").textValue().matches("[\\w\\-. :/]+")
          || !each.path("value").isNumber()) {
        throw new Refusal(400, "not a metric: " + each);
      }
      run.metrics.add(each);
    }
    return "{}";
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
