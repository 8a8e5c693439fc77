package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.TextConfig;
import io.hydrabeam.model.TokenBuckets;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.params.BackboneParameters;
import io.hydrabeam.model.params.VitParameters;
import io.hydrabeam.model.train.EpochConfig;
import io.hydrabeam.model.train.Trainer;
import io.hydrabeam.model.train.TrainingMemory;
import io.hydrabeam.pipelines.backbones.Backbones;
import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.fewshot.Variant;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.TextLengths;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.pipelines.train.JobExpansion.PreparedTask;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Normalization;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Task;
import io.hydrabeam.protos.TextHeadRequest;
import io.hydrabeam.protos.TrainingJob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a {@code train} command would do, worked out from its options, the catalog, the prepared
 * data and the backbone, without training anything.
 *
 * @param jobs to start with: candidates where hyper-parameters are tuned on val200; final jobs,
 *     whose numbers are still open, where they are swept
 * @param heads to be made before, from class names
 * @param sweep that chooses those numbers, if there is one
 * @param trainings in all, those of a tuning included
 * @param protocol of the final trainings
 * @param runFolder {@code <runs>/<runId>}
 * @param model sizes of the backbone
 * @param splits by task, variant and split joined with slashes
 */
public record TrainPlan(
    List<TrainingJob> jobs,
    List<TextHeadRequest> heads,
    Optional<Sweep> sweep,
    long trainings,
    Protocol protocol,
    String runFolder,
    BackboneConfig model,
    Map<String, SplitInfo> splits) {

  public TrainPlan {
    jobs = List.copyOf(jobs);
    heads = List.copyOf(heads);
    splits = Map.copyOf(splits);
  }

  /** Where a plan learns of tasks' data. */
  @FunctionalInterface
  public interface Examples {
    /** What is known of a folder of a task. */
    DatasetInfo of(Task task, Variant variant);
  }

  /**
   * Works out the plan.
   *
   * @throws HydraException usage, if an option, the catalog, the data or the backbone is wrong
   */
  public static TrainPlan of(TrainOptions options) {
    String benchmark = Catalogs.chosen(options).getBenchmark();
    return foreseen(
        options,
        (task, variant) ->
            ExampleFolder.open(options.getExamples(), benchmark, task.getName(), variant.folder()));
  }

  /**
   * Works out what would be done with data that may not have been prepared yet.
   *
   * @param examples the data as far as it is known; job ids are right only where it is there
   */
  public static TrainPlan foreseen(TrainOptions options, Examples examples) {
    try {
      return plan(options, examples);
    } catch (IllegalArgumentException e) {
      throw new HydraException(HydraException.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private static TrainPlan plan(TrainOptions options, Examples examples) {
    Catalog catalog = Catalogs.chosen(options);
    BackboneSource backbone = backbone(options);
    JobSettings settings = JobSettings.from(options, catalog, backbone.normalization());
    List<PreparedTask> tasks = new ArrayList<>();
    Map<String, SplitInfo> splits = new LinkedHashMap<>();
    for (Task task : Catalogs.select(catalog, options.getTasks())) {
      Map<String, DatasetInfo> variants = new LinkedHashMap<>();
      for (Variant variant : Variant.folders(options, catalog)) {
        DatasetInfo info = examples.of(task, variant);
        variants.put(variant.folder(), info);
        for (SplitInfo split : info.getSplitList()) {
          splits.put(splitKey(task.getName(), variant.folder(), split.getName()), split);
        }
      }
      tasks.add(new PreparedTask(task, variants));
    }
    HeadSource heads = HeadSource.of(options, textTower(options), settings.choice().quirks());
    String run = options.getRun();
    String runId = run != null ? checkName(run) : RunId.of(catalog, settings, backbone, heads);
    String runFolder = Storage.resolve(options.getRuns(), runId);
    JobExpansion expansion =
        new JobExpansion(
            catalog,
            settings,
            backbone,
            heads,
            new JobExpansion.Place(options.getExamples(), runFolder));
    List<TrainingJob> jobs = expansion.expand(tasks);
    return new TrainPlan(
        jobs,
        heads.requests(runFolder),
        expansion.sweep(),
        expansion.trainings(jobs),
        settings.choice().protocol(),
        runFolder,
        backbone.model(),
        splits);
  }

  private static String splitKey(String task, String variant, String split) {
    return task + "/" + variant + "/" + split;
  }

  /** Images of a split as a job sees it. */
  public long images(TrainingJob job, String split) {
    return parts(job, split).mapToLong(SplitInfo::getImages).sum();
  }

  private Stream<SplitInfo> parts(TrainingJob job, String split) {
    JobKey key = job.getKey();
    String variant =
        split.equals(Splits.TEST)
            ? ExampleFolder.NO_VARIANT
            : ExampleFolder.variant(key.getShots(), key.getSeed());
    return Arrays.stream(split.split(Pattern.quote(Splits.UNION), -1))
        .map(
            part ->
                splits.getOrDefault(
                    splitKey(key.getTask(), variant, part), SplitInfo.getDefaultInstance()));
  }

  /** Jobs whose folder is finished already. */
  public Set<TrainingJob> finished() throws IOException {
    Set<String> folders = new HashSet<>();
    for (var marker : Storage.list(runFolder, "*/*/" + ArtifactFolder.MARKER)) {
      String path = marker.resourceId().getCurrentDirectory().toString();
      folders.add(lastTwo(path.endsWith("/") ? path.substring(0, path.length() - 1) : path));
    }
    Set<TrainingJob> finished = new LinkedHashSet<>();
    for (TrainingJob job : jobs) {
      if (folders.contains(lastTwo(job.getOutput()))) {
        finished.add(job);
      }
    }
    return finished;
  }

  /** {@code <task>/<jobId>}. */
  static String lastTwo(String path) {
    return path.substring(path.lastIndexOf('/', path.lastIndexOf('/') - 1) + 1);
  }

  /** Whether the jobs are candidates on val200, of which the best go on. */
  boolean tunes() {
    return sweep.isEmpty() && jobs.stream().anyMatch(job -> !job.getTuningGroup().isEmpty());
  }

  /** Whether there are jobs that start from the adapter of another one of the plan. */
  boolean startsFromItsOwn() {
    Set<String> outputs = jobs.stream().map(TrainingJob::getOutput).collect(Collectors.toSet());
    return jobs.stream().anyMatch(job -> outputs.contains(job.getStart()));
  }

  /** Name of the run. */
  public String runId() {
    return runFolder.substring(runFolder.lastIndexOf('/') + 1);
  }

  /** Epochs of all trainings, those of a tuning included; at most, where there is a sweep. */
  public long epochs() {
    Map<String, Integer> afterTuning = new LinkedHashMap<>();
    long epochs = 0;
    for (TrainingJob job : jobs) {
      int of = job.getKey().getRecipe().getEpochs();
      epochs += of;
      if (sweep.isPresent()) {
        epochs += (long) Sweep.TRAININGS_MAX * job.getKey().getRecipe().getSweepEpochs();
      } else if (!job.getTuningGroup().isEmpty()) {
        afterTuning.put(job.getTuningGroup(), of);
      }
    }
    return epochs + afterTuning.values().stream().mapToLong(Integer::longValue).sum();
  }

  /** Training steps of a job. */
  public long steps(TrainingJob job) {
    EpochConfig epochs = JobConfigs.epochs(job.getKey());
    return epochs.steps(images(job, job.getKey().getTrainSplit())) * epochs.epochs();
  }

  /** Number of floats that a job trains. */
  public long trainableParameters(TrainingJob job) {
    return Trainer.trainableParameters(JobConfigs.trainer(job.getKey(), model));
  }

  /**
   * Memory of the largest job outside the Java heap, roughly.
   *
   * @param stack jobs that are trained in one graph, at most
   */
  public TrainingMemory memory(int stack) {
    return jobs.stream()
        .map(
            job ->
                TrainingMemory.of(
                    model,
                    tokens(job),
                    job.getKey().getMethod(),
                    job.getKey().getRecipe().getBatch(),
                    job.getKey().getPrecision(),
                    stack))
        .reduce(TrainingMemory.NONE, TrainingMemory::max);
  }

  /** Tokens of a job's longest sequences. */
  public int tokens(TrainingJob job) {
    if (model instanceof VitConfig vit) {
      return vit.tokens();
    }
    int longest =
        parts(job, job.getKey().getTrainSplit())
            .mapToInt(split -> TextLengths.of(split).longest())
            .max()
            .orElse(0);
    int context = ((RobertaConfig) model).context();
    return longest < 1 ? context : TokenBuckets.length(longest, context);
  }

  /** Tokens of the jobs' training texts on average, padding included; 0 where none is known. */
  public double meanTokens() {
    double tokens = 0;
    long texts = 0;
    for (TrainingJob job : jobs) {
      for (SplitInfo split : parts(job, job.getKey().getTrainSplit()).toList()) {
        TextLengths lengths = TextLengths.of(split);
        tokens += lengths.inBuckets();
        texts += lengths.texts();
      }
    }
    return texts == 0 ? 0 : tokens / texts;
  }

  /** Backbone, adapters and head. */
  public long totalParameters(TrainingJob job) {
    long head =
        VitParameters.count(BackboneParameters.headShapes(model, job.getKey().getClasses()));
    long backbone = VitParameters.count(BackboneParameters.shapes(model));
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
    return new PlanLines(this).all();
  }

  private static Optional<TextConfig> textTower(TrainOptions options) {
    return options.getRandomBackbone() != null
        ? Optional.empty()
        : Backbones.load(options.getBackbone()).text();
  }

  private static BackboneSource backbone(TrainOptions options) {
    String random = options.getRandomBackbone();
    if (random != null) {
      return randomBackbone(random);
    }
    Backbone backbone = Backbones.load(options.getBackbone());
    return new BackboneSource(
        options.getBackbone(),
        backbone.hash(),
        backbone.config(),
        normalization(backbone.config(), backbone.normalization()));
  }

  /**
   * Sizes of the backbone that the options name.
   *
   * @throws HydraException if its file cannot be read
   */
  public static BackboneConfig model(TrainOptions options) {
    return backbone(options).model();
  }

  /** Texts have no pixels. */
  private static Optional<Normalization> normalization(
      BackboneConfig model, Optional<Normalization> own) {
    return model instanceof RobertaConfig ? Optional.of(Normalization.NONE) : own;
  }

  private static BackboneSource randomBackbone(String text) {
    return switch (text) {
      case Backbones.SAMPLE ->
          BackboneSource.random(BackboneSource.SAMPLE_SIZES, Optional.of(Normalization.HALF));
      default -> {
        BackboneConfig model = BackboneSource.parseSizes(text);
        yield BackboneSource.random(model, normalization(model, Optional.empty()));
      }
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
