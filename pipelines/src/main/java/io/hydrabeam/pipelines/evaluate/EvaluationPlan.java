package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.catalog.RecordKind;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluations.EvaluationId;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.Branches;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Score;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an {@code evaluate} command would score: the finished jobs of the runs, and the test splits.
 *
 * @param header benchmark, tasks and subject of the evaluation, and the jobs that cannot be scored:
 *     first those that failed in training; from {@link #named} on its id and start
 * @param failedInTraining how many those are
 * @param hash of all that determines the evaluation's scores and their table
 * @param folder of the evaluation; empty before it has a name
 * @param infos of the tasks' test data, by name
 * @param wholes all of each job's test split, some with an earlier evaluation's score
 */
public record EvaluationPlan(
    EvaluationResult header,
    int failedInTraining,
    String hash,
    String folder,
    Map<String, DatasetInfo> infos,
    List<EvaluationShard> wholes) {

  /** Raised whenever the same checkpoints and images would give other scores. */
  private static final int EVALUATION_VERSION = 1;

  public EvaluationPlan {
    infos = Map.copyOf(infos);
    wholes = List.copyOf(wholes);
  }

  /**
   * Works out the plan; it has no name yet, and everything is computed.
   *
   * @throws HydraException usage, if an option or a folder is wrong or there is nothing to score
   */
  public static EvaluationPlan of(EvaluateOptions options) {
    Determinants determinants = Determinants.of(options);
    Catalog catalog = catalog(options);
    List<Task> tasks = Catalogs.select(catalog, options.getTasks());
    Map<String, DatasetInfo> infos = new LinkedHashMap<>();
    List<FinishedJobs.Entry> jobs = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    List<Failure> inTraining;
    FinishedJobs finished = new FinishedJobs(options, catalog);
    try {
      for (Task task : tasks) {
        jobs.addAll(finished.of(task, failures));
      }
      inTraining = finished.failedInTraining(tasks, jobs);
    } catch (IOException e) {
      throw HydraException.io("read", options.getRuns(), e);
    }
    if (jobs.isEmpty()) {
      throw HydraException.usage(
          "no finished job of %s in %s: run train first, or name other --runs, --run, --tasks or"
                  .formatted(catalog.getBenchmark(), options.getRuns())
              + " --method");
    }
    TestData data = new TestData(options.getExamples(), catalog.getBenchmark(), tasks);
    List<EvaluationShard> wholes = new ArrayList<>();
    Set<String> notes = new LinkedHashSet<>();
    for (FinishedJobs.Entry job : jobs) {
      DatasetInfo info = data.of(job.result().getKey().getTask());
      infos.put(job.result().getKey().getTask(), info);
      notes.add(data.hiddenMismatch(job.result().getKey().getTask()));
      String mismatch = data.mismatch(job.result().getKey());
      if (mismatch.isEmpty()) {
        EvaluationShard whole =
            EvaluationShards.whole(
                job.result(), job.run(), options.getExamples(), info, options.getBackbone());
        wholes.add(whole.toBuilder().setDeterminantsHash(determinants.hash(whole)).build());
      } else {
        failures.add(failure(job.run(), job.result(), mismatch));
      }
    }
    if (wholes.isEmpty()) {
      throw HydraException.usage(failures.get(failures.size() - 1).getReason());
    }
    EvaluationResult.Builder header =
        EvaluationResult.newBuilder()
            .setBenchmark(catalog.getBenchmark())
            .addAllTask(tasks)
            .setTasksOfBenchmark(catalog.getTaskCount())
            .setLayout(catalog.getLayout())
            .addAllFailure(inTraining)
            .addAllFailure(failures)
            .addAllNote(notes.stream().filter(note -> !note.isEmpty()).toList());
    header.setSubjectHash(subject(header.build(), wholes, infos));
    return new EvaluationPlan(
        header.build(),
        inTraining.size(),
        hash(header.build(), wholes, options.isForce()),
        "",
        infos,
        wholes);
  }

  /**
   * The plan as an evaluation.
   *
   * @param started when it was begun
   * @param scores folder of the evaluations
   */
  EvaluationPlan named(EvaluationId id, Instant started, String scores) {
    return new EvaluationPlan(
        header.toBuilder()
            .setEvaluationId(id.toString())
            .setStarted(started.truncatedTo(ChronoUnit.SECONDS).toString())
            .build(),
        failedInTraining,
        hash,
        Storage.resolve(scores, id.toString()),
        infos,
        wholes);
  }

  /** The plan with other wholes: some may have an earlier evaluation's score. */
  EvaluationPlan with(List<EvaluationShard> changed) {
    return new EvaluationPlan(header, failedInTraining, hash, folder, infos, changed);
  }

  /** What workers take of the jobs that are computed. */
  public List<EvaluationShard> shards() {
    return EvaluationShards.of(wholes.stream().filter(whole -> !whole.hasStored()).toList());
  }

  /** Jobs that have an earlier evaluation's score, each as a whole. */
  List<EvaluationShard> carried() {
    return wholes.stream().filter(EvaluationShard::hasStored).toList();
  }

  /**
   * Images that will be classified.
   *
   * @param canary images that are recomputed of each job that has an earlier score
   */
  public long images(int canary) {
    return Stream.concat(
            shards().stream().map(EvaluationShards::images),
            carried().stream().map(whole -> Math.min(canary, EvaluationShards.images(whole))))
        .mapToLong(Long::longValue)
        .sum();
  }

  /** The word for what is classified. */
  RecordKind kind() {
    return RecordKind.of(header.getTaskList());
  }

  /**
   * Jobs whose adapters are to be measured, each as a whole: those that are computed, and those of
   * which an earlier evaluation tells something else than is asked for.
   *
   * @param ablationImages on which branches are taken away
   */
  List<EvaluationShard> adapted(int ablationImages) {
    return wholes.stream()
        .filter(EvaluationPlan::hasAdapters)
        .filter(whole -> !whole.hasStored() || !isMeasured(whole, ablationImages))
        .toList();
  }

  static boolean hasAdapters(EvaluationShard whole) {
    return whole.getJob().getKey().getMethod() == Method.HYDRA;
  }

  private static boolean isMeasured(EvaluationShard whole, int ablationImages) {
    Score stored = whole.getStored();
    long images = stored.getAblationCount() == 0 ? 0 : stored.getAblation(0).getImages();
    return stored.getSpectrumCount() > 0
        && (whole.getJob().getKey().getBranches() != Branches.BOTH
            || images == Math.min(ablationImages, EvaluationShards.images(whole)));
  }

  /** A job that could not be scored, as it is listed. */
  static Failure failure(String run, JobResult job, String reason) {
    JobKey key = job.getKey();
    return Failure.newBuilder()
        .setWhat(
            "%s %s seed %d (%s)"
                .formatted(
                    key.getTask(),
                    key.getMethod().name().toLowerCase(Locale.ROOT),
                    key.getSeed(),
                    job.getJobId()))
        .setReason(reason)
        .setKey(key)
        .setRun(run)
        .build();
  }

  private static Catalog catalog(EvaluateOptions options) {
    String file = options.getCatalog();
    return file == null ? Catalogs.load(options.getBenchmark()) : Catalogs.loadFile(file);
  }

  /** Of what is scored, whenever and however it is. */
  private static String subject(
      EvaluationResult header, List<EvaluationShard> wholes, Map<String, DatasetInfo> infos) {
    List<String> parts = new ArrayList<>();
    parts.add("version " + EVALUATION_VERSION);
    parts.add(header.getBenchmark());
    header
        .getTaskList()
        .forEach(
            task ->
                parts.add("%s %s %s".formatted(task.getName(), task.getGroup(), task.getMetric())));
    parts.add(String.valueOf(header.getTasksOfBenchmark()));
    wholes.stream()
        .map(whole -> whole.getRun() + " " + whole.getJob().getJobId())
        .sorted()
        .forEach(parts::add);
    infos.forEach(
        (task, info) ->
            parts.add(task + " " + ExampleFolder.split(info, Splits.TEST).getContentHash()));
    return Hashing.sha256Hex(parts);
  }

  /** Of two evaluations with the same one, the one can go on with what the other has begun. */
  private static String hash(EvaluationResult header, List<EvaluationShard> wholes, boolean force) {
    List<String> parts = new ArrayList<>();
    parts.add(header.getSubjectHash());
    parts.add("force " + force);
    wholes.stream().map(EvaluationShard::getDeterminantsHash).sorted().forEach(parts::add);
    header
        .getFailureList()
        .forEach(failure -> parts.add(failure.getWhat() + " " + failure.getReason()));
    return Hashing.sha256Hex(parts);
  }
}
