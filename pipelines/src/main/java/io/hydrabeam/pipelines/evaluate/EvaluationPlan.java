package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.catalog.Catalogs;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Metric;
import io.hydrabeam.protos.Precision;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What an {@code evaluate} command would score: the finished jobs of the runs, and the test splits.
 *
 * @param header id, benchmark and tasks of the evaluation, and the jobs that cannot be scored:
 *     first those that failed in training
 * @param failedInTraining how many those are
 * @param folder of the evaluation
 * @param infos of the tasks' test data, by name
 * @param shards what workers take
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
    List<FinishedJobs.Entry> scored = new ArrayList<>();
    for (FinishedJobs.Entry job : jobs) {
      DatasetInfo info = data.of(job.result().getKey().getTask());
      infos.put(job.result().getKey().getTask(), info);
      String mismatch = data.mismatch(job.result().getKey());
      if (mismatch.isEmpty()) {
        scored.add(job);
        wholes.add(whole(job, info, options));
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
            .setLayout(catalog.getLayout())
            .addAllFailure(inTraining)
            .addAllFailure(failures);
    header.setEvaluationId(id(header.build(), options.getPrecision(), scored, infos));
    return new EvaluationPlan(
        header.build(),
        inTraining.size(),
        Storage.resolve(options.getScores(), header.getEvaluationId()),
        infos,
        EvaluationShards.of(wholes));
  }

  /** Images that will be classified. */
  public long images() {
    return shards.stream().mapToLong(EvaluationShards::images).sum();
  }

  /** A part of each job that has adapters, by which the job can be loaded. */
  List<EvaluationShard> adapted() {
    Set<String> jobs = new HashSet<>();
    return shards.stream()
        .filter(part -> part.getJob().getKey().getMethod() == Method.HYDRA)
        .filter(part -> jobs.add(part.getRun() + "/" + part.getJob().getJobId()))
        .toList();
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

  /** All of a job's test split. */
  private static EvaluationShard whole(
      FinishedJobs.Entry job, DatasetInfo info, EvaluateOptions options) {
    int shards = ExampleFolder.split(info, Splits.TEST).getShardLengthCount();
    return EvaluationShard.newBuilder()
        .setJob(job.result())
        .setRun(job.run())
        .setExamples(options.getExamples())
        .setInfo(info)
        .setBackbone(options.getBackbone())
        .addAllShard(() -> IntStream.range(0, shards).iterator())
        .build();
  }

  /** Made from what determines the scores and their table, never from the time. */
  private static String id(
      EvaluationResult header,
      Precision precision,
      List<FinishedJobs.Entry> scored,
      Map<String, DatasetInfo> infos) {
    List<String> parts = new ArrayList<>();
    parts.add("version " + EVALUATION_VERSION);
    if (precision != Precision.FP32) {
      parts.add("precision " + precision);
    }
    header
        .getTaskList()
        .forEach(
            task -> {
              parts.add("%s %s".formatted(task.getName(), task.getGroup()));
              if (task.getMetric() != Metric.ACCURACY) {
                parts.add(task.getMetric().name());
              }
            });
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
