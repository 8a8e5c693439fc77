package io.hydrabeam.runners;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.BackboneConfig;
import io.hydrabeam.model.Samples;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.checkpoint.Backbone;
import io.hydrabeam.model.checkpoint.BackboneSidecar;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.protos.Normalization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptions;

/** A backbone and an adapter to one plain weight file. */
final class MergeCommand implements Command {

  private static final String SUFFIX = ".safetensors";

  @Override
  public String name() {
    return "merge";
  }

  @Override
  public String summary() {
    return "backbone and adapter -> plain backbone weights, with the measured difference";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return MergeOptions.class;
  }

  @Override
  public int run(PipelineOptions given, Terminal terminal) throws IOException {
    MergeOptions options = given.as(MergeOptions.class);
    String output = options.getOutput();
    if (!output.endsWith(SUFFIX)) {
      throw HydraException.usage("--output=%s must end with .safetensors".formatted(output));
    }
    AdaptedModel model = AdaptedModel.load(options.getBackbone(), options.getAdapter());
    TensorFlowRuntime runtime = new TensorFlowRuntime(options.getDevice(), options.getThreads());
    double[] difference = measure(model, runtime);
    write(model, output);
    ObjectNode line = new ObjectMapper().createObjectNode();
    line.put("output", output);
    line.put("classes", model.config().classes());
    line.put("largestLogitDifference", difference[0]);
    line.put("largestLogit", difference[1]);
    line.put(ProbeSamples.field(model.config().model()), ProbeSamples.COUNT);
    terminal.out().println(line);
    return 0;
  }

  private static void write(AdaptedModel model, String output) throws IOException {
    BackboneConfig sizes = model.config().model();
    Optional<Normalization> normalization =
        Optional.of(model.config().normalization()).filter(of -> sizes instanceof VitConfig);
    if (LocalFiles.isLocal(output)) {
      Backbone.write(LocalFiles.of(output), sizes, model.merged(), normalization);
      return;
    }
    Path folder = Files.createTempDirectory("hydra-merged");
    Path weights = folder.resolve("merged.safetensors");
    Path sidecar = BackboneSidecar.pathFor(weights);
    try {
      Backbone.write(weights, sizes, model.merged(), normalization);
      // The description first: weights without one would be read with guessed settings.
      LocalFiles.upload(sidecar, output.substring(0, output.length() - SUFFIX.length()) + ".json");
      LocalFiles.upload(weights, output);
    } finally {
      Files.deleteIfExists(weights);
      Files.deleteIfExists(sidecar);
      Files.deleteIfExists(folder);
    }
  }

  /** Largest change of a logit by the merge on noise, and the largest logit of all. */
  private static double[] measure(AdaptedModel model, TensorFlowRuntime runtime) {
    Samples samples = ProbeSamples.of(model.config().model());
    float[][] before;
    try (Classifier classifier = model.openUnmerged(ProbeSamples.COUNT, runtime)) {
      before = classifier.logits(samples);
    }
    float[][] after;
    try (Classifier classifier = model.open(ProbeSamples.COUNT, runtime)) {
      after = classifier.logits(samples);
    }
    return new double[] {
      ProbeSamples.largestDifference("logits", after, before),
      ProbeSamples.largest("logits", before)
    };
  }
}
