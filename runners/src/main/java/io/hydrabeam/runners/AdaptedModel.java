package io.hydrabeam.runners;

import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.adapters.BatchNormFolding;
import io.hydrabeam.model.checkpoint.AdapterCheckpoint;
import io.hydrabeam.model.checkpoint.AdapterConfig;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.model.weights.HostTensor;
import io.hydrabeam.pipelines.backbones.Backbones;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.evaluate.MergedModel;
import io.hydrabeam.pipelines.train.JobFiles;
import io.hydrabeam.pipelines.train.LocalAdapter;
import io.hydrabeam.protos.Method;
import io.hydrabeam.protos.Precision;
import io.hydrabeam.protos.Resize;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A backbone and an adapter that was trained on it.
 *
 * @param backbone canonical name to tensor, without head; empty where all weights were trained
 * @param adapter what was trained
 * @param merged canonical name to tensor of the plain model that both make, head included
 */
record AdaptedModel(
    Map<String, HostTensor> backbone, AdapterCheckpoint adapter, Map<String, HostTensor> merged) {

  /**
   * Loads both and merges them.
   *
   * @param backboneName as in {@code --backbone}; not read where all weights were trained
   * @throws IOException if a file is broken, or the adapter is for another backbone
   */
  static AdaptedModel load(String backboneName, String adapter) throws IOException {
    // As a shell completes it; Beam takes a path with a slash at its end for no file's.
    return ofFolder(backboneName, adapter.replaceFirst("(?<=.)/+$", ""));
  }

  private static AdaptedModel ofFolder(String backboneName, String adapterFolder)
      throws IOException {
    AdapterCheckpoint adapter;
    try (LocalAdapter local = LocalAdapter.of(adapterFolder)) {
      adapter = AdapterCheckpoint.load(local.folder());
    } catch (FileNotFoundException e) {
      throw HydraException.usage("--adapter=%s: is no adapter".formatted(adapterFolder));
    }
    if (adapter.config().method() == Method.FULL) {
      // Every weight is in the checkpoint; what it was trained from may have been drawn.
      return new AdaptedModel(Map.of(), adapter, BatchNormFolding.fold(adapter.trained()));
    }
    Backbone backbone = Backbones.load(backboneName);
    adapter.requireTrainedOn(backbone, Path.of(adapterFolder));
    return new AdaptedModel(
        backbone.parameters(), adapter, MergedModel.of(adapter, backbone).parameters());
  }

  AdapterConfig config() {
    return adapter.config();
  }

  VitConfig vit() {
    return config().vit();
  }

  /** How the images were resized that the adapter was trained on. */
  Resize resize() {
    String noted = config().provenance().get(JobFiles.RESIZE);
    return noted == null ? Resize.SQUASH : Resize.valueOf(noted.toUpperCase(Locale.ROOT));
  }

  /**
   * Longest text that the model takes as it was trained, start and end tokens included.
   *
   * @throws IllegalArgumentException if it is one of images
   */
  int tokens() {
    if (!(config().model() instanceof RobertaConfig roberta)) {
      throw new IllegalArgumentException("the model reads images; needed is one of texts");
    }
    String noted = config().provenance().get(JobFiles.TOKENS);
    return noted == null ? roberta.context() : Math.min(roberta.context(), Integer.parseInt(noted));
  }

  /** Of the vocabulary that its texts were tokenized with, where that was noted. */
  Optional<String> vocabularyHash() {
    return Optional.ofNullable(config().provenance().get(JobFiles.VOCABULARY));
  }

  /** Sentences of a record that it was trained on, where that was noted. */
  Optional<Integer> sentences() {
    return Optional.ofNullable(config().provenance().get(JobFiles.SENTENCES)).map(Integer::valueOf);
  }

  /** The merged model, ready to classify. */
  Classifier open(int batch, TensorFlowRuntime runtime) {
    return Classifier.open(
        config().model(), merged, config().normalization(), Precision.FP32, batch, runtime);
  }

  /** The model as it was trained, adapters beside the weights. */
  Classifier openUnmerged(int batch, TensorFlowRuntime runtime) {
    if (config().hydra() == null) {
      return open(batch, runtime);
    }
    return Classifier.openAdapted(
        config().model(),
        config().hydra(),
        union(backbone, BatchNormFolding.fold(adapter.trained())),
        config().normalization(),
        Precision.FP32,
        batch,
        runtime);
  }

  private static Map<String, HostTensor> union(
      Map<String, HostTensor> first, Map<String, HostTensor> second) {
    Map<String, HostTensor> union = new LinkedHashMap<>(first);
    union.putAll(second);
    return union;
  }
}
