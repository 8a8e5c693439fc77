package io.hydrabeam.runners.flink;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers as a JobManager's REST interface does. */
final class FlinkClusterTest {

  private static final String PARENT_FIRST =
      """
      [{"key":"classloader.parent-first-patterns.additional",
        "value":"org.tensorflow;org.bytedeco; com.google.protobuf"}]
      """;

  private final Map<String, String> answers = new HashMap<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String answer = answers.get(exchange.getRequestURI().getPath());
          byte[] bytes = (answer == null ? "{}" : answer).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer == null ? 404 : 200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    answer("1.19.3", 2, 4);
    answers.put("/jobmanager/config", PARENT_FIRST);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void at_cluster_tellsItsSizeAndVersion() {
    FlinkCluster cluster = FlinkCluster.at(address());
    assertThat(cluster.version()).isEqualTo("1.19.3");
    assertThat(cluster.taskManagers()).isEqualTo(2);
    assertThat(cluster.slots()).isEqualTo(4);
    assertThat(cluster.freeSlots()).isEqualTo(3);
    FlinkLaunch.requireUsable(cluster, "1.19.1");
  }

  @Test
  void describe_cluster_isALine() {
    assertThat(FlinkLaunch.describe(address()))
        .startsWith("1.19.3 at http://%s: 2 TaskManagers, 3 of 4 slots free".formatted(address()));
  }

  @Test
  void at_otherServer_isUsage() {
    answers.put("/overview", "<html>");
    assertUsage(address(), "is not the REST interface of a Flink cluster");
    answers.put("/overview", "{}");
    assertUsage(address(), "is not the REST interface of a Flink cluster");
    answers.clear();
    assertUsage(address(), "is not the REST interface of a Flink cluster");
  }

  @Test
  void at_nobody_isUsage() {
    String address = address();
    server.stop(0);
    assertUsage(address, "no Flink cluster answers at --flinkMaster=" + address);
  }

  @Test
  void at_noAddress_isUsage() {
    assertUsage("a b", "--flinkMaster=a b is no address");
  }

  @Test
  void running_onlyThatNameAndNotEnded() {
    answers.put(
        "/jobs/overview",
        """
        {"jobs":[{"jid":"1","name":"mine","state":"FINISHED"},
                 {"jid":"2","name":"mine","state":"RESTARTING"},
                 {"jid":"3","name":"other","state":"RUNNING"}]}
        """);
    assertThat(FlinkCluster.at(address()).running("mine"))
        .containsExactly(new FlinkCluster.RunningJob("2", "mine"));
  }

  @Test
  void requireUsable_otherVersion_isUsage() {
    answer("1.20.0", 2, 4);
    assertUnusable("runs Flink 1.20.0; this program needs 1.19.x");
  }

  @Test
  void requireUsable_noSlots_isUsage() {
    answer("1.19.3", 0, 0);
    assertUnusable("has no TaskManager with a slot");
  }

  @Test
  void requireUsable_tensorFlowNotParentFirst_isUsage() {
    answers.put("/jobmanager/config", "[]");
    assertUnusable("would load org.tensorflow anew for every job");
    answers.put("/jobmanager/config", PARENT_FIRST.replace("; com.google.protobuf", ""));
    assertUnusable("would load com.google.protobuf anew for every job");
    answers.put(
        "/jobmanager/config",
        "[{\"key\":\"classloader.resolve-order\",\"value\":\"parent-first\"}]");
    FlinkLaunch.requireUsable(FlinkCluster.at(address()), "1.19.3");
  }

  private void answer(String version, int taskManagers, int slots) {
    answers.put(
        "/overview",
        """
        {"taskmanagers":%d,"slots-total":%d,"slots-available":%d,"flink-version":"%s"}
        """
            .formatted(taskManagers, slots, Math.max(0, slots - 1), version));
  }

  private String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void assertUnusable(String part) {
    FlinkCluster cluster = FlinkCluster.at(address());
    HydraException thrown =
        assertThrows(HydraException.class, () -> FlinkLaunch.requireUsable(cluster, "1.19.3"));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(thrown).hasMessageThat().contains(part);
  }

  private static void assertUsage(String address, String part) {
    HydraException thrown = assertThrows(HydraException.class, () -> FlinkCluster.at(address));
    assertThat(thrown.exitCode()).isEqualTo(HydraException.USAGE);
    assertThat(thrown).hasMessageThat().contains(part);
  }
}
