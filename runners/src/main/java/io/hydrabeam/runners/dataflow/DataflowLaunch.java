package io.hydrabeam.runners.dataflow;

import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.runners.launch.EngineLaunch;
import io.hydrabeam.runners.launch.JobName;
import io.hydrabeam.runners.launch.SharedFolders;
import io.hydrabeam.runners.launch.WorkerPath;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * A launch with {@code --runner=DataflowRunner}: each stage is a Dataflow job that this process
 * creates and waits for, or, with {@code --templateLocation}, only describes.
 */
public final class DataflowLaunch implements EngineLaunch {

  /** Set by the image of a Flex Template, see runners/dataflow/Dockerfile. */
  static final String STAGE_VARIABLE = "HYDRA_TEMPLATE_STAGE";

  private static final String GS = "gs://";
  private static final String RUNNER = "org/apache/beam/runners/dataflow/DataflowRunner.class";
  private static final String TEMPLATE = "templateLocation";

  /** Of each the first that is given counts. */
  private static final List<String> TEMP = List.of("gcpTempLocation", "tempLocation");

  private final Map<String, String> options;
  private final Refusal refusal;

  private DataflowLaunch(Map<String, String> options) {
    this.options = options;
    this.refusal =
        new Refusal(
            options.getOrDefault("project", ""),
            options.getOrDefault("region", ""),
            options.getOrDefault("jobName", ""));
  }

  /**
   * The words with the stage in front where a Flex Template's image started the program: such an
   * image names its stage in the environment, as words are options only there.
   */
  public static List<String> inTemplate(List<String> words, Map<String, String> environment) {
    String stage = environment.get(STAGE_VARIABLE);
    if (stage == null) {
      return words;
    }
    List<String> all = new ArrayList<>(List.of(stage));
    all.addAll(words);
    if (words.stream().noneMatch(word -> word.startsWith("--runner="))) {
      all.add("--runner=DataflowRunner");
    }
    return all;
  }

  /** Whether the options ask for Dataflow. */
  public static boolean isWanted(Map<String, String> options) {
    return EngineLaunch.isRunner(options, "DataflowRunner");
  }

  /**
   * Refuses to go on without Dataflow's runner on the class path.
   *
   * @throws HydraException usage, if this program was built without it
   */
  public static void requireBuilt() {
    if (DataflowLaunch.class.getClassLoader().getResource(RUNNER) == null) {
      throw HydraException.usage(
          "this program holds no Dataflow runner: with Maven add -Pdataflow-runner; the jar is built"
              + " with mvn -q -Pdataflow-runner package -DskipTests");
    }
  }

  /**
   * Adds defaults to the options, for the runner and for the command.
   *
   * @param program class in the jar that was started
   * @param command that is launched
   * @param own the command's options as given, by name
   * @param runner options of Beam and its runners as given, by name
   * @throws HydraException usage, if something is missing or does not fit
   */
  public static DataflowLaunch of(
      Class<?> program, String command, Map<String, String> own, Map<String, String> runner) {
    require(runner, "project", "ID", "the Google Cloud project that pays for the job");
    require(runner, "region", "NAME", "where the workers run, as in europe-west4");
    boolean template = runner.containsKey(TEMPLATE);
    if (template && command.equals("run")) {
      throw HydraException.usage(
          "--templateLocation: a template is one job, and run is three: preprocess, train, evaluate");
    }
    if (!template && TEMP.stream().noneMatch(runner::containsKey)) {
      require(runner, "tempLocation", "gs://BUCKET/FOLDER", "what Dataflow writes besides results");
    }
    for (String option : List.of("tempLocation", "gcpTempLocation", "stagingLocation")) {
      requireCloud(option, runner.getOrDefault(option, GS));
    }
    Map<String, String> given = new LinkedHashMap<>(own);
    given.putAll(runner);
    DataflowDefaults defaults = new DataflowDefaults(command, given);
    Map<String, String> all = new LinkedHashMap<>(runner);
    all.putAll(defaults.values());
    all.putIfAbsent("jobName", JobName.of(command, own));
    if (!all.containsKey("filesToStage")) {
      all.put("filesToStage", StagedJar.find(program, defaults.gpu()).toString());
    }
    return new DataflowLaunch(all);
  }

  private static void require(
      Map<String, String> runner, String option, String placeholder, String meaning) {
    if (!runner.containsKey(option)) {
      throw HydraException.usage("--%s=%s is missing: %s".formatted(option, placeholder, meaning));
    }
  }

  private static void requireCloud(String option, String path) {
    if (!path.startsWith(GS)) {
      throw HydraException.usage(
          "--%s=%s is not on Cloud Storage, and Dataflow's workers see nothing else: give %sBUCKET/…"
              .formatted(option, path, GS));
    }
  }

  @Override
  public Map<String, String> options() {
    return Map.copyOf(options);
  }

  @Override
  public void prepare(
      PipelineOptions commandOptions, Class<? extends PipelineOptions> type, PrintStream err)
      throws InterruptedException {
    for (WorkerPath path : WorkerPath.of(commandOptions, type)) {
      requireCloud(path.option(), path.value());
    }
    if (!options.containsKey(TEMPLATE)) {
      DataflowService.requireAnswer(DataflowService.url(options));
    }
    FileSystems.setDefaultPipelineOptions(commandOptions);
    SharedFolders.mark(commandOptions, type).close(); // the client's access; workers have their own
    err.println(
        "Dataflow, project %s, region %s, job %s: %s%s"
            .formatted(
                refusal.project(),
                refusal.region(),
                refusal.job(),
                told("numWorkers", "%s workers, "),
                told("numberOfWorkerHarnessThreads", "%s jobs at once in each, "))
            .replaceAll("[,:] $", ""));
    err.flush();
  }

  private String told(String option, String format) {
    return Optional.ofNullable(options.get(option)).map(format::formatted).orElse("");
  }

  @Override
  public RuntimeException explain(RuntimeException failure) {
    Optional<HydraException> own = HydraException.in(failure);
    if (own.isPresent()) {
      return own.get().line().contains(" pipeline ended as ")
          ? new HydraException(
              HydraException.FAILED,
              "%s; %s has its log (job %s); what is finished is kept, the same command goes on"
                  .formatted(own.get().line(), refusal.page(), refusal.job()),
              failure)
          : failure;
    }
    return refusal.of(failure).map(RuntimeException.class::cast).orElse(failure);
  }

  /**
   * A template's job is created by whoever asked for the template; Beam says so by an exception.
   */
  @Override
  public boolean isHandedOver(RuntimeException ended) {
    StackTraceElement[] trace = ended.getStackTrace();
    return options.containsKey(TEMPLATE)
        && ended instanceof UnsupportedOperationException
        && trace.length > 0
        && trace[0].getClassName().endsWith(".DataflowTemplateJob");
  }
}
