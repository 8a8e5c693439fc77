package io.hydrabeam.runners;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.RobertaConfig;
import io.hydrabeam.model.Samples;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.export.SavedModelWriter;
import io.hydrabeam.model.export.ServedModel;
import io.hydrabeam.model.export.Serving;
import io.hydrabeam.model.graph.RobertaTransformer;
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
  private record Comparison(double answers, double features, double largestFeature) {}

  @Override
  public int run(PipelineOptions given, Terminal terminal) throws IOException {
    ExportOptions options = given.as(ExportOptions.class);
    AdaptedModel model = AdaptedModel.load(options.getBackbone(), options.getAdapter());
    List<String> names = ClassNames.read(options, model.config());
    TensorFlowRuntime runtime = new TensorFlowRuntime(options.getDevice(), options.getThreads());
    long bytes =
        model.merged().values().stream()
            .mapToLong(each -> (long) Float.BYTES * each.values().length)
            .sum();
    Comparison comparison;
    try (NewFolder folder =
        NewFolder.begin("output", options.getOutput(), SavedModelWriter.GRAPH, bytes)) {
      SavedModelWriter.write(folder.path(), serving(model), model.merged(), runtime);
      describe(model, names, folder.path().resolve(DESCRIPTION));
      comparison = compare(model, folder.path(), runtime);
      folder.commit();
    }
    ObjectNode line = new ObjectMapper().createObjectNode();
    line.put("output", options.getOutput());
    line.put("classes", model.config().classes());
    takes(model, line);
    line.put("weightBytes", bytes);
    line.put(
        model.config().regression() ? "largestDifference" : "largestProbabilityDifference",
        comparison.answers());
    line.put("largestFeatureDifference", comparison.features());
    line.put("largestFeature", comparison.largestFeature());
    line.put(ProbeSamples.field(model.config().model()), ProbeSamples.COUNT);
    terminal.out().println(line);
    return 0;
  }

  /** Loads what was written, as a server would, and refuses it where it gives other numbers. */
  private static Comparison compare(AdaptedModel model, Path folder, TensorFlowRuntime runtime)
      throws IOException {
    Samples samples = ProbeSamples.of(model.config().model(), serving(model).tokens());
    float[][] answers;
    float[][] features;
    try (Classifier classifier = model.open(ProbeSamples.COUNT, runtime)) {
      answers = new Answers(model.config().regression(), List.of()).of(classifier, samples);
      features = classifier.features(samples);
    }
    Comparison comparison;
    try (ServedModel served = ServedModel.load(folder, runtime)) {
      comparison =
          new Comparison(
              ProbeSamples.largestDifference("answers", served.answers(samples), answers),
              ProbeSamples.largestDifference("features", served.features(samples), features),
              ProbeSamples.largest("features", features));
    }
    double tolerance =
        model.config().regression()
            ? TOLERANCE * Math.max(1, ProbeSamples.largest("answers", answers))
            : TOLERANCE;
    if (comparison.answers() > tolerance) {
      throw HydraException.failed(
          "the exported model's %s differ by %.2g from predict's, more than %.0g; nothing"
                  .formatted(
                      model.config().regression() ? "numbers" : "probabilities",
                      comparison.answers(),
                      tolerance)
              + " is exported");
    }
    return comparison;
  }

  private static Serving serving(AdaptedModel model) {
    return model.config().model() instanceof VitConfig vit
        ? Serving.images(vit, model.config().normalization())
        : new Serving(
            model.config().model(),
            model.tokens(),
            model.config().regression(),
            model.config().normalization());
  }

  /** What the model is to be fed. */
  private static void takes(AdaptedModel model, ObjectNode object) {
    if (model.config().model() instanceof RobertaConfig roberta) {
      object.put("kind", model.config().regression() ? "regression of texts" : "classes of texts");
      object.put("tokens", model.tokens());
      object.put("padding", RobertaTransformer.NO_TOKEN);
      object.put("vocabularySize", roberta.vocabulary());
      model.vocabularyHash().ifPresent(hash -> object.put("vocabularyHash", hash));
    } else {
      object.put("imageSize", model.vit().imageSize());
    }
  }

  /** What a client has to know that the signatures do not tell. */
  private static void describe(AdaptedModel model, List<String> names, Path file)
      throws IOException {
    ObjectNode description = new ObjectMapper().createObjectNode();
    takes(model, description);
    if (model.config().model() instanceof VitConfig) {
      description.put("resize", model.resize().name().toLowerCase(Locale.ROOT));
    }
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
