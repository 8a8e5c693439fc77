package io.hydrabeam.runners;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hydrabeam.model.ImageSamples;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.pipelines.common.HydraException;
import io.hydrabeam.pipelines.image.BadImageException;
import io.hydrabeam.pipelines.image.ImageDecoder;
import io.hydrabeam.pipelines.image.PillowResize;
import io.hydrabeam.pipelines.image.RgbImage;
import io.hydrabeam.pipelines.storage.Storage;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a model says of image files: a line for each, in the order given. */
final class ImagePredictions {

  static final GivenFiles FILES =
      new GivenFiles("images", "JPEG or PNG", List.of(".jpg", ".jpeg", ".png"));

  private static final ObjectMapper JSON = new ObjectMapper();

  private final AdaptedModel model;

  private final Answers answers;

  private final PrintStream out;

  ImagePredictions(AdaptedModel model, Answers answers, PrintStream out) {
    this.model = model;
    this.answers = answers;
    this.out = out;
  }

  PredictedRecords print(List<String> files, Classifier classifier) throws IOException {
    int batch = classifier.batch();
    int bad = 0;
    for (int start = 0; start < files.size(); start += batch) {
      bad += printBatch(files.subList(start, Math.min(files.size(), start + batch)), classifier);
    }
    return new PredictedRecords("images", files.size(), bad);
  }

  /** Prints the lines of a batch and returns how many of its files are no images. */
  private int printBatch(List<String> files, Classifier classifier) throws IOException {
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
    float[][] of =
        good == 0 ? new float[0][] : answers.of(classifier, new ImageSamples(size, pixels, good));
    int next = 0;
    for (int i = 0; i < files.size(); i++) {
      ObjectNode line = JSON.createObjectNode().put("image", files.get(i));
      Optional<String> problem = problems.get(i);
      if (problem.isPresent()) {
        line.put("error", problem.get());
      } else {
        answers.put(line, of[next++]);
      }
      out.println(JSON.writeValueAsString(line));
    }
    return files.size() - good;
  }
}
