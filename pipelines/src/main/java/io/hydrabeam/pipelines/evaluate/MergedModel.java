package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.HydraConfig;
import io.hydrabeam.model.adapters.BatchNormFolding;
import io.hydrabeam.model.adapters.HydraMerge;
import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.model.checkpoint.AdapterConfig;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.ArtifactFolder;
import io.hydrabeam.pipelines.storage.LocalFile;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.pipelines.storage.Storage;
import io.hydrabeam.pipelines.train.JobBackbone;
import io.hydrabeam.pipelines.train.LocalAdapter;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.JobResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A finished job as the plain vision transformer that it amounts to.
 *
 * @param checkpoint what the job stored
 * @param parameters canonical name to value, head included
 */
public record MergedModel(AdapterCheckpoint checkpoint, Map<String, HostTensor> parameters) {

  /** What a job stored, and the weights that it was trained on. */
  record Parts(AdapterCheckpoint checkpoint, Backbone backbone) {
    MergedModel merged() {
      return of(checkpoint, backbone);
    }
  }

  /**
   * Loads a job's checkpoint and its backbone.
   *
   * @param job with its folder
   * @param backbone as in {@code --backbone}
   * @throws HydraException if the files are not as the job's marker says, or the checkpoint is not
   *     the job's
   */
  static Parts load(JobResult job, String backbone) throws IOException {
    ArtifactFolder folder = ArtifactFolder.at(job.getFolder());
    folder.verify();
    AdapterCheckpoint checkpoint;
    try (LocalAdapter local = LocalAdapter.of(job.getFolder())) {
      checkpoint = AdapterCheckpoint.load(local.folder());
    }
    JobKey key = job.getKey();
    if (checkpoint.config().classes() != key.getClasses()
        || checkpoint.config().method() != key.getMethod()
        || checkpoint.config().normalization() != key.getNormalization()) {
      throw HydraException.failed(
          "%s: adapter_config.json is not that of the job in DONE.json".formatted(job.getFolder()));
    }
    Backbone weights = JobBackbone.load(backbone, key);
    checkpoint.requireTrainedOn(weights, Path.of(job.getFolder()));
    return new Parts(checkpoint, weights);
  }

  /** Merges what was trained into the weights that it was trained on. */
  public static MergedModel of(AdapterCheckpoint checkpoint, Backbone backbone) {
    HydraConfig hydra = checkpoint.config().hydra();
    if (hydra != null) {
      return new MergedModel(
          checkpoint, HydraMerge.merge(backbone.parameters(), checkpoint.trained(), hydra));
    }
    Map<String, HostTensor> parameters = new LinkedHashMap<>(backbone.parameters());
    parameters.putAll(BatchNormFolding.fold(checkpoint.trained()));
    return new MergedModel(checkpoint, parameters);
  }

  /** The model, ready to classify. */
  Classifier open(ModelSetup setup) {
    return Classifier.open(
        checkpoint.config().model(),
        parameters,
        checkpoint.config().normalization(),
        setup.precision(),
        setup.batch(),
        setup.runtime());
  }

  /** What its weights take, in single precision. */
  long bytes() {
    return parameters.values().stream()
        .mapToLong(tensor -> (long) Float.BYTES * tensor.values().length)
        .sum();
  }

  /** Sizes and settings of a job's model, without its weights. */
  static AdapterConfig config(JobResult job) throws IOException {
    String file = Storage.resolve(job.getFolder(), AdapterCheckpoint.CONFIG);
    try (LocalFile config = LocalFiles.open(file)) {
      return AdapterCheckpoint.loadConfig(config.path().resolveSibling(""));
    }
  }
}
