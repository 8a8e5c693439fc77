package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.model.checkpoint.AdapterConfig;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.train.TrainingResult;
import io.hydrabeam.pipelines.common.ArtifactCommit;
import io.hydrabeam.pipelines.common.ArtifactFolder;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.TrainingJob;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes a finished training to its job's folder, as a whole. */
final class JobFiles {
  private static final List<String> ADAPTER_FILES =
      List.of(AdapterCheckpoint.TENSORS, AdapterCheckpoint.CONFIG);

  private JobFiles() {}

  /**
   * Commits the job's files.
   *
   * @param seconds that the job took, wall time
   * @return what the folder's marker says; if another attempt was first, what that one wrote
   */
  static JobResult commit(TrainingJob job, Backbone backbone, TrainingResult result, double seconds)
      throws IOException {
    JobResult.Builder content =
        JobResult.newBuilder()
            .setJobId(job.getJobId())
            .setKey(job.getKey())
            .setTrainableParameters(result.trainableParameters())
            .setTotalParameters(result.totalParameters())
            .setFrozenHash(result.frozenHash())
            .setEpoch(result.epoch())
            .setTrainLoss(result.lastLoss())
            .setTrainSeconds(seconds);
    result.evalScore().ifPresent(content::setEvalScore);
    ArtifactFolder folder = ArtifactFolder.at(job.getOutput());
    try (ArtifactCommit commit = folder.begin()) {
      addAdapter(commit, config(job.getKey(), backbone), result);
      addLogs(commit, job.getKey().getEvalSplit(), result);
      if (commit.commit(content.build())) {
        return content.build();
      }
    }
    return folder
        .read(JobResult.getDefaultInstance())
        .orElseThrow(() -> new IOException("another attempt at the job was withdrawn"));
  }

  private static AdapterConfig config(JobKey key, Backbone backbone) {
    @Nullable HydraConfig hydra = key.getMethod() == Method.HYDRA ? JobConfigs.hydra(key) : null;
    Map<String, String> provenance = new TreeMap<>();
    provenance.put("benchmark", key.getBenchmark());
    provenance.put("task", key.getTask());
    provenance.put("jobId", JobId.of(key));
    provenance.put("seed", String.valueOf(key.getSeed()));
    provenance.put("protocol", key.getProtocol().name().toLowerCase(Locale.ROOT));
    provenance.put("tunedOn", key.getTune());
    provenance.put("dataHash", key.getDataHash());
    provenance.put("trainSplit", key.getTrainSplit());
    provenance.put("hyperParameters", Recipes.describe(key.getRecipe()));
    provenance.put("hyperParametersFrom", key.getRecipe().getOrigin());
    provenance.put("recipeVersion", String.valueOf(key.getRecipeVersion()));
    return new AdapterConfig(
        key.getMethod(),
        hydra,
        backbone.config(),
        key.getClasses(),
        key.getRecipe().getBatchNorm(),
        key.getNormalization(),
        backbone.hash(),
        provenance);
  }

  private static void addAdapter(ArtifactCommit commit, AdapterConfig config, TrainingResult result)
      throws IOException {
    Path local = Files.createTempDirectory("hydra-adapter");
    try {
      AdapterCheckpoint.save(local, config, result.trained());
      for (String name : ADAPTER_FILES) {
        commit.copy(local.resolve(name), name);
      }
    } finally {
      for (String name : ADAPTER_FILES) {
        Files.deleteIfExists(local.resolve(name));
      }
      Files.deleteIfExists(local);
    }
  }

  private static void addLogs(ArtifactCommit commit, String evalSplit, TrainingResult result)
      throws IOException {
    try (OutputStream out = new BufferedOutputStream(commit.create(TrainingLog.HISTORY))) {
      TrainingLog.writeHistory(out, result.history(), evalSplit);
    }
    double now = System.currentTimeMillis() / 1e3;
    try (OutputStream out = new BufferedOutputStream(commit.create(TrainingLog.EVENTS))) {
      TrainingLog.writeEvents(out, result.history(), evalSplit, now);
    }
  }
}
