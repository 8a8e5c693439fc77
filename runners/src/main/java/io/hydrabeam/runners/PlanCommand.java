package io.hydrabeam.runners;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.storage.DiskSpace;
import io.hydrabeam.pipelines.train.TrainPlan;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Task;
import io.hydrabeam.protos.TrainingJob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;

/** Says what a training would do. Trains nothing and writes nothing. */
final class PlanCommand implements Command {

  /** Of the raw bytes: what PNG leaves of photographs, where there are none yet to look at. */
  private static final double UNSEEN_PNG_SHARE = 0.6;

  private static final double TERA = 1e12;
  private static final double PETA = 1e15;

  @Override
  public String name() {
    return "plan";
  }

  @Override
  public String summary() {
    return "what a training would do: jobs, steps, FLOP, memory, time, and seeds to find a loss";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return PlanOptions.class;
  }

  @Override
  public int run(PipelineOptions given, Terminal terminal) throws InterruptedException {
    PlanOptions options = given.as(PlanOptions.class);
    requirePositive(options);
    ForeseenData.limitTokens(options);
    Catalog catalog = Catalogs.chosen(options);
    ForeseenData data = new ForeseenData(options, catalog);
    TrainPlan plan = TrainPlan.foreseen(options, data::of);
    List<Task> tasks = Catalogs.select(catalog, options.getTasks());
    terminal.out().print(examples(tasks, data));
    terminal.out().println();
    terminal.out().print(trainings(plan));
    terminal.out().println();
    PlannedWork planned = PlannedWork.of(plan, options);
    terminal
        .out()
        .println(
            "run %s: %s%,d trainings, %,d epochs; %s of adapters and states; %,d finished already"
                .formatted(
                    plan.runId(),
                    plan.sweep().isPresent() ? "up to " : "",
                    plan.trainings(),
                    plan.epochs(),
                    DiskSpace.human(plan.bytes()),
                    planned.finished()));
    terminal
        .out()
        .println(
            "%,d %s-steps, %s, %d jobs side by side with %s outside the Java heap"
                .formatted(
                    planned.imageSteps(),
                    RecordKind.of(tasks).one(),
                    operations(planned.operations()),
                    planned.slots(),
                    DiskSpace.human(planned.workerBytes())));
    terminal.out().flush();
    ImageRates rates = rates(options, planned);
    TimeEstimate time = planned.time(data.unprepared(tasks), rates);
    terminal
        .out()
        .println(
            "about %s to preprocess, %s to train, %s to evaluate on %s (%.2f GFLOP a record)"
                .formatted(
                    ProgressLine.duration(time.preprocessSeconds()),
                    ProgressLine.duration(time.trainSeconds()),
                    ProgressLine.duration(time.evaluateSeconds()),
                    basis(options),
                    planned.cost().operations() / 1e9));
    Double drop = options.getDetect();
    if (drop != null) {
      String earlier = options.getSpreadOf();
      terminal.out().println();
      terminal
          .out()
          .print(
              SeedsNeeded.of(drop, earlier == null ? null : EvaluationFolder.open(earlier))
                  .text(planned, rates));
    }
    return 0;
  }

  private static void requirePositive(PlanOptions options) {
    Double drop = options.getDetect();
    if (drop != null && !(drop > 0)) {
      throw HydraException.usage(
          "--detect=%s: points above 0 are wanted, as in 0.5".formatted(drop));
    }
    if (drop == null && options.getSpreadOf() != null) {
      throw HydraException.usage("--spreadOf needs --detect=POINTS");
    }
  }

  private static String basis(PlanOptions options) {
    if (options.getSpeed() != null) {
      return "the machine of " + options.getSpeed();
    }
    return Foresight.basis(options.isCalibrate());
  }

  private static String operations(double operations) {
    return operations < PETA
        ? "%.3g TFLOP".formatted(operations / TERA)
        : "%.3g PFLOP".formatted(operations / PETA);
  }

  private static ImageRates rates(PlanOptions options, PlannedWork planned)
      throws InterruptedException {
    String file = options.getSpeed();
    if (file == null) {
      return options.isCalibrate() ? planned.measured(options) : planned.rough(options);
    }
    if (!(planned.plan().model() instanceof VitConfig vit)) {
      throw HydraException.usage("--speed: such files are of models of images");
    }
    return ImageRates.measured(SpeedFile.read(file), vit, options.getPrecision())
        .orElseThrow(
            () ->
                HydraException.usage(
                    "--speed: %s has no line on this model: benchmark --model=%d/%d/%d/%d/%d/%d"
                            .formatted(
                                file,
                                vit.imageSize(),
                                vit.patchSize(),
                                vit.width(),
                                vit.depth(),
                                vit.heads(),
                                vit.mlpWidth())
                        + " --precision=%s --csv=FILE measures it"
                            .formatted(Option.show(options.getPrecision()))));
  }

  private static TextTable examples(List<Task> tasks, ForeseenData data) {
    RecordKind kind = RecordKind.of(tasks);
    TextTable table =
        new TextTable(
            "examples of",
            kind.many(),
            kind == RecordKind.TEXT ? "tokens" : "pixels",
            "raw",
            "to be stored",
            "stands");
    long allImages = 0;
    long allRaw = 0;
    long allPlanned = 0;
    for (Task task : tasks) {
      List<DatasetInfo> folders = data.all(task);
      List<SplitInfo> splits =
          folders.stream().flatMap(info -> info.getSplitList().stream()).toList();
      long images = splits.stream().mapToLong(SplitInfo::getImages).sum();
      long stored = splits.stream().mapToLong(SplitInfo::getBytes).sum();
      long side = folders.get(0).getImageOptions().getImageSize();
      long raw = side == 0 ? stored : images * side * side * RgbImage.CHANNELS;
      boolean stands = data.isPrepared(task);
      long planned = stands ? 0 : data.estimatedBytes(task).orElse((long) (UNSEEN_PNG_SHARE * raw));
      table.add(
          task.getName(),
          "%,d".formatted(images),
          side == 0 ? tokens(folders.get(0)) : side + " x " + side,
          raw == 0 ? "" : DiskSpace.human(raw),
          stands || planned == 0 ? "" : "~ " + DiskSpace.human(planned),
          stands ? DiskSpace.human(stored) : "");
      allImages += images;
      allRaw += raw;
      allPlanned += planned;
    }
    if (tasks.size() > 1) {
      table.add(
          "all",
          "%,d".formatted(allImages),
          "",
          allRaw == 0 ? "" : DiskSpace.human(allRaw),
          allPlanned == 0 ? "" : "~ " + DiskSpace.human(allPlanned),
          "");
    }
    return table;
  }

  private static String tokens(DatasetInfo info) {
    int tokens = info.getImageOptions().getText().getTokens();
    return tokens == 0 ? "" : "up to " + tokens;
  }

  private static TextTable trainings(TrainPlan plan) {
    Map<String, List<TrainingJob>> rows = new LinkedHashMap<>();
    for (TrainingJob job : plan.jobs()) {
      JobKey key = job.getKey();
      rows.computeIfAbsent(key.getTask() + " " + method(key), row -> new ArrayList<>()).add(job);
    }
    TextTable table =
        new TextTable("task", "method", "jobs", "trainable", "share", "steps", "batch", "epochs");
    for (List<TrainingJob> jobs : rows.values()) {
      TrainingJob job = jobs.get(0);
      JobKey key = job.getKey();
      long trainable = plan.trainableParameters(job);
      table.add(
          key.getTask(),
          method(key),
          "%,d".formatted(jobs.size()),
          "%,d".formatted(trainable),
          "%.2f%%".formatted(100.0 * trainable / plan.totalParameters(job)),
          "%,d".formatted(plan.steps(job)),
          String.valueOf(key.getRecipe().getBatch()),
          String.valueOf(key.getRecipe().getEpochs()));
    }
    return table;
  }

  private static String method(JobKey key) {
    return key.getMethod().name().toLowerCase(Locale.ROOT);
  }
}
