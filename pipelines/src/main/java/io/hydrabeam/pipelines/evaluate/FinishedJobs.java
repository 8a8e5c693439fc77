package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.pipelines.storage.StoredFile;
import io.hydrabeam.pipelines.train.RunFiles;
import io.hydrabeam.protos.Catalog;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.io.fs.MatchResult;

/** Finds the jobs below {@code --runs} that an evaluation is to score. */
public final class FinishedJobs {
  private final EvaluateOptions options;
  private final String benchmark;
  private final Splits splits;

  FinishedJobs(EvaluateOptions options, Catalog catalog) {
    this.options = options;
    this.benchmark = catalog.getBenchmark();
    this.splits = Splits.of(catalog.getLayout());
  }

  /** A finished job, with the name of its run. */
  record Entry(String run, JobResult result) {}

  /**
   * The finished jobs of a task, ordered by run, method and seed.
   *
   * @param failures receives the folders whose marker cannot be trusted
   */
  List<Entry> of(Task task, List<Failure> failures) throws IOException {
    String run = options.getRun() == null ? "*" : options.getRun();
    String markers = "%s/%s/*/%s".formatted(run, task.getName(), ArtifactFolder.MARKER);
    List<Entry> jobs = new ArrayList<>();
    for (MatchResult.Metadata marker : Storage.list(options.getRuns(), markers)) {
      String path = marker.resourceId().getCurrentDirectory().toString();
      String folder = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      try {
        Optional<JobResult> job = at(folder);
        if (job.isPresent() && wanted(job.get().getKey())) {
          jobs.add(new Entry(runOf(folder), job.get()));
        }
      } catch (HydraException e) {
        failures.add(
            Failure.newBuilder().setWhat(folder).setReason(e.line()).setRun(runOf(folder)).build());
      }
    }
    jobs.sort(
        Comparator.comparing(Entry::run)
            .thenComparing(job -> order(job.result().getKey().getMethod()))
            .thenComparing(job -> job.result().getKey().getSeed())
            .thenComparing(job -> job.result().getJobId()));
    return jobs;
  }

  /**
   * The finished job of a folder, with its folder and the hashes of its files, which the marker
   * tells beside the result; empty where there is none.
   *
   * @throws HydraException if the marker cannot be trusted
   */
  public static Optional<JobResult> at(String folder) throws IOException {
    Optional<JobResult> result = ArtifactFolder.at(folder).read(JobResult.getDefaultInstance());
    if (result.isEmpty()) {
      return result;
    }
    JobResult.Builder job = result.get().toBuilder().setFolder(folder);
    for (StoredFile file : ArtifactFolder.at(folder).files()) {
      job.putFileHash(file.name(), file.sha256());
    }
    return Optional.of(job.build());
  }

  /** Place of a method's rows: baselines first. */
  static int order(Method method) {
    return switch (method) {
      case LINEAR -> 0;
      case FULL -> 1;
      default -> 2;
    };
  }

  /** Of this benchmark and method, and no candidate of a tuning. */
  private boolean wanted(JobKey key) {
    List<Method> methods = options.getMethod();
    return key.getBenchmark().equals(benchmark)
        && key.getTrainSplit().equals(splits.finalTraining(key.getShots()))
        && (splits.validation().isEmpty() || !key.getEvalSplit().equals(splits.validation()))
        && (methods == null || methods.isEmpty() || methods.contains(key.getMethod()));
  }

  /** Jobs that failed in training and are not finished by now. */
  List<Failure> failedInTraining(List<Task> tasks, List<Entry> jobs) throws IOException {
    Set<String> runs = new LinkedHashSet<>();
    if (options.getRun() != null) {
      runs.add(options.getRun());
    }
    jobs.forEach(job -> runs.add(job.run()));
    Set<String> names = new LinkedHashSet<>();
    tasks.forEach(task -> names.add(task.getName()));
    List<Failure> failures = new ArrayList<>();
    for (String run : runs) {
      for (Failure failure : RunFiles.at(Storage.resolve(options.getRuns(), run)).failures()) {
        JobKey key = failure.getKey();
        boolean finished =
            jobs.stream()
                .anyMatch(job -> job.run().equals(run) && job.result().getKey().equals(key));
        if (names.contains(key.getTask()) && wanted(key) && !finished) {
          failures.add(failure);
        }
      }
    }
    return failures;
  }

  /** {@code <runs>/<run>/<task>/<jobId>} to the run's name. */
  private static String runOf(String jobFolder) {
    String[] parts = jobFolder.split("/", -1);
    return parts[parts.length - 3];
  }
}
