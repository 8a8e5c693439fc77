package io.hydrabeam.pipelines.train;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.SplitInfo;
import io.hydrabeam.protos.Task;
import io.hydrabeam.protos.TrainingJob;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns tasks, methods, seeds and settings into jobs. Pure: the same arguments give the same jobs
 * with the same ids, in the order task, method, seed, place in the grid.
 */
public final class JobExpansion {
  /** Under protocol PAPER, as in the original. */
  private static final int PAPER_EVAL_EVERY_EPOCHS = 10;

  private final JobSettings settings;
  private final BackboneSource backbone;
  private final String examples;
  private final String runFolder;

  /**
   * @param examples folder of all TFRecords
   * @param runFolder {@code <runs>/<runId>}, which the jobs' folders are below
   */
  public JobExpansion(
      JobSettings settings, BackboneSource backbone, String examples, String runFolder) {
    this.settings = settings;
    this.backbone = backbone;
    this.examples = examples;
    this.runFolder = runFolder;
  }

  /**
   * A task with its prepared data.
   *
   * @param task as the catalog has it
   * @param info of the TFRecords
   */
  public record PreparedTask(Task task, DatasetInfo info) {}

  /**
   * The jobs to start with: with tuning the candidates of the grid, without it the jobs themselves.
   *
   * @throws HydraException usage, if data and catalog or backbone disagree or a split is missing
   */
  public List<TrainingJob> expand(List<PreparedTask> tasks) {
    List<TrainingJob> jobs = new ArrayList<>();
    for (PreparedTask task : tasks) {
      check(task);
      for (Method method : settings.methods()) {
        Recipe recipe =
            Recipes.resolve(method, settings.overrides(), Catalogs.recipe(task.task(), method));
        for (long seed : settings.seeds()) {
          if (settings.tuning() == Tuning.NONE) {
            jobs.add(finalJob(task, key(task, method, recipe, seed)));
          } else {
            jobs.addAll(candidates(task, method, recipe, seed));
          }
        }
      }
    }
    return List.copyOf(jobs);
  }

  /** Number of trainings in all, the one after each tuning group included. */
  public long trainings(List<TrainingJob> expanded) {
    return expanded.size()
        + expanded.stream()
            .map(TrainingJob::getTuningGroup)
            .filter(group -> !group.isEmpty())
            .distinct()
            .count();
  }

  /**
   * The training on all images that follows a tuning.
   *
   * @param winner of its group
   * @param candidates that were compared
   * @param protocol of the training that follows
   * @param winnerScore on the validation images, for the reader
   */
  public static TrainingJob afterTuning(
      TrainingJob winner, int candidates, Protocol protocol, String winnerScore) {
    JobKey.Builder key =
        winner.getKey().toBuilder()
            .setTrainSplit(Splits.TRAIN_VALIDATION)
            .setTune(Tuning.VAL200.keyText())
            .setProtocol(protocol);
    key.getRecipeBuilder()
        .setOrigin(
            "learning rate and scale: best of %d on val200 (%s); others: %s"
                .formatted(candidates, winnerScore, winner.getKey().getRecipe().getOrigin()));
    setFinalEvaluation(key);
    String output = winner.getOutput();
    return withId(
        winner.toBuilder().clearTuningGroup().clearTuningOrder(),
        key.build(),
        output.substring(0, output.lastIndexOf('/')));
  }

  private List<TrainingJob> candidates(PreparedTask task, Method method, Recipe base, long seed) {
    TuningGrid grid = settings.grids().get(method);
    if (grid == null) {
      throw new IllegalStateException("no grid for " + method);
    }
    List<TrainingJob> jobs = new ArrayList<>();
    for (Recipe recipe : grid.recipes(base, settings.overrides())) {
      JobKey key =
          key(task, method, recipe, seed)
              .setTrainSplit(Splits.TRAIN)
              .setEvalSplit(Splits.VALIDATION)
              // Only the last epoch is scored: the epoch is no hyper-parameter here.
              .setEvalEveryEpochs(recipe.getEpochs())
              .setTune(Tuning.NONE.keyText())
              // A candidate's result does not depend on the protocol of the training after it.
              .setProtocol(Protocol.HOLDOUT)
              .build();
      TrainingJob.Builder job =
          base()
              .setTuningGroup("%s %s seed %d".formatted(key.getTask(), method, seed))
              .setTuningOrder(jobs.size());
      jobs.add(withId(job, key, taskFolder(task)));
    }
    return jobs;
  }

  private TrainingJob finalJob(PreparedTask task, JobKey.Builder key) {
    key.setTrainSplit(Splits.TRAIN_VALIDATION).setTune(Tuning.NONE.keyText());
    setFinalEvaluation(key);
    return withId(base(), key.build(), taskFolder(task));
  }

  private static void setFinalEvaluation(JobKey.Builder key) {
    key.clearEvalSplit().clearEvalEveryEpochs();
    if (key.getProtocol() == Protocol.PAPER) {
      key.setEvalSplit(Splits.TEST).setEvalEveryEpochs(PAPER_EVAL_EVERY_EPOCHS);
    }
  }

  private JobKey.Builder key(PreparedTask task, Method method, Recipe recipe, long seed) {
    JobKey.Builder key =
        JobKey.newBuilder()
            .setBenchmark(task.info().getBenchmark())
            .setTask(task.task().getName())
            .setTaskVersion(task.task().getVersion())
            .setClasses(task.task().getClasses())
            .setDataHash(task.info().getDataHash())
            .setBackboneHash(backbone.hash())
            .setMethod(method)
            .setRecipe(recipe)
            .setNormalization(settings.normalization())
            .setProtocol(settings.protocol())
            .setPrecision(settings.precision())
            .setSeed(seed)
            .setRecipeVersion(settings.recipeVersion());
    if (method == Method.HYDRA) {
      key.setRank(settings.rank()).setBranches(settings.branches()).addAllSite(settings.sites());
    }
    return key;
  }

  private TrainingJob.Builder base() {
    return TrainingJob.newBuilder().setExamples(examples).setBackbone(backbone.file());
  }

  private String taskFolder(PreparedTask task) {
    return runFolder + "/" + task.task().getName();
  }

  private static TrainingJob withId(TrainingJob.Builder job, JobKey key, String taskFolder) {
    String id = JobId.of(key);
    return job.setJobId(id).setKey(key).setOutput(taskFolder + "/" + id).build();
  }

  private void check(PreparedTask task) {
    String name = task.task().getName();
    int stored = task.info().getTask().getClasses();
    if (stored != task.task().getClasses()) {
      throw HydraException.usage(
          "%s: the examples were made for %d classes, the catalog says %d; run preprocess again"
              .formatted(name, stored, task.task().getClasses()));
    }
    int size = task.info().getImageOptions().getImageSize();
    if (size != backbone.vit().imageSize()) {
      throw HydraException.usage(
          "%s: the examples are %d pixels wide, the backbone takes %d; run preprocess with"
                  .formatted(name, size, backbone.vit().imageSize())
              + " --imageSize=%d".formatted(backbone.vit().imageSize()));
    }
    requireSplit(task, Splits.TRAIN_VALIDATION);
    if (settings.tuning() == Tuning.VAL200) {
      requireSplit(task, Splits.TRAIN);
      requireSplit(task, Splits.VALIDATION);
    }
    if (settings.protocol() == Protocol.PAPER) {
      requireSplit(task, Splits.TEST);
    }
  }

  private static void requireSplit(PreparedTask task, String split) {
    List<String> names = task.info().getSplitList().stream().map(SplitInfo::getName).toList();
    if (!names.contains(split)) {
      throw HydraException.usage(
          "%s: the examples have no split %s, only %s"
              .formatted(task.task().getName(), split, String.join(", ", names)));
    }
  }
}
