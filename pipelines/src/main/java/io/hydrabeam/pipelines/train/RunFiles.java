package io.hydrabeam.pipelines.train;

import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.hydrabeam.pipelines.common.JsonLines;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.protos.Failure;
import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.TrainingJob;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a run's folder says of its launches: {@code jobs.jsonl}, how every job of the last launch
 * ended, and {@code failures.jsonl}, the jobs of this and earlier launches that failed and have not
 * succeeded since.
 */
public final class RunFiles {
  private static final String JOBS = "jobs.jsonl";
  private static final String FAILURES = "failures.jsonl";
  private static final int LIMIT_BYTES = 1 << 28;

  private final String runFolder;

  private RunFiles(String runFolder) {
    this.runFolder = runFolder;
  }

  /** The files of the run in {@code runFolder}, which is {@code <runs>/<runId>}. */
  public static RunFiles at(String runFolder) {
    return new RunFiles(runFolder);
  }

  /** Writes both files after a launch; not at all if it found the same jobs finished. */
  void write(List<JobOutcome> outcomes) throws IOException {
    List<JobOutcome> ordered = new ArrayList<>(outcomes);
    ordered.sort(Comparator.comparing(outcome -> JobNames.of(outcome.getJob())));
    if (foundFinished(ordered)) {
      return;
    }
    Set<String> tried = new HashSet<>();
    List<Failure> failures = new ArrayList<>();
    for (JobOutcome outcome : ordered) {
      tried.add(JobId.of(outcome.getJob().getKey()));
      if (outcome.hasFailure()) {
        failures.add(failure(outcome.getJob(), outcome.getFailure()));
      }
    }
    for (Failure earlier : failures()) {
      if (!tried.contains(JobId.of(earlier.getKey()))) {
        failures.add(earlier);
      }
    }
    write(FAILURES, failures);
    write(JOBS, ordered);
    Storage.sweepStale(runFolder);
  }

  private boolean foundFinished(List<JobOutcome> outcomes) throws IOException {
    List<JobOutcome> before = outcomes();
    return outcomes.stream().allMatch(JobOutcome::getSkipped)
        && before.stream().noneMatch(JobOutcome::hasFailure)
        && failures().isEmpty()
        && ids(before).equals(ids(outcomes));
  }

  private static List<String> ids(List<JobOutcome> outcomes) {
    return outcomes.stream().map(outcome -> JobId.of(outcome.getJob().getKey())).toList();
  }

  /** How the jobs of the last launch ended; empty before the first. */
  public List<JobOutcome> outcomes() throws IOException {
    List<JobOutcome> outcomes = new ArrayList<>();
    for (String line : lines(JOBS)) {
      JobOutcome.Builder outcome = JobOutcome.newBuilder();
      JsonFormat.parser().merge(line, outcome);
      outcomes.add(outcome.build());
    }
    return outcomes;
  }

  /** Jobs of this run that failed and have not succeeded since. */
  public List<Failure> failures() throws IOException {
    List<Failure> failures = new ArrayList<>();
    for (String line : lines(FAILURES)) {
      Failure.Builder failure = Failure.newBuilder();
      JsonFormat.parser().merge(line, failure);
      failures.add(failure.build());
    }
    return failures;
  }

  /** A job's failure as it is listed. */
  Failure failure(TrainingJob job, String reason) {
    return Failure.newBuilder()
        .setWhat(JobNames.of(job))
        .setReason(reason)
        .setKey(job.getKey())
        .setRun(name())
        .build();
  }

  private String name() {
    return runFolder.substring(runFolder.lastIndexOf('/') + 1);
  }

  private List<String> lines(String file) throws IOException {
    try {
      byte[] bytes = Storage.read(Storage.resolve(runFolder, file), LIMIT_BYTES);
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private void write(String file, List<? extends Message> messages) throws IOException {
    Storage.replace(Storage.resolve(runFolder, file), out -> JsonLines.write(out, messages));
  }
}
