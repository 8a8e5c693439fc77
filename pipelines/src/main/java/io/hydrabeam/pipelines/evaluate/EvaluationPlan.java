package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.common.Storage;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What an {@code evaluate} command would score: the finished jobs of the runs, and the test splits.
 *
 * @param header id, benchmark and tasks of the evaluation, and the jobs that cannot be scored:
 *     first those that failed in training
 * @param failedInTraining how many those are
 * @param folder of the evaluation
 * @param infos of the tasks' data, by name
 * @param shards to score
 */
public record EvaluationPlan(
    EvaluationResult header,
    int failedInTraining,
    String folder,
    Map<String, DatasetInfo> infos,
    List<EvaluationShard> shards) {

  /** Raised whenever the same checkpoints and images would give other scores. */
  private static final int EVALUATION_VERSION = 1;

  private static final int ID_DIGITS = 12;

  public EvaluationPlan {
    infos = Map.copyOf(infos);
    shards = List.copyOf(shards);
  }

  /**
   * Works out the plan.
   *
   * @throws HydraException usage, if an option or a folder is wrong or there is nothing to score
   */
  public static EvaluationPlan of(EvaluateOptions options) {
    Catalog catalog = catalog(options);
    List<Task> tasks = Catalogs.select(catalog, options.getTasks());
    Map<String, DatasetInfo> infos = new LinkedHashMap<>();
    List<FinishedJobs.Entry> jobs = new ArrayList<>();
    List<Failure> failures = new ArrayList<>();
    List<Failure> inTraining;
    FinishedJobs finished = new FinishedJobs(options, catalog.getBenchmark());
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
    for (FinishedJobs.Entry job : jobs) {
      infos.computeIfAbsent(
          job.result().getKey().getTask(),
          task -> ExampleFolder.open(options.getExamples(), catalog.getBenchmark(), task));
    }
    List<EvaluationShard> shards = new ArrayList<>();
    List<FinishedJobs.Entry> scored = new ArrayList<>();
    for (FinishedJobs.Entry job : jobs) {
      DatasetInfo info = infos.get(job.result().getKey().getTask());
      if (info == null) {
        throw new IllegalStateException("no data for " + job.result().getKey().getTask());
      }
      String mismatch = mismatch(job.result().getKey(), info);
      if (mismatch.isEmpty()) {
        scored.add(job);
        shards.addAll(shards(job, info, options));
      } else {
        failures.add(failure(job.run(), job.result(), mismatch));
      }
    }
    if (scored.isEmpty()) {
      throw HydraException.usage(failures.get(failures.size() - 1).getReason());
    }
    EvaluationResult.Builder header =
        EvaluationResult.newBuilder()
            .setBenchmark(catalog.getBenchmark())
            .addAllTask(tasks)
            .setTasksOfBenchmark(catalog.getTaskCount())
            .addAllFailure(inTraining)
            .addAllFailure(failures);
    header.setEvaluationId(id(header.build(), scored, infos));
    return new EvaluationPlan(
        header.build(),
        inTraining.size(),
        Storage.resolve(options.getScores(), header.getEvaluationId()),
        infos,
        shards);
  }

  /** Images that will be classified. */
  public long images() {
    return shards.stream().mapToLong(EvaluationPlan::images).sum();
  }

  /** Images of a shard. */
  static long images(EvaluationShard shard) {
    return ExampleFolder.split(shard.getInfo(), Splits.TEST).getShardLength(shard.getShard());
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
    return file == null ? Catalogs.load(options.getBenchmark()) : Catalogs.load(Path.of(file));
  }

  /** Why a job does not belong to the data; empty if it does. */
  private static String mismatch(JobKey key, DatasetInfo info) {
    if (!key.getDataHash().equals(info.getDataHash())) {
      return "%s: the job was trained on other examples (hash %.12s) than these (hash %.12s)"
          .formatted(key.getTask(), key.getDataHash(), info.getDataHash());
    }
    if (key.getClasses() != info.getTask().getClasses()) {
      return "%s: the job has %d classes, the examples have %d"
          .formatted(key.getTask(), key.getClasses(), info.getTask().getClasses());
    }
    if (info.getSplitList().stream().noneMatch(split -> split.getName().equals(Splits.TEST))) {
      return "%s: the examples have no split %s".formatted(key.getTask(), Splits.TEST);
    }
    return "";
  }

  private static List<EvaluationShard> shards(
      FinishedJobs.Entry job, DatasetInfo info, EvaluateOptions options) {
    List<EvaluationShard> shards = new ArrayList<>();
    int count = ExampleFolder.split(info, Splits.TEST).getShardLengthCount();
    for (int i = 0; i < count; i++) {
      shards.add(
          EvaluationShard.newBuilder()
              .setJob(job.result())
              .setRun(job.run())
              .setExamples(options.getExamples())
              .setInfo(info)
              .setBackbone(options.getBackbone())
              .setShard(i)
              .build());
    }
    return shards;
  }

  /** Made from what determines the scores and their table, never from the time. */
  private static String id(
      EvaluationResult header, List<FinishedJobs.Entry> scored, Map<String, DatasetInfo> infos) {
    List<String> parts = new ArrayList<>();
    parts.add("version " + EVALUATION_VERSION);
    header
        .getTaskList()
        .forEach(task -> parts.add("%s %s".formatted(task.getName(), task.getGroup())));
    parts.add(String.valueOf(header.getTasksOfBenchmark()));
    scored.stream()
        .map(job -> job.run() + " " + job.result().getJobId())
        .sorted()
        .forEach(parts::add);
    infos.forEach(
        (task, info) ->
            parts.add(task + " " + ExampleFolder.split(info, Splits.TEST).getContentHash()));
    header
        .getFailureList()
        .forEach(failure -> parts.add(failure.getWhat() + " " + failure.getReason()));
    return header.getBenchmark() + "-" + Hashing.sha256Hex(parts).substring(0, ID_DIGITS);
  }
}
