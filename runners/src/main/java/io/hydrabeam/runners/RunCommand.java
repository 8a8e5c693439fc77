package io.hydrabeam.runners;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.StageResult;
import io.hydrabeam.pipelines.evaluate.EvaluatePipeline;
import io.hydrabeam.pipelines.preprocess.PreprocessPipeline;
import io.hydrabeam.pipelines.preprocess.PreprocessPlan;
import io.hydrabeam.pipelines.train.TrainPipeline;
import io.hydrabeam.pipelines.train.TrainPlan;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.Task;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.beam.sdk.options.PipelineOptions;

/** The three stages in sequence. */
final class RunCommand implements Command {

  @Override
  public String name() {
    return "run";
  }

  @Override
  public String summary() {
    return "preprocess, train and evaluate in sequence; without options on the sample benchmark";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return RunOptions.class;
  }

  @Override
  public Map<String, String> defaults(Map<String, String> given) {
    // Each method of ELEVATER is a sweep of ninety trainings.
    boolean swept = Catalogs.ELEVATER.equals(given.get("benchmark"));
    return Map.of("method", swept ? "hydra" : "linear,hydra");
  }

  @Override
  public boolean isStage() {
    return true;
  }

  @Override
  public int run(PipelineOptions given, Terminal terminal) throws InterruptedException {
    RunOptions options = given.as(RunOptions.class);
    ForeseenData.limitTokens(options);
    PreprocessPlan images = PreprocessPlan.of(options);
    Optional<BaselineCheck> check = BaselineCheck.of(options, Catalogs.chosen(options));
    Foresight foresight = announce(options, images, terminal.err());
    terminal
        .err()
        .println(
            "1 of 3, preprocess: %s -> %s".formatted(kind(options).many(), options.getExamples()));
    images.lines().forEach(line -> terminal.err().println("  " + line));
    StageResult preprocessed = foresight.preprocess(() -> PreprocessPipeline.run(images, options));
    int worst = StageReport.print(preprocessed, terminal.err());
    if (worst == HydraException.FAILED) {
      return worst;
    }
    terminal.err().println("2 of 3, train: adapters -> " + options.getRuns());
    TrainPlan plan = TrainPlan.of(options);
    plan.lines().forEach(line -> terminal.err().println("  " + line));
    int trained =
        StageReport.print(
            foresight.train(plan, () -> TrainPipeline.run(plan, options)), terminal.err());
    if (trained == HydraException.FAILED) {
      return trained;
    }
    terminal.err().println("3 of 3, evaluate: scores -> " + options.getScores());
    options.setRun(plan.runId());
    StageResult evaluated = EvaluatePipeline.run(options);
    int scored = StageReport.printTable(evaluated, terminal);
    int all = scored == HydraException.FAILED ? scored : Math.max(worst, Math.max(trained, scored));
    return check.map(baseline -> baseline.exitCode(all, evaluated.folder(), terminal)).orElse(all);
  }

  private static RecordKind kind(RunOptions options) {
    return RecordKind.of(Catalogs.chosen(options).getTaskList());
  }

  /** Says before anything is done what will be, and how long it takes about. */
  private static Foresight announce(RunOptions options, PreprocessPlan images, PrintStream err)
      throws InterruptedException {
    Catalog catalog = Catalogs.chosen(options);
    ForeseenData data = new ForeseenData(options, catalog, images);
    TrainPlan plan = TrainPlan.foreseen(options, data::of);
    List<Task> tasks = Catalogs.select(catalog, options.getTasks());
    Foresight foresight =
        Foresight.of(PlannedWork.of(plan, options), data.unprepared(tasks), options);
    err.println(
        "%s: benchmark %s, %,d tasks x %s x %,d seeds = %,d trainings"
            .formatted(
                Version.line(),
                catalog.getBenchmark(),
                tasks.size(),
                methods(plan),
                options.getSeeds().size(),
                plan.trainings()));
    err.println(foresight.line() + "Ctrl-C does no harm: the same command goes on.");
    err.flush();
    return foresight;
  }

  private static String methods(TrainPlan plan) {
    return plan.jobs().stream()
        .map(job -> Option.show(job.getKey().getMethod()))
        .distinct()
        .collect(Collectors.joining(","));
  }
}
