package io.hydrabeam.runners.dataflow;

import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** Whether the service is there at all; Beam's client would try for a minute and more. */
final class DataflowService {

  private static final String ROOT = "https://dataflow.googleapis.com/";
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private DataflowService() {}

  /** Where the runner's options, by name, send a job. */
  static String url(Map<String, String> options) {
    String endpoint = options.getOrDefault("dataflowEndpoint", "");
    return endpoint.contains("://") ? endpoint : options.getOrDefault("apiRootUrl", ROOT);
  }

  /**
   * Asks for nothing but an answer; without credentials.
   *
   * @throws HydraException usage, if none comes
   */
  static void requireAnswer(String url) throws InterruptedException {
    try {
      HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
      HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build();
      var unused = client.send(request, HttpResponse.BodyHandlers.discarding());
    } catch (IOException | IllegalArgumentException e) {
      String reason =
          e instanceof IOException io ? HydraException.reason(io) : String.valueOf(e.getMessage());
      throw new HydraException(
          HydraException.USAGE,
          "Dataflow does not answer at %s (%s): check the network and --apiRootUrl"
              .formatted(url, reason),
          e);
    }
  }
}
