package io.hydrabeam.pipelines.verify;

import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluate.FinishedJobs;
import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.pipelines.storage.StoredFile;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Score;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What scores were computed from, where it is found now: at the places that the caller names; or
 * else where the evaluation had it, or in the folders {@code examples} and {@code runs} beside that
 * of the evaluations, as stages leave them.
 */
final class Inputs {
  private final List<String> examples;
  private final List<String> runs;
  private final String benchmark;
  private final Map<String, Optional<Data>> found = new HashMap<>();

  /**
   * A task's test data.
   *
   * @param examples the folder that they are below
   * @param damage in what they are not as their own marker says; empty if in nothing
   */
  record Data(String examples, DatasetInfo info, String damage) {}

  private Inputs(List<String> examples, List<String> runs, String benchmark) {
    this.examples = examples;
    this.runs = runs;
    this.benchmark = benchmark;
  }

  /** Of an evaluation. */
  static Inputs of(EvaluationFolder evaluation, Origin origin, Verification.Request request)
      throws IOException {
    return new Inputs(
        places(request.examples(), origin.examples(), evaluation.path(), "examples"),
        places(request.runs(), origin.runs(), evaluation.path(), "runs"),
        evaluation.result().getBenchmark());
  }

  private static List<String> places(
      @Nullable String given, String told, String evaluation, String beside) throws IOException {
    if (given != null) {
      return List.of(given);
    }
    Set<String> places = new LinkedHashSet<>();
    if (!told.isEmpty()) {
      places.add(told);
    }
    if (LocalFiles.isLocal(evaluation)) {
      Path scores = LocalFiles.of(evaluation).toAbsolutePath().normalize().getParent();
      Path output = scores == null ? null : scores.getParent();
      if (output != null) {
        places.add(output.resolve(beside).toString());
      }
    }
    return List.copyOf(places);
  }

  /** The test data of a task, looked at once; empty where they are at none of the places. */
  synchronized Optional<Data> data(String task) throws IOException {
    Optional<Data> known = found.get(task);
    if (known == null) {
      known = findData(task);
      found.put(task, known);
    }
    return known;
  }

  private Optional<Data> findData(String task) throws IOException {
    for (String place : examples) {
      ArtifactFolder folder = ExampleFolder.at(place, benchmark, task);
      Optional<ArtifactFolder.Contents<DatasetInfo>> contents =
          folder.contents(DatasetInfo.getDefaultInstance());
      if (contents.isPresent()) {
        DatasetInfo info = contents.get().message();
        return Optional.of(new Data(place, info, damage(place, info)));
      }
    }
    return Optional.empty();
  }

  /** Every shard is read: that a sample of its images comes out right says nothing of the rest. */
  private static String damage(String place, DatasetInfo info) throws IOException {
    if (info.getSplitList().stream().noneMatch(split -> split.getName().equals(Splits.TEST))) {
      return "there is no split " + Splits.TEST;
    }
    for (StoredShard shard : ExampleFolder.shards(place, info, Splits.TEST)) {
      if (Storage.find(shard.path()).isEmpty()) {
        return shard.path() + " is missing";
      }
      if (!StoredFile.hashed(shard.path(), "").sha256().equals(shard.sha256())) {
        return "%s has another SHA-256 than its folder names".formatted(shard.path());
      }
    }
    return "";
  }

  /**
   * The job that a score is of; empty where its adapter is at none of the places.
   *
   * @throws HydraException if its folder is not as the folder's marker says
   */
  Optional<JobResult> job(Score score) throws IOException {
    String name = "%s/%s/%s".formatted(score.getRun(), score.getJob().getTask(), score.getJobId());
    for (String place : runs) {
      String folder = Storage.resolve(place, name);
      if (Storage.find(Storage.resolve(folder, AdapterCheckpoint.TENSORS)).isPresent()) {
        Optional<JobResult> job = FinishedJobs.at(folder);
        if (job.isPresent()) {
          return job;
        }
      }
    }
    return Optional.empty();
  }

  /** Where test data are looked for. */
  String examplesPlaces() {
    return places(examples);
  }

  /** Where adapters are looked for. */
  String runsPlaces() {
    return places(runs);
  }

  private static String places(List<String> places) {
    return places.isEmpty() ? "a place that nobody tells" : String.join(" or ", places);
  }
}
