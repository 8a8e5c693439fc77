package io.hydrabeam.runners;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Flink cluster of processes on this machine, started with {@code cluster.sh}. */
final class FlinkProcesses implements AutoCloseable {

  private static final long TIMEOUT_SECONDS = 240;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final int restPort = freePort();
  private final int rpcPort = freePort();

  private FlinkProcesses(Path folder) throws IOException {
    this.folder = folder;
  }

  /** Starts one JobManager and {@code taskManagers} TaskManagers of two slots each. */
  static FlinkProcesses start(Path folder, int taskManagers) throws Exception {
    FlinkProcesses flink = new FlinkProcesses(folder);
    try {
      flink.script("start", String.valueOf(taskManagers));
    } catch (Exception | AssertionError e) {
      flink.close();
      throw e;
    }
    return flink;
  }

  /** {@code HOST:PORT} for {@code --flinkMaster}. */
  String address() {
    return "127.0.0.1:" + restPort;
  }

  /** Names of the TaskManagers that run, as {@link #kill} takes them. */
  List<String> taskManagers() throws Exception {
    List<String> names = new ArrayList<>();
    for (String line : script("status").lines().toList()) {
      if (line.startsWith("taskmanager-")) {
        names.add(line.substring(0, line.indexOf(' ')));
      }
    }
    return names;
  }

  /** The JobManager's name, as {@link #kill} takes it. */
  static final String JOB_MANAGER = "jobmanager";

  /** As {@code kill -9}. */
  void kill(String name) throws IOException {
    long pid = Long.parseLong(Files.readString(folder.resolve(name + ".pid")).strip());
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  /** What a supervisor does when a TaskManager has died. */
  void addTaskManager() throws Exception {
    script("add");
  }

  /** What a supervisor does when the JobManager has died; the TaskManagers find it again. */
  void restartJobManager() throws Exception {
    script("jobmanager");
  }

  /** State of the newest job whose name begins so; empty if there is none. */
  String stateOf(String prefix) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address() + "/jobs/overview")).build();
    String text =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    String state = "";
    long newest = -1;
    for (JsonNode job : JSON.readTree(text).path("jobs")) {
      long started = job.path("start-time").asLong();
      if (job.path("name").asText().startsWith(prefix) && started > newest) {
        newest = started;
        state = job.path("state").asText();
      }
    }
    return state;
  }

  /** The processes' logs, for a failing test. */
  String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    try (var files = Files.newDirectoryStream(folder, "*.log")) {
      for (Path file : files) {
        all.append(file).append('\n').append(Files.readString(file)).append('\n');
      }
    }
    return all.toString();
  }

  @Override
  public void close() throws Exception {
    script("stop");
  }

  private String script(String... words) throws Exception {
    Path script = Path.of(System.getProperty("hydra.basedir"), "runners", "flink", "cluster.sh");
    List<String> command = new ArrayList<>(List.of("bash", script.toString()));
    command.addAll(List.of(words));
    Path output = Files.createTempFile(folder, "script", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("CLUSTER", folder.toString());
    builder.environment().put("REST_PORT", String.valueOf(restPort));
    builder.environment().put("RPC_PORT", String.valueOf(rpcPort));
    builder.environment().put("TASK_HEAP", "512m");
    builder.environment().put("TASK_OFF_HEAP", "1g");
    Process process = builder.start();
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("still running: " + command);
    }
    String said = Files.readString(output);
    if (process.exitValue() != 0) {
      throw new AssertionError("%s: %s%n%s".formatted(command, said, logs()));
    }
    return said;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
