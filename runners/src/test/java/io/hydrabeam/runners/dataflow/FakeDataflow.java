package io.hydrabeam.runners.dataflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/**
 * A stand-in for Dataflow's service on loopback: takes jobs, runs none of them, and tells of each
 * the end that it is told to.
 */
public final class FakeDataflow implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final List<JsonNode> posted = new CopyOnWriteArrayList<>();
  private volatile Runnable worker = () -> {};
  private volatile String state = "JOB_STATE_DONE";
  private volatile boolean taken;
  private volatile int status = 200;

  private FakeDataflow(HttpServer server) {
    this.server = server;
  }

  public static FakeDataflow start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    FakeDataflow fake = new FakeDataflow(server);
    server.createContext("/", fake::exchange);
    server.start();
    return fake;
  }

  /** The word that makes the launcher use it. */
  public String option() {
    return "--apiRootUrl=http://127.0.0.1:%d/".formatted(server.getAddress().getPort());
  }

  /** What the jobs' workers would have done by the time that a job ends. */
  public void workersDo(Runnable work) {
    worker = work;
  }

  /** How jobs end, as in JOB_STATE_FAILED. */
  public void jobsEndAs(String end) {
    state = end;
  }

  /** From now on no job is taken. */
  public void refuse(int with) {
    status = with;
  }

  /** From now on every job's name is that of one that runs. */
  public void haveAJobOfThatName() {
    taken = true;
  }

  /** The jobs that were to be created, oldest first. */
  public List<JsonNode> posted() {
    return List.copyOf(posted);
  }

  private void exchange(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    ObjectNode answer = JSON.createObjectNode();
    int code = 200;
    if (exchange.getRequestMethod().equals("POST") && path.endsWith("/jobs")) {
      code = create(exchange, answer);
    } else if (path.endsWith("/messages")) {
      answer.putArray("jobMessages");
    } else if (path.contains("/jobs/")) {
      answer.put("id", "job-1").put("currentState", state);
    } else {
      code = 404;
    }
    byte[] bytes = JSON.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private int create(HttpExchange exchange, ObjectNode answer) throws IOException {
    JsonNode job = body(exchange);
    posted.add(job);
    if (status != 200) {
      answer.putObject("error").put("code", status).put("message", "said by the stand-in");
      return status;
    }
    worker.run();
    answer
        .put("id", "job-1")
        .put("name", job.path("name").asText())
        .put("currentState", "JOB_STATE_PENDING")
        .put("clientRequestId", taken ? "another" : job.path("clientRequestId").asText());
    return 200;
  }

  private static JsonNode body(HttpExchange exchange) throws IOException {
    boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    try (InputStream raw = exchange.getRequestBody();
        InputStream in = zipped ? new GZIPInputStream(raw) : raw) {
      return JSON.readTree(in);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
