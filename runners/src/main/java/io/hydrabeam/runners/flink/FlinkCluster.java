package io.hydrabeam.runners.flink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A running Flink cluster as its REST interface shows it.
 *
 * @param address of the JobManager's REST interface, {@code HOST:PORT}
 * @param version of Flink, as in "1.19.3"
 * @param taskManagers registered now
 * @param slots of all TaskManagers
 * @param freeSlots those that no job holds
 * @param configuration the JobManager's, by key
 */
record FlinkCluster(
    String address,
    String version,
    int taskManagers,
    int slots,
    int freeSlots,
    Map<String, String> configuration) {

  /** A job that has not ended. */
  record RunningJob(String id, String name) {}

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Set<String> ENDED = Set.of("FINISHED", "FAILED", "CANCELED");
  private static final ObjectMapper JSON = new ObjectMapper();

  FlinkCluster {
    configuration = Map.copyOf(configuration);
  }

  /**
   * Asks the cluster.
   *
   * @param address {@code HOST:PORT}
   * @throws HydraException usage, if no Flink cluster answers there
   */
  static FlinkCluster at(String address) {
    JsonNode overview = get(address, "/overview");
    if (!overview.hasNonNull("flink-version")) {
      throw notFlink(address);
    }
    Map<String, String> configuration = new TreeMap<>();
    for (JsonNode entry : get(address, "/jobmanager/config")) {
      configuration.put(entry.path("key").asText(), entry.path("value").asText());
    }
    return new FlinkCluster(
        address,
        overview.path("flink-version").asText(),
        overview.path("taskmanagers").asInt(),
        overview.path("slots-total").asInt(),
        overview.path("slots-available").asInt(),
        configuration);
  }

  /** Jobs of that name that have not ended. */
  List<RunningJob> running(String name) {
    List<RunningJob> jobs = new ArrayList<>();
    for (JsonNode job : get(address, "/jobs/overview").path("jobs")) {
      if (job.path("name").asText().equals(name) && !ENDED.contains(job.path("state").asText())) {
        jobs.add(new RunningJob(job.path("jid").asText(), name));
      }
    }
    return jobs;
  }

  private static JsonNode get(String address, String path) {
    HttpResponse<String> response;
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(TIMEOUT).build();
      HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
      response = client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IllegalArgumentException e) {
      throw HydraException.usage(
          "--flinkMaster=%s is no address: HOST:PORT of the JobManager's REST interface, or [local]"
              .formatted(address));
    } catch (IOException e) {
      throw new HydraException(
          HydraException.USAGE,
          "no Flink cluster answers at --flinkMaster=%s (%s): start it, or give HOST:PORT of its"
                  .formatted(address, reason(e))
              + " JobManager's REST interface",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HydraException(HydraException.FAILED, "interrupted", e);
    }
    try {
      if (response.statusCode() == 200) {
        return JSON.readTree(response.body());
      }
    } catch (IOException e) {
      throw notFlink(address);
    }
    throw notFlink(address);
  }

  private static HydraException notFlink(String address) {
    return HydraException.usage(
        "what answers at --flinkMaster=%s is not the REST interface of a Flink cluster"
            .formatted(address));
  }

  /** The JDK's client leaves the message out when a connection is refused. */
  private static String reason(IOException thrown) {
    return thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
  }
}
