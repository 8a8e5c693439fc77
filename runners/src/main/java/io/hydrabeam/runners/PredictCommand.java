package io.hydrabeam.runners;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.ImageSamples;
import io.hydrabeam.model.TensorFlowRuntime;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.image.PillowResize;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.storage.LocalFiles;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptions;

/** Image files to class probabilities: a JSON line for each, in the order given. */
final class PredictCommand implements Command {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> SUFFIXES = List.of(".jpg", ".jpeg", ".png");

  @Override
  public String name() {
    return "predict";
  }

  @Override
  public String summary() {
    return "backbone, adapter and image files -> class probabilities, JSON lines";
  }

  @Override
  public Class<? extends PipelineOptions> optionsType() {
    return PredictOptions.class;
  }

  @Override
  public Optional<String> operandOption() {
    return Optional.of("images");
  }

  @Override
  public int run(PipelineOptions given, Terminal terminal) throws IOException {
    PredictOptions options = given.as(PredictOptions.class);
    if (options.getBatch() <= 0) {
      throw HydraException.usage("--batch=%d must be positive".formatted(options.getBatch()));
    }
    List<String> files = files(options.getImages());
    AdaptedModel model = AdaptedModel.load(options.getBackbone(), options.getAdapter());
    List<String> names = ClassNames.read(options, model.config().classes());
    TensorFlowRuntime runtime = new TensorFlowRuntime(options.getDevice(), options.getThreads());
    int bad = 0;
    try (Classifier classifier = model.open(options.getBatch(), runtime)) {
      for (int start = 0; start < files.size(); start += options.getBatch()) {
        List<String> batch =
            files.subList(start, Math.min(files.size(), start + options.getBatch()));
        bad += classify(batch, classifier, model, names, terminal);
      }
    }
    if (bad > 0) {
      terminal
          .err()
          .println("hydra: %,d of %,d images cannot be used".formatted(bad, files.size()));
    }
    if (bad == files.size()) {
      return HydraException.FAILED;
    }
    return bad > 0 ? HydraException.PARTIAL : 0;
  }

  /** Prints the lines of a batch and returns how many of its files are no images. */
  private static int classify(
      List<String> files,
      Classifier classifier,
      AdaptedModel model,
      List<String> names,
      Terminal terminal)
      throws IOException {
    int size = model.vit().imageSize();
    byte[] pixels = new byte[files.size() * size * size * RgbImage.CHANNELS];
    List<Optional<String>> problems = new ArrayList<>();
    int good = 0;
    for (String file : files) {
      try {
        RgbImage image =
            PillowResize.toSquare(
                ImageDecoder.decode(Storage.read(file, ImageDecoder.MAX_FILE_BYTES)),
                model.resize(),
                size);
        System.arraycopy(image.rgb(), 0, pixels, good * image.rgb().length, image.rgb().length);
        good++;
        problems.add(Optional.empty());
      } catch (BadImageException e) {
        problems.add(Optional.of(e.reason()));
      } catch (IOException e) {
        problems.add(Optional.of(HydraException.reason(e)));
      }
    }
    float[][] probabilities =
        good == 0 ? new float[0][] : classifier.probabilities(new ImageSamples(size, pixels, good));
    int next = 0;
    for (int i = 0; i < files.size(); i++) {
      ObjectNode line = JSON.createObjectNode().put("image", files.get(i));
      Optional<String> problem = problems.get(i);
      if (problem.isPresent()) {
        line.put("error", problem.get());
      } else {
        describe(line, probabilities[next++], names);
      }
      terminal.out().println(JSON.writeValueAsString(line));
    }
    return files.size() - good;
  }

  private static void describe(ObjectNode line, float[] probabilities, List<String> names) {
    int best = 0;
    ArrayNode values = JSON.createArrayNode();
    for (int c = 0; c < probabilities.length; c++) {
      if (!Float.isFinite(probabilities[c])) {
        throw HydraException.failed("the model's probabilities are not finite");
      }
      best = probabilities[c] > probabilities[best] ? c : best;
      values.add(probabilities[c]);
    }
    line.put("class", best);
    if (!names.isEmpty()) {
      line.put("name", names.get(best));
    }
    line.put("probability", probabilities[best]);
    line.set("probabilities", values);
  }

  private static List<String> files(List<String> given) throws IOException {
    List<String> files = new ArrayList<>();
    for (String name : given) {
      if (isFile(name)) {
        files.add(name);
        continue;
      }
      List<String> inside =
          Storage.list(name, "*").stream()
              .map(file -> file.resourceId().toString())
              .filter(PredictCommand::isImage)
              .toList();
      if (inside.isEmpty() && !isFolder(name)) {
        throw HydraException.usage("--images: %s does not exist".formatted(name));
      }
      files.addAll(inside);
    }
    if (files.isEmpty()) {
      throw HydraException.usage("--images: the folders hold no JPEG or PNG file");
    }
    return files;
  }

  private static boolean isFile(String name) throws IOException {
    return LocalFiles.isLocal(name)
        ? Files.isRegularFile(LocalFiles.of(name))
        : !name.endsWith("/") && Storage.find(name).isPresent();
  }

  private static boolean isFolder(String name) throws IOException {
    return LocalFiles.isLocal(name) && Files.isDirectory(LocalFiles.of(name));
  }

  private static boolean isImage(String path) {
    String name = path.toLowerCase(Locale.ROOT);
    return SUFFIXES.stream().anyMatch(name::endsWith);
  }
}
