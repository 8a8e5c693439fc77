package io.hydrabeam.runners;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.export.SavedModelWriter;
import io.hydrabeam.model.export.ServedModel;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.storage.NewFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.beam.sdk.options.PipelineOptions;

/** A backbone and an adapter to a SavedModel that other programs serve. */
final class ExportCommand implements Command {

  private static final double TOLERANCE = 1e-5;

  /** TensorFlow leaves what stands there to others. */
  private static final String DESCRIPTION = "assets.extra/hydra.json";

  @Override
  public String name() {
    return "export";
  }

  @Override
  public String summary() {
    return "backbone and adapter -> SavedModel for TensorFlow Serving and others, compared after"
        + " loading";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return ExportOptions.class;
  }

  /** What the model was found to give, largest differences from {@code predict}'s on noise. */
  private record Comparison(double probabilities, double features, double largestFeature) {}

  @Override
  public int run(PipelineOptions given, Terminal terminal) throws IOException {
    ExportOptions options = given.as(ExportOptions.class);
    AdaptedModel model = AdaptedModel.load(options.getBackbone(), options.getAdapter());
    List<String> names = ClassNames.read(options, model.config().classes());
    TensorFlowRuntime runtime = new TensorFlowRuntime(options.getDevice(), options.getThreads());
    long bytes =
        model.merged().values().stream()
            .mapToLong(each -> (long) Float.BYTES * each.values().length)
            .sum();
    Comparison comparison;
    try (NewFolder folder =
        NewFolder.begin("output", options.getOutput(), SavedModelWriter.GRAPH, bytes)) {
      SavedModelWriter.write(
          folder.path(), model.vit(), model.merged(), model.config().normalization(), runtime);
      describe(model, names, folder.path().resolve(DESCRIPTION));
      comparison = compare(model, folder.path(), runtime);
      folder.commit();
    }
    ObjectNode line = new ObjectMapper().createObjectNode();
    line.put("output", options.getOutput());
    line.put("classes", model.config().classes());
    line.put("imageSize", model.vit().imageSize());
    line.put("weightBytes", bytes);
    line.put("largestProbabilityDifference", comparison.probabilities());
    line.put("largestFeatureDifference", comparison.features());
    line.put("largestFeature", comparison.largestFeature());
    line.put("probeImages", ProbeImages.COUNT);
    terminal.out().println(line);
    return 0;
  }

  /** Loads what was written, as a server would, and refuses it where it gives other numbers. */
  private static Comparison compare(AdaptedModel model, Path folder, TensorFlowRuntime runtime)
      throws IOException {
    byte[] pixels = ProbeImages.pixels(model.vit().imageSize());
    float[][] probabilities;
    float[][] features;
    try (Classifier classifier = model.open(ProbeImages.COUNT, runtime)) {
      probabilities = classifier.probabilities(ProbeImages.samples(pixels));
      features = classifier.features(ProbeImages.samples(pixels));
    }
    Comparison comparison;
    try (ServedModel served = ServedModel.load(folder, runtime)) {
      comparison =
          new Comparison(
              ProbeImages.largestDifference(
                  "probabilities", served.probabilities(pixels, ProbeImages.COUNT), probabilities),
              ProbeImages.largestDifference(
                  "features", served.features(pixels, ProbeImages.COUNT), features),
              ProbeImages.largest("features", features));
    }
    if (comparison.probabilities() > TOLERANCE) {
      throw HydraException.failed(
          "the exported model's probabilities differ by %.2g from predict's, more than %.0g; nothing"
                  .formatted(comparison.probabilities(), TOLERANCE)
              + " is exported");
    }
    return comparison;
  }

  /** What a client has to know that the signatures do not tell. */
  private static void describe(AdaptedModel model, List<String> names, Path file)
      throws IOException {
    ObjectNode description = new ObjectMapper().createObjectNode();
    description.put("imageSize", model.vit().imageSize());
    description.put("resize", model.resize().name().toLowerCase(Locale.ROOT));
    description.put("classes", model.config().classes());
    if (!names.isEmpty()) {
      ArrayNode list = description.putArray("classNames");
      names.forEach(list::add);
    }
    description.put("backboneHash", model.config().backboneHash());
    description.put("program", Version.line());
    Files.createDirectories(file.resolveSibling(""));
    Files.write(file, description.toPrettyString().getBytes(StandardCharsets.UTF_8));
  }
}
