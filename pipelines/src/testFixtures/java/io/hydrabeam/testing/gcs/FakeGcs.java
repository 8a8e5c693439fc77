package io.hydrabeam.testing.gcs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A stand-in for Cloud Storage on loopback, with buckets in memory: uploads whole and in pieces,
 * reads with ranges, lists with pages, copies, deletes, batches, and conditions on generations. It
 * records every request, and fails where it is told to. Access control is not part of it: every
 * bucket is open to all.
 *
 * <p>Beam reaches it with {@link #options()}.
 */
public final class FakeGcs implements AutoCloseable {

  static {
    // Otherwise each small answer waits for the client's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private final GcsStore store = new GcsStore();
  private final GcsFaults faults = new GcsFaults();
  private final GcsApi api;
  private final List<GcsCall> calls = new CopyOnWriteArrayList<>();

  private FakeGcs(HttpServer server) {
    this.server = server;
    this.api = new GcsApi(store, root());
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "fake-gcs");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts a server on a port that is free, with these buckets. */
  public static FakeGcs start(String... buckets) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    FakeGcs gcs = new FakeGcs(server);
    for (String bucket : buckets) {
      gcs.store.createBucket(bucket);
    }
    server.setExecutor(gcs.threads);
    server.createContext("/", gcs::exchange);
    server.start();
    return gcs;
  }

  /** As {@code http://127.0.0.1:PORT}. */
  public String root() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The words that make Beam, and the launcher, use this server. */
  public List<String> options() {
    return List.of(
        "--gcsEndpoint=" + root() + "/storage/v1/",
        "--credentialFactoryClass=org.apache.beam.sdk.extensions.gcp.auth.NoopCredentialFactory");
  }

  /** A copy of what a bucket holds, by name. */
  public NavigableMap<String, byte[]> objects(String bucket) {
    NavigableMap<String, byte[]> contents = new TreeMap<>();
    store.objects(bucket).forEach((name, object) -> contents.put(name, object.bytes()));
    return contents;
  }

  /** Generations by name; each write gives a new one. */
  public NavigableMap<String, Long> generations(String bucket) {
    NavigableMap<String, Long> generations = new TreeMap<>();
    store.objects(bucket).forEach((name, object) -> generations.put(name, object.generation()));
    return generations;
  }

  /** Puts an object there without a request. */
  public void put(String bucket, String name, byte[] contents) {
    GcsObject unused = store.put(bucket, name, "", contents, Map.of());
  }

  /** Deletes an object without a request. */
  public void delete(String bucket, String name) {
    store.delete(bucket, name, Map.of());
  }

  /** The next {@code times} requests that fit go wrong. */
  public void fail(int times, Predicate<GcsRequest> which, GcsFault fault) {
    faults.add(times, which, fault);
  }

  /** The next {@code times} requests for objects with that regular expression in their names. */
  public void fail(int times, GcsOperation operation, String object, GcsFault fault) {
    Predicate<String> named = Pattern.compile(object).asPredicate();
    fail(times, r -> r.operation() == operation && named.test(r.object()), fault);
  }

  /**
   * Requests go wrong by chance.
   *
   * @param share of those that fit, 0 to 1
   * @param most times in all
   */
  public void failRandomly(
      long seed, double share, int most, Predicate<GcsRequest> which, List<GcsFault> choice) {
    faults.addRandom(seed, share, most, which, choice);
  }

  /** No more faults. */
  public void heal() {
    faults.clear();
  }

  /** How many requests went wrong on demand. */
  public int faultsHappened() {
    return faults.happened();
  }

  /** Every request so far, in the order of their answers. */
  public List<GcsCall> calls() {
    return Collections.unmodifiableList(calls);
  }

  /** Requests of that kind which succeeded. */
  public long count(GcsOperation operation) {
    return calls.stream().filter(c -> c.operation() == operation && c.status() < 300).count();
  }

  /** Requests that made, changed or deleted an object. */
  public long changes() {
    return calls.stream().filter(c -> c.operation().changesObjects() && c.status() < 300).count();
  }

  /** Forgets the requests so far. */
  public void forgetCalls() {
    calls.clear();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void exchange(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> headers = new HashMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
      byte[] sent = exchange.getRequestBody().readAllBytes();
      byte[] body = new GcsBody(headers, sent).unzipped().contents();
      String method =
          headers.getOrDefault("x-http-method-override", exchange.getRequestMethod());
      URI uri = exchange.getRequestURI();
      GcsReply reply =
          serve(GcsRequest.of(method, uri.getRawPath(), uri.getRawQuery(), headers, body));
      send(exchange, reply);
    } catch (RuntimeException e) {
      throw new IOException("the stand-in for Cloud Storage failed", e);
    }
  }

  private GcsReply serve(GcsRequest unnamed) {
    GcsRequest request = api.named(unnamed);
    Optional<GcsFault> fault = faults.next(request);
    GcsReply reply = fault.map(f -> failing(f, request)).orElseGet(() -> answer(request));
    calls.add(
        new GcsCall(
            request.operation(), request.bucket(), request.object(), reply.status(), fault));
    return reply;
  }

  private GcsReply failing(GcsFault fault, GcsRequest request) {
    return switch (fault.kind()) {
      case STATUS -> GcsReply.error(fault.status(), "a fault on demand");
      case BROKEN_CONNECTION -> GcsReply.error(500, "").delivered(GcsReply.Delivery.LOST);
      case LOST_ANSWER -> answer(request).delivered(GcsReply.Delivery.LOST);
      case CUT_BODY -> answer(request).delivered(GcsReply.Delivery.CUT);
      case SLOW -> {
        try {
          Thread.sleep(fault.millis());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        yield answer(request);
      }
    };
  }

  private GcsReply answer(GcsRequest request) {
    return request.operation() == GcsOperation.BATCH ? batch(request) : api.answer(request);
  }

  private GcsReply batch(GcsRequest request) {
    String boundary = "batch_of_answers";
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    GcsReply.Delivery delivery = GcsReply.Delivery.WHOLE;
    for (GcsBody part : GcsBody.parts(request.header("content-type"), request.body())) {
      String text = new String(part.contents(), StandardCharsets.ISO_8859_1).stripLeading();
      int lineEnd = text.indexOf("\r\n");
      String[] line = text.substring(0, lineEnd).split(" ");
      URI uri = URI.create(line[1]);
      GcsBody inner = GcsBody.of(text.substring(lineEnd + 2));
      GcsReply reply =
          serve(
              GcsRequest.of(
                  line[0], uri.getRawPath(), uri.getRawQuery(), inner.headers(), inner.contents()));
      if (reply.delivery() != GcsReply.Delivery.WHOLE) {
        delivery = reply.delivery();
      }
      String id = part.headers().getOrDefault("content-id", "<0>").replaceFirst("<", "<response-");
      String head =
          """
          --%s
          Content-Type: application/http
          Content-ID: %s

          HTTP/1.1 %d OK
          Content-Type: %s
          Content-Length: %d

          """
              .formatted(boundary, id, reply.status(), reply.contentType(), reply.body().length)
              .replace("\n", "\r\n");
      body.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
      body.writeBytes(reply.body());
      body.writeBytes("\r\n".getBytes(StandardCharsets.ISO_8859_1));
    }
    body.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1));
    return new GcsReply(
            200, "multipart/mixed; boundary=" + boundary, body.toByteArray(), Map.of())
        .delivered(delivery);
  }

  private static void send(HttpExchange exchange, GcsReply reply) throws IOException {
    if (reply.delivery() == GcsReply.Delivery.LOST) {
      return; // closing an exchange without an answer ends the connection
    }
    exchange.getResponseHeaders().set("Content-Type", reply.contentType());
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] body = reply.body();
    boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    if (empty && reply.status() != 204 && reply.status() != 304) {
      exchange.getResponseHeaders().set("Content-Length", "0");
    }
    exchange.sendResponseHeaders(reply.status(), empty ? -1 : body.length);
    if (empty) {
      return;
    }
    boolean cut = reply.delivery() == GcsReply.Delivery.CUT;
    OutputStream out = exchange.getResponseBody();
    out.write(body, 0, cut ? body.length / 2 : body.length);
    out.flush();
    if (!cut) {
      out.close();
    }
  }
}
