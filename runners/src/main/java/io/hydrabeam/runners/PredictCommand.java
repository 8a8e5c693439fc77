package io.hydrabeam.runners;

import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.VitConfig;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.pipelines.common.HydraException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptions;

/** Image files, or lines of text files, to class probabilities: a JSON line for each, in order. */
final class PredictCommand implements Command {

  @Override
  public String name() {
    return "predict";
  }

  @Override
  public String summary() {
    return "backbone, adapter and image or text files -> class probabilities, JSON lines";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return PredictOptions.class;
  }

  @Override
  public Optional<String> operandOption() {
    return Optional.of(ImagePredictions.FILES.option());
  }

  @Override
  public Optional<String> operandOption(Map<String, String> given) {
    return given.containsKey("vocabulary")
        ? Optional.of(TextPredictions.FILES.option())
        : operandOption();
  }

  @Override
  public int run(PipelineOptions given, Terminal terminal) throws IOException {
    PredictOptions options = given.as(PredictOptions.class);
    if (options.getBatch() <= 0) {
      throw HydraException.usage("--batch=%d must be positive".formatted(options.getBatch()));
    }
    List<String> images = options.getImages();
    List<String> texts = options.getTexts();
    if ((images == null) == (texts == null)) {
      throw HydraException.usage(
          images == null
              ? "no files are named: images, or with --vocabulary=FILE text files"
              : "--images and --texts are both given; an adapter takes one of them");
    }
    List<String> files =
        images == null ? TextPredictions.FILES.find(texts) : ImagePredictions.FILES.find(images);
    AdaptedModel model = AdaptedModel.load(options.getBackbone(), options.getAdapter());
    requireKind(model, images == null);
    Answers answers =
        new Answers(model.config().regression(), ClassNames.read(options, model.config()));
    TensorFlowRuntime runtime = new TensorFlowRuntime(options.getDevice(), options.getThreads());
    PredictedRecords done;
    if (images == null) {
      TextPredictions predictions =
          new TextPredictions(model, options.getVocabulary(), answers, terminal.out());
      try (Classifier classifier = model.open(options.getBatch(), runtime)) {
        done = predictions.print(files, classifier);
      }
    } else {
      try (Classifier classifier = model.open(options.getBatch(), runtime)) {
        done = new ImagePredictions(model, answers, terminal.out()).print(files, classifier);
      }
    }
    return exitCode(done, terminal);
  }

  private static void requireKind(AdaptedModel model, boolean textsGiven) {
    boolean readsImages = model.config().model() instanceof VitConfig;
    if (readsImages && textsGiven) {
      throw HydraException.usage(
          "--texts: the adapter's model reads images; name those, without --vocabulary");
    }
    if (!readsImages && !textsGiven) {
      throw HydraException.usage(
          "--images: the adapter's model reads texts; name text files, and its vocab.json with"
              + " --vocabulary=FILE");
    }
  }

  private static int exitCode(PredictedRecords done, Terminal terminal) {
    if (done.bad() > 0) {
      terminal
          .err()
          .println(
              "hydra: %,d of %,d %s cannot be used".formatted(done.bad(), done.all(), done.noun()));
    }
    if (done.bad() == done.all()) {
      return HydraException.FAILED;
    }
    return done.bad() > 0 ? HydraException.PARTIAL : 0;
  }
}
