package io.hydrabeam.runners;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.common.HydraException;
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

/** Says what a training would do. Runs nothing and writes nothing. */
final class PlanCommand implements Command {

  /** Of the raw bytes: what PNG leaves of photographs, where there are none yet to look at. */
  private static final double UNSEEN_PNG_SHARE = 0.6;

  @Override
  public String name() {
    return "plan";
  }

  @Override
  public String summary() {
    return "what a training would do: jobs, parameters, steps, bytes, time; runs nothing";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return PlanOptions.class;
  }

  @Override
  public int run(PipelineOptions given, Terminal terminal) {
    PlanOptions options = given.as(PlanOptions.class);
    Catalog catalog = Catalogs.chosen(options);
    ForeseenData data = new ForeseenData(options, catalog);
    TrainPlan plan = TrainPlan.foreseen(options, data::of);
    List<Task> tasks = Catalogs.select(catalog, options.getTasks());
    terminal.out().print(examples(tasks, data));
    terminal.out().println();
    terminal.out().print(trainings(plan));
    terminal.out().println();
    int cores = Runtime.getRuntime().availableProcessors();
    TimeEstimate time =
        TimeEstimate.of(plan, data.unprepared(tasks), cores, rates(options, plan, cores));
    terminal
        .out()
        .println(
            "run %s: %s%,d trainings, %,d epochs; %s of adapters and states"
                .formatted(
                    plan.runId(),
                    plan.sweep().isPresent() ? "up to " : "",
                    plan.trainings(),
                    plan.epochs(),
                    DiskSpace.human(plan.bytes())));
    terminal
        .out()
        .println(
            "about %s to preprocess, %s to train, %s to evaluate on %s (%.2f GFLOP an image)"
                .formatted(
                    ProgressLine.duration(time.preprocessSeconds()),
                    ProgressLine.duration(time.trainSeconds()),
                    ProgressLine.duration(time.evaluateSeconds()),
                    options.getSpeed() == null
                        ? cores + " CPU cores"
                        : "the machine of " + options.getSpeed(),
                    plan.vit().operations() / 1e9));
    return 0;
  }

  private static ImageRates rates(PlanOptions options, TrainPlan plan, int cores) {
    String file = options.getSpeed();
    VitConfig vit = plan.vit();
    if (file == null) {
      return ImageRates.rough(vit, cores);
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
    TextTable table =
        new TextTable("examples of", "images", "pixels", "raw", "to be stored", "stands");
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
      long raw = images * side * side * RgbImage.CHANNELS;
      boolean stands = data.isPrepared(task);
      long planned = stands ? 0 : data.estimatedBytes(task).orElse((long) (UNSEEN_PNG_SHARE * raw));
      table.add(
          task.getName(),
          "%,d".formatted(images),
          side + " x " + side,
          DiskSpace.human(raw),
          stands ? "" : "~ " + DiskSpace.human(planned),
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
          DiskSpace.human(allRaw),
          "~ " + DiskSpace.human(allPlanned),
          "");
    }
    return table;
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
