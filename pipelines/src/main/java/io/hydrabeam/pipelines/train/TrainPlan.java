package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.model.train.EpochConfig;
import io.hydrabeam.model.train.Trainer;
import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.common.Backbones;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.Storage;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.train.JobExpansion.PreparedTask;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Task;
import io.hydrabeam.protos.TrainingJob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a {@code train} command would do, worked out from its options, the catalog, the prepared
 * data and the backbone, without training anything.
 *
 * @param jobs to start with: candidates where hyper-parameters are tuned
 * @param trainings in all, those after a tuning included
 * @param protocol of the final trainings
 * @param runFolder {@code <runs>/<runId>}
 * @param vit sizes of the backbone
 * @param imagesOfSplit training images, by {@code task/split}
 */
public record TrainPlan(
    List<TrainingJob> jobs,
    long trainings,
    Protocol protocol,
    String runFolder,
    VitConfig vit,
    Map<String, Long> imagesOfSplit) {

  public TrainPlan {
    jobs = List.copyOf(jobs);
    imagesOfSplit = Map.copyOf(imagesOfSplit);
  }

  /**
   * Works out the plan.
   *
   * @throws HydraException usage, if an option, the catalog, the data or the backbone is wrong
   */
  public static TrainPlan of(TrainOptions options) {
    Catalog catalog = catalog(options);
    return foreseen(
        options,
        task -> ExampleFolder.open(options.getExamples(), catalog.getBenchmark(), task.getName()));
  }

  /**
   * Works out what would be done with data that may not have been prepared yet.
   *
   * @param dataOf a task: its data as far as it is known; job ids are right only where it is there
   */
  public static TrainPlan foreseen(TrainOptions options, Function<Task, DatasetInfo> dataOf) {
    try {
      return plan(options, dataOf);
    } catch (IllegalArgumentException e) {
      throw new HydraException(HydraException.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private static Catalog catalog(TrainOptions options) {
    String file = options.getCatalog();
    return file == null ? Catalogs.load(options.getBenchmark()) : Catalogs.load(Path.of(file));
  }

  private static TrainPlan plan(TrainOptions options, Function<Task, DatasetInfo> dataOf) {
    Catalog catalog = catalog(options);
    List<PreparedTask> tasks = new ArrayList<>();
    Map<String, Long> images = new LinkedHashMap<>();
    for (Task task : Catalogs.select(catalog, options.getTasks())) {
      DatasetInfo info = dataOf.apply(task);
      tasks.add(new PreparedTask(task, info));
      for (SplitInfo split : info.getSplitList()) {
        images.put(task.getName() + "/" + split.getName(), split.getImages());
      }
    }
    BackboneSource backbone = backbone(options);
    JobSettings settings = JobSettings.from(options, backbone.normalization());
    String run = options.getRun();
    String runId =
        run != null ? checkName(run) : RunId.of(catalog.getBenchmark(), settings, backbone);
    String runFolder = Storage.resolve(options.getRuns(), runId);
    JobExpansion expansion = new JobExpansion(settings, backbone, options.getExamples(), runFolder);
    List<TrainingJob> jobs = expansion.expand(tasks);
    return new TrainPlan(
        jobs, expansion.trainings(jobs), settings.protocol(), runFolder, backbone.vit(), images);
  }

  /** Whether the jobs are candidates, of which the best go on. */
  boolean tunes() {
    return jobs.stream().anyMatch(job -> !job.getTuningGroup().isEmpty());
  }

  /** Name of the run. */
  public String runId() {
    return runFolder.substring(runFolder.lastIndexOf('/') + 1);
  }

  /** Epochs of all trainings, those after a tuning included. */
  public long epochs() {
    Map<String, Integer> afterTuning = new LinkedHashMap<>();
    long epochs = 0;
    for (TrainingJob job : jobs) {
      int of = job.getKey().getRecipe().getEpochs();
      epochs += of;
      if (!job.getTuningGroup().isEmpty()) {
        afterTuning.put(job.getTuningGroup(), of);
      }
    }
    return epochs + afterTuning.values().stream().mapToLong(Integer::longValue).sum();
  }

  /** Training steps of a job. */
  public long steps(TrainingJob job) {
    JobKey key = job.getKey();
    long images = imagesOfSplit.getOrDefault(key.getTask() + "/" + key.getTrainSplit(), 0L);
    EpochConfig epochs = JobConfigs.trainer(key, vit).epochs();
    return epochs.steps(images) * epochs.epochs();
  }

  /** Number of floats that a job trains. */
  public long trainableParameters(TrainingJob job) {
    return Trainer.trainableParameters(JobConfigs.trainer(job.getKey(), vit));
  }

  /** Backbone, adapters and head. */
  public long totalParameters(TrainingJob job) {
    long head = VitParameters.count(VitParameters.headShapes(vit, job.getKey().getClasses()));
    long backbone = VitParameters.count(VitParameters.shapes(vit));
    return switch (job.getKey().getMethod()) {
      case FULL -> backbone + head;
      default -> backbone + trainableParameters(job);
    };
  }

  /**
   * Bytes that the jobs write: what they train, and while they train three copies more, as numbers
   * of four bytes.
   */
  public long bytes() {
    long bytes = 0;
    for (TrainingJob job : jobs) {
      bytes += 4 * Float.BYTES * trainableParameters(job);
    }
    return bytes;
  }

  /**
   * Lines to be shown before training: for each task and method what is trained and with which
   * hyper-parameters from where.
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    Map<String, String> byTaskAndMethod = new LinkedHashMap<>();
    for (TrainingJob job : jobs) {
      JobKey key = job.getKey();
      String name =
          "%s %s".formatted(key.getTask(), key.getMethod().name().toLowerCase(Locale.ROOT));
      byTaskAndMethod.putIfAbsent(name, describe(name, job));
    }
    lines.add("run %s: %,d trainings".formatted(runId(), trainings));
    lines.addAll(byTaskAndMethod.values());
    return lines;
  }

  private String describe(String name, TrainingJob job) {
    long trainable = trainableParameters(job);
    long total = totalParameters(job);
    String recipe =
        job.getTuningGroup().isEmpty()
            ? "%s (%s)"
                .formatted(
                    Recipes.describe(job.getKey().getRecipe()),
                    job.getKey().getRecipe().getOrigin())
            : "learning rate and scale are searched on val200";
    return String.format(
        Locale.ROOT,
        "%s: trainable %,d of %,d (%.2f%%); %s",
        name,
        trainable,
        total,
        100.0 * trainable / total,
        recipe);
  }

  private static BackboneSource backbone(TrainOptions options) {
    String random = options.getRandomBackbone();
    if (random != null) {
      return randomBackbone(random);
    }
    Backbone backbone = Backbones.load(options.getBackbone());
    return new BackboneSource(
        options.getBackbone(), backbone.hash(), backbone.config(), backbone.normalization());
  }

  private static BackboneSource randomBackbone(String text) {
    return switch (text) {
      case "base16" -> BackboneSource.random(VitConfig.base16(), Optional.empty());
      case "tiny" -> BackboneSource.random(VitConfig.tiny(), Optional.empty());
      case Backbones.SAMPLE ->
          BackboneSource.random(BackboneSource.SAMPLE_SIZES, Optional.of(Normalization.HALF));
      default -> BackboneSource.random(BackboneSource.parseSizes(text), Optional.empty());
    };
  }

  private static String checkName(String run) {
    if (!run.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw HydraException.usage(
          "run (%s) names a folder: letters, digits, '.', '_' and '-', no other signs"
              .formatted(run));
    }
    return run;
  }
}
