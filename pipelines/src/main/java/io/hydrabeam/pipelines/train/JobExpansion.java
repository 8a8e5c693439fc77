package io.hydrabeam.pipelines.train;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Protocol;
import io.hydrabeam.protos.Recipe;
import io.hydrabeam.protos.Schedule;
import io.hydrabeam.protos.Task;
import io.hydrabeam.protos.TrainingJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Turns tasks, methods, shots, seeds and settings into jobs. Pure: the same arguments give the same
 * jobs with the same ids, in the order task, shots, method, seed, place in the grid.
 */
public final class JobExpansion {
  /** Under protocol PAPER, as in the original's VTAB-1k. */
  private static final int PAPER_EVAL_EVERY_EPOCHS = 10;

  /** Under protocol PAPER, as in the original's ELEVATER. */
  private static final int PAPER_EVAL_EVERY_EPOCHS_SAMPLED = 1;

  private final Catalog catalog;
  private final JobSettings settings;
  private final BackboneSource backbone;
  private final HeadSource heads;
  private final Place place;
  private final Splits splits;

  /** What all jobs come from and go to. */
  JobExpansion(
      Catalog catalog,
      JobSettings settings,
      BackboneSource backbone,
      HeadSource heads,
      Place place) {
    this.catalog = catalog;
    this.settings = settings;
    this.backbone = backbone;
    this.heads = heads;
    this.place = place;
    this.splits = Splits.of(catalog.getLayout());
  }

  /**
   * Where files are.
   *
   * @param examples folder of all TFRecords
   * @param runFolder {@code <runs>/<runId>}, which the jobs' folders are below
   */
  record Place(String examples, String runFolder) {}

  /**
   * A task with its prepared data.
   *
   * @param task as the catalog has it
   * @param variants of the training data, by {@link ExampleFolder#variant}; that of no name holds
   *     the test split, and the others too where splits are fixed
   */
  record PreparedTask(Task task, Map<String, DatasetInfo> variants) {

    PreparedTask {
      variants = Map.copyOf(variants);
    }

    /** One whose splits are fixed. */
    static PreparedTask of(Task task, DatasetInfo info) {
      return new PreparedTask(task, Map.of(ExampleFolder.NO_VARIANT, info));
    }

    DatasetInfo variant(String variant) {
      return Objects.requireNonNull(variants.get(variant), variant);
    }
  }

  /** One training set, method and seed. */
  private record Cell(PreparedTask prepared, Method method, Recipe recipe, int shots, long seed) {
    Task task() {
      return prepared.task();
    }

    DatasetInfo info() {
      return prepared.variant(ExampleFolder.variant(shots, seed));
    }

    /** Names the jobs that compete. */
    String group() {
      String images =
          switch (shots) {
            case 0 -> "";
            case ExampleFolder.ALL_SHOTS -> "full ";
            default -> shots + " shots ";
          };
      return "%s %s %sseed %d".formatted(task().getName(), method, images, seed);
    }
  }

  /**
   * The jobs to start with: under VAL200 the candidates of the grid, under SWEEP the final jobs
   * whose numbers the sweep chooses, else the jobs themselves.
   *
   * @throws HydraException usage, if data and catalog or backbone disagree, a split is missing, or
   *     an adapter to start from
   */
  List<TrainingJob> expand(List<PreparedTask> tasks) {
    List<TrainingJob> jobs = new ArrayList<>();
    ExamplesCheck examples = new ExamplesCheck(catalog, settings, backbone);
    for (PreparedTask task : tasks) {
      for (int shots : settings.shots()) {
        for (Method method : settings.methods()) {
          for (long seed : settings.seeds()) {
            Cell cell = cell(task, method, shots, seed);
            examples.require(task, shots, seed);
            Optional<JobResult> start = start(cell, tasks);
            if (settings.choice().tuning() == Tuning.VAL200) {
              jobs.addAll(candidates(cell, start));
            } else {
              jobs.add(finalJob(cell, start));
            }
          }
        }
      }
    }
    if (settings.adapters().start().given().isPresent()
        && jobs.stream().allMatch(job -> job.getStart().isEmpty())) {
      throw HydraException.usage(
          "--startAdapter is of no use here: no task of --tasks has adapters that start from another task's");
    }
    return List.copyOf(jobs);
  }

  private Cell cell(PreparedTask task, Method method, int shots, long seed) {
    Recipe recipe =
        Recipes.resolve(
            method, settings.overrides(), Catalogs.recipe(catalog, task.task(), method));
    return new Cell(task, method, recipe, shots, seed);
  }

  /**
   * The training whose adapter a cell's starts from: its id, key and folder; empty for none.
   *
   * @param tasks among which its own is to be found
   */
  private Optional<JobResult> start(Cell cell, List<PreparedTask> tasks) {
    AdapterStart start = settings.adapters().start();
    String name = cell.task().getStartTask();
    if (name.isEmpty() || cell.method() != Method.HYDRA || !start.used()) {
      return Optional.empty();
    }
    JobKey key = key(cell, cell.recipe()).build();
    if (start.given().isPresent()) {
      return Optional.of(start.givenFor(cell.task(), key));
    }
    if (settings.choice().tuning() != Tuning.NONE) {
      throw HydraException.usage(
          "%s starts from an adapter of %s, which --tune would have to choose first: give --startAdapter=FOLDER or none"
              .formatted(cell.task().getName(), name));
    }
    PreparedTask first =
        tasks.stream()
            .filter(task -> task.task().getName().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    HydraException.usage(
                        "%s starts from an adapter of %s: add %s to --tasks (a finished training is skipped), or name one with --startAdapter=FOLDER, or start from the backbone alone with --startAdapter=none"
                            .formatted(cell.task().getName(), name, name)));
    TrainingJob job =
        finalJob(cell(first, Method.HYDRA, cell.shots(), cell.seed()), Optional.empty());
    AdapterStart.requireAlike(cell.task(), job.getKey(), key);
    return Optional.of(
        JobResult.newBuilder()
            .setJobId(job.getJobId())
            .setKey(job.getKey())
            .setFolder(job.getOutput())
            .build());
  }

  /** Number of trainings in all: the one after each tuning group included, at most for a sweep. */
  long trainings(List<TrainingJob> expanded) {
    if (settings.choice().tuning() == Tuning.SWEEP) {
      return (long) expanded.size() * (Sweep.TRAININGS_MAX + 1);
    }
    return expanded.size()
        + expanded.stream()
            .map(TrainingJob::getTuningGroup)
            .filter(group -> !group.isEmpty())
            .distinct()
            .count();
  }

  /** The search that the jobs' numbers come from, where it is a sweep. */
  Optional<Sweep> sweep() {
    return settings.choice().tuning() == Tuning.SWEEP
        ? Optional.of(
            new Sweep(
                settings.choice().quirks(),
                splits.train(),
                splits.validation(),
                settings.choice().protocol() == Protocol.PAPER))
        : Optional.empty();
  }

  /**
   * The training on all images that follows a tuning on val200.
   *
   * @param winner of its group
   * @param candidates that were compared
   * @param protocol of the training that follows
   * @param winnerScore on the validation images, for the reader
   */
  static TrainingJob afterTuning(
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

  private List<TrainingJob> candidates(Cell cell, Optional<JobResult> start) {
    TuningGrid grid = settings.choice().grids().get(cell.method());
    if (grid == null) {
      throw new IllegalStateException("no grid for " + cell.method());
    }
    List<TrainingJob> jobs = new ArrayList<>();
    for (Recipe recipe : grid.recipes(cell.recipe(), settings.overrides())) {
      JobKey.Builder key =
          key(cell, recipe)
              .setTrainSplit(splits.train())
              .setEvalSplit(splits.validation())
              // Only the last epoch is scored: the epoch is no hyper-parameter here.
              .setEvalEveryEpochs(recipe.getEpochs())
              .setTune(Tuning.NONE.keyText())
              // A candidate's result does not depend on the protocol of the training after it.
              .setProtocol(Protocol.HOLDOUT);
      TrainingJob.Builder job =
          base(key, start).setTuningGroup(cell.group()).setTuningOrder(jobs.size());
      jobs.add(withId(job, complete(key), taskFolder(cell)));
    }
    return jobs;
  }

  private TrainingJob finalJob(Cell cell, Optional<JobResult> start) {
    JobKey.Builder key =
        key(cell, cell.recipe())
            .setTrainSplit(splits.finalTraining(cell.shots()))
            .setTune(settings.choice().tuning().keyText());
    setFinalEvaluation(key);
    TrainingJob.Builder job = base(key, start);
    if (settings.choice().tuning() == Tuning.SWEEP) {
      key.getRecipeBuilder().setSweepEpochs(cell.recipe().getSweepEpochs());
      job.setTuningGroup(cell.group());
    }
    return withId(job, complete(key), taskFolder(cell));
  }

  private static void setFinalEvaluation(JobKey.Builder key) {
    key.clearEvalSplit().clearEvalEveryEpochs();
    if (key.getProtocol() == Protocol.PAPER) {
      key.setEvalSplit(Splits.TEST)
          .setEvalEveryEpochs(
              key.getShots() == 0 && key.getRecipe().getSchedule() != Schedule.LINEAR_DECAY
                  ? PAPER_EVAL_EVERY_EPOCHS
                  : PAPER_EVAL_EVERY_EPOCHS_SAMPLED);
    }
  }

  private JobKey.Builder key(Cell cell, Recipe recipe) {
    Task task = cell.task();
    JobKey.Builder key =
        JobKey.newBuilder()
            .setBenchmark(cell.info().getBenchmark())
            .setTask(task.getName())
            .setTaskVersion(task.getVersion())
            .setClasses(task.getClasses())
            .setDataHash(cell.info().getDataHash())
            .setBackboneHash(backbone.hash())
            .setMethod(cell.method())
            .setRecipe(adapters(recipe).toBuilder().clearSite().clearSweepEpochs().clearRank())
            .setNormalization(settings.normalization())
            .setProtocol(settings.choice().protocol())
            .setPrecision(settings.precision())
            .setSeed(cell.seed())
            .setRecipeVersion(settings.recipeVersion())
            .setShots(cell.shots())
            .setMetric(task.getMetric())
            .setMultilabel(task.getMultilabel())
            .setRegression(task.getRegression())
            .setHeadHash(heads.keyText(task, cell.info(), recipe));
    return cell.method() == Method.HYDRA ? settings.adapters().addTo(key, recipe) : key;
  }

  /** A rank that the user names holds for both branches. */
  private Recipe adapters(Recipe recipe) {
    return settings.adapters().rank().isPresent()
        ? recipe.toBuilder().clearSequentialRank().build()
        : recipe;
  }

  /** Adds what depends on the rest of the key. */
  private JobKey complete(JobKey.Builder key) {
    return key.addAllQuirk(Quirks.of(key.build(), settings.choice().quirks())).build();
  }

  private TrainingJob.Builder base(JobKey.Builder key, Optional<JobResult> start) {
    start.ifPresent(job -> key.setStartJob(job.getJobId()));
    return TrainingJob.newBuilder()
        .setStart(start.map(JobResult::getFolder).orElse(""))
        .setExamples(place.examples())
        .setBackbone(backbone.file())
        .setHead(heads.folder(place.runFolder(), key.getHeadHash()));
  }

  private String taskFolder(Cell cell) {
    return place.runFolder() + "/" + cell.task().getName();
  }

  /** The job of a key, with its id and its folder below {@code parent}. */
  static TrainingJob withId(TrainingJob.Builder job, JobKey key, String parent) {
    String id = JobId.of(key);
    return job.setJobId(id).setKey(key).setOutput(parent + "/" + id).build();
  }
}
