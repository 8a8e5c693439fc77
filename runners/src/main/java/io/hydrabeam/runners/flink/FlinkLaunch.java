package io.hydrabeam.runners.flink;

import io.hydrabeam.model.TensorFlowRuntime.Device;
import io.hydrabeam.pipelines.common.DeviceOptions;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.ModelOptions;
import io.hydrabeam.runners.launch.EngineLaunch;
import io.hydrabeam.runners.launch.JobName;
import io.hydrabeam.runners.launch.SharedFolders;
import io.hydrabeam.runners.launch.WorkerPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;

/**
 * A launch with {@code --runner=FlinkRunner}: inside this process ({@code --flinkMaster=[local]}),
 * inside the cluster as an application ({@code [auto]}, the default), or from here on a cluster
 * that runs already ({@code HOST:PORT}).
 */
public final class FlinkLaunch implements EngineLaunch {

  private static final String MASTER = "flinkMaster";
  private static final String AUTO = "[auto]";
  private static final String LOCAL = "[local]";

  /** Inside a process Flink has 64 MB for shuffles, whose need grows with the square of this. */
  private static final int LOCAL_SLOTS = 8;

  private static final String CHECK_NAME = "hydra-check";

  /** What Flink itself loads, so that a worker loads its native code once and not for every job. */
  private static final List<String> PARENT_FIRST =
      List.of("org.tensorflow", "org.bytedeco", "com.google.protobuf");

  private static final String PATTERNS = "classloader.parent-first-patterns.";

  private static final int RETRIES = 10;
  private static final long RETRY_DELAY_MILLIS = 2000;
  private static final long POLL_SECONDS = 2;

  /** Causes may form a circle. */
  private static final int MAX_CAUSES = 100;

  private final Map<String, String> runnerOptions;
  private final Optional<FlinkCluster> cluster;

  private FlinkLaunch(Map<String, String> runnerOptions, Optional<FlinkCluster> cluster) {
    this.runnerOptions = runnerOptions;
    this.cluster = cluster;
  }

  /** Whether the options ask for Flink. */
  public static boolean isWanted(Map<String, String> options) {
    return EngineLaunch.isRunner(options, "FlinkRunner");
  }

  /** Whether this is the main method of an application inside a cluster, which must not exit. */
  public static boolean isInsideCluster(ClassLoader own) {
    return own.getClass().getName().startsWith("org.apache.flink.");
  }

  /**
   * Refuses to go on without Flink on the class path.
   *
   * @throws HydraException usage, if this program was built without Flink
   */
  public static void requireBuilt() {
    if (clientVersion().isEmpty()) {
      throw HydraException.usage(
          "this program holds no Flink: with Maven add -Pflink-runner; the jar is built with mvn -q"
              + " -Pflink-runner package -DskipTests");
    }
  }

  /**
   * Asks the cluster, if one is named, and adds defaults of the runner to the options.
   *
   * @param program class in the jar that was started
   * @param command that is launched
   * @param own the command's options as given, by name
   * @param runner options of Beam and its runners as given, by name
   * @throws HydraException usage, if the cluster cannot be used
   */
  public static FlinkLaunch of(
      Class<?> program, String command, Map<String, String> own, Map<String, String> runner) {
    Map<String, String> all = new LinkedHashMap<>(runner);
    all.putIfAbsent("fasterCopy", "true"); // no element is ever changed, so none need be copied
    String master = all.getOrDefault(MASTER, AUTO);
    if (master.equals(LOCAL)) {
      int cores = Runtime.getRuntime().availableProcessors();
      all.putIfAbsent("parallelism", String.valueOf(Math.min(cores, LOCAL_SLOTS)));
      return new FlinkLaunch(all, Optional.empty());
    }
    all.putIfAbsent("executionModeForBatch", "BATCH"); // a stage waits for no slot of another
    if (master.startsWith("[")) {
      return new FlinkLaunch(all, Optional.empty());
    }
    FlinkCluster cluster = FlinkCluster.at(master);
    requireUsable(cluster, clientVersion().orElse(""));
    all.putIfAbsent("jobName", JobName.of(command, own));
    int slots = cluster.freeSlots() > 0 ? cluster.freeSlots() : cluster.slots();
    all.putIfAbsent("parallelism", String.valueOf(slots));
    if (cluster.configuration().keySet().stream()
        .noneMatch(k -> k.startsWith("restart-strategy"))) {
      all.putIfAbsent("numberOfExecutionRetries", String.valueOf(RETRIES));
      all.putIfAbsent("executionRetryDelay", String.valueOf(RETRY_DELAY_MILLIS));
    }
    if (!all.containsKey("filesToStage")) {
      Path jar = BundledJar.find(program);
      all.put("filesToStage", jar.toString());
    }
    return new FlinkLaunch(all, Optional.of(cluster));
  }

  @Override
  public Map<String, String> options() {
    return Map.copyOf(runnerOptions);
  }

  /**
   * Makes sure, before work starts, that the workers can do it: nothing of an earlier launch still
   * runs, every slot sees the folders and has TensorFlow. Paths become absolute.
   *
   * @param options of the command
   * @param type their interface
   * @throws HydraException what is wrong
   */
  @Override
  public void prepare(
      PipelineOptions options, Class<? extends PipelineOptions> type, PrintStream err)
      throws InterruptedException {
    if (cluster.isEmpty()) {
      return;
    }
    FlinkCluster running = cluster.get();
    err.println(
        "Flink %s at http://%s: %d TaskManagers, %d of %d slots free"
            .formatted(
                running.version(),
                running.address(),
                running.taskManagers(),
                running.freeSlots(),
                running.slots()));
    err.flush();
    awaitEarlier(running, options.getJobName(), err);
    WorkerPath.of(options, type).forEach(WorkerPath::makeAbsolute);
    try (SharedFolders folders = SharedFolders.mark(options, type)) {
      check(folders, options, type);
    }
  }

  /**
   * What a failure of the command means where it ran on a cluster; the failure itself if its own
   * words, or those of a worker, tell that already.
   */
  @Override
  public RuntimeException explain(RuntimeException failure) {
    if (cluster.isEmpty() || HydraException.in(failure).isPresent()) {
      return failure;
    }
    return explain(failure, cluster.get().address());
  }

  static RuntimeException explain(RuntimeException failure, String address) {
    List<Throwable> causes =
        Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
            .limit(MAX_CAUSES)
            .toList();
    if (causes.stream().anyMatch(ConnectException.class::isInstance)) {
      return new HydraException(
          HydraException.FAILED,
          "the Flink cluster at %s no longer answers; what is finished is kept: start the cluster"
                  .formatted(address)
              + " again, then the same command goes on",
          failure);
    }
    if (causes.stream().anyMatch(FlinkLaunch::isFlinks)) {
      return new HydraException(
          HydraException.FAILED,
          "the job failed on the Flink cluster at %s (http://%s has its history, --verbose its"
                  .formatted(address, address)
              + " trace): %s".formatted(causes.get(causes.size() - 1))
              + "; what is finished is kept, the same command goes on",
          failure);
    }
    return failure;
  }

  private static boolean isFlinks(Throwable thrown) {
    return thrown.getClass().getName().startsWith("org.apache.flink.");
  }

  private void check(
      SharedFolders folders, PipelineOptions options, Class<? extends PipelineOptions> type) {
    Map<String, String> own = new TreeMap<>(runnerOptions);
    own.put("jobName", CHECK_NAME);
    own.put("numberOfExecutionRetries", "1"); // 0 would mean as many as the cluster is set to
    own.put("executionRetryDelay", "0");
    own.put("executionModeForBatch", "PIPELINED"); // all slots at the same time
    PipelineOptions checkOptions =
        PipelineOptionsFactory.fromArgs(
                own.entrySet().stream()
                    .map(entry -> "--%s=%s".formatted(entry.getKey(), entry.getValue()))
                    .toArray(String[]::new))
            .create();
    boolean computes = ModelOptions.class.isAssignableFrom(type);
    Device device = computes ? options.as(DeviceOptions.class).getDevice() : Device.CPU;
    int threads = computes ? options.as(DeviceOptions.class).getThreads() : 1;
    Pipeline pipeline = Pipeline.create(checkOptions);
    pipeline
        .apply("One", Create.of(1))
        .apply("ToEverySlot", Reshuffle.viaRandomKey())
        .apply(
            "CheckWorker",
            ParDo.of(
                new WorkerCheckFn(
                    folders.fileByOption(), folders.text(), computes, device, threads)));
    PipelineResult.State state = pipeline.run().waitUntilFinish();
    if (state != PipelineResult.State.DONE) {
      throw HydraException.failed("the check of the workers ended as " + state);
    }
  }

  /** The client of a launch may have been killed, and its job run on. */
  private static void awaitEarlier(FlinkCluster cluster, String name, PrintStream err)
      throws InterruptedException {
    boolean said = false;
    while (true) {
      List<FlinkCluster.RunningJob> jobs = cluster.running(name);
      if (jobs.isEmpty()) {
        return;
      }
      if (!said) {
        String id = jobs.get(0).id();
        err.println(
            "job %s (%s) of an earlier launch of this command still runs: waiting for its end (to cancel it: curl -X PATCH http://%s/jobs/%s)"
                .formatted(name, id, cluster.address(), id));
        err.flush();
        said = true;
      }
      TimeUnit.SECONDS.sleep(POLL_SECONDS);
    }
  }

  /**
   * One line on a cluster that this program could use.
   *
   * @param address {@code HOST:PORT} of its JobManager's REST interface
   * @throws HydraException usage, if it cannot be used
   */
  public static String describe(String address) {
    FlinkCluster cluster = FlinkCluster.at(address);
    Optional<String> own = clientVersion();
    requireUsable(cluster, own.orElse(cluster.version()));
    return "%s at http://%s: %d TaskManagers, %d of %d slots free%s"
        .formatted(
            cluster.version(),
            cluster.address(),
            cluster.taskManagers(),
            cluster.freeSlots(),
            cluster.slots(),
            own.isPresent() ? "" : "; this program holds no Flink: build it with -Pflink-runner");
  }

  static void requireUsable(FlinkCluster cluster, String clientVersion) {
    String wanted = minor(clientVersion);
    if (!minor(cluster.version()).equals(wanted)) {
      throw HydraException.usage(
          "the cluster at %s runs Flink %s; this program needs %s.x (it was built with %s)"
              .formatted(cluster.address(), cluster.version(), wanted, clientVersion));
    }
    if (cluster.slots() == 0) {
      throw HydraException.usage(
          "the cluster at %s has no TaskManager with a slot: start one"
              .formatted(cluster.address()));
    }
    for (String prefix : PARENT_FIRST) {
      if (!isParentFirst(cluster.configuration(), prefix)) {
        throw HydraException.usage(
            "the cluster at %s would load %s anew for every job, which aborts its workers: set classloader.parent-first-patterns.additional: \"%s\" in its configuration, see docs/flink.md"
                .formatted(cluster.address(), prefix, String.join(";", PARENT_FIRST)));
      }
    }
  }

  private static boolean isParentFirst(Map<String, String> configuration, String prefix) {
    if (configuration.getOrDefault("classloader.resolve-order", "").equals("parent-first")) {
      return true;
    }
    return Stream.of("additional", "default")
        .map(which -> configuration.getOrDefault(PATTERNS + which, ""))
        .flatMap(patterns -> Stream.of(patterns.split("[;,]", -1)))
        .map(String::strip)
        .anyMatch(pattern -> !pattern.isEmpty() && prefix.startsWith(pattern));
  }

  /** Flink's version in this program; empty where there is none. */
  private static Optional<String> clientVersion() {
    Properties properties = new Properties();
    try (InputStream in =
        FlinkLaunch.class.getResourceAsStream("/.flink-runtime.version.properties")) {
      if (in == null) {
        return Optional.empty();
      }
      properties.load(in);
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.ofNullable(properties.getProperty("project.version"));
  }

  /** As in "1.19". */
  private static String minor(String version) {
    String[] parts = version.split("\\.", -1);
    return parts.length < 2 ? version : parts[0] + "." + parts[1];
  }
}
