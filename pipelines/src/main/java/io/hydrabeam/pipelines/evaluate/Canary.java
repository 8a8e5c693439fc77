package io.hydrabeam.pipelines.evaluate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.Progress;
import io.hydrabeam.pipelines.common.TopOne;
import io.hydrabeam.pipelines.evaluations.Prediction;
import io.hydrabeam.pipelines.evaluations.Predictions;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.pipelines.records.ImageSample;
import io.hydrabeam.protos.Alarm;
import io.hydrabeam.protos.EvaluationShard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Random test images of a job that are classified again, and what differs from what an evaluation
 * has stored of them.
 */
final class Canary {
  /** Images that are in memory at once, in batches. */
  private static final int HELD_BATCHES = 8;

  private final EvaluationShard whole;
  private final EvaluateSetup setup;

  /** By the images' keys. */
  private final Map<String, Prediction> computed = new HashMap<>();

  private Canary(EvaluationShard whole, EvaluateSetup setup) {
    this.whole = whole;
    this.setup = setup;
  }

  /**
   * Draws images and classifies them.
   *
   * @param whole all of the job's test split
   * @param wanted how many; all, if there are fewer
   * @param seed any text; the same one draws the same images
   */
  static Canary recompute(EvaluationShard whole, EvaluateSetup setup, int wanted, String seed)
      throws IOException {
    Canary canary = new Canary(whole, setup);
    long number = ByteBuffer.wrap(Hashing.sha256Hex(List.of(seed)).getBytes(UTF_8)).getLong();
    List<Long> places =
        ImageSample.drawn(EvaluationShards.images(whole), wanted, new Random(number));
    if (!places.isEmpty()) {
      try (Classifiers.Lease lease =
          Classifiers.shared().take(whole.getJob(), whole.getBackbone(), setup)) {
        canary.classify(places, lease);
      }
    }
    return canary;
  }

  private void classify(List<Long> places, Classifiers.Lease lease) throws IOException {
    int batch = setup.batch();
    for (int from = 0; from < places.size(); from += HELD_BATCHES * batch) {
      List<ImageRecord> images =
          ImageSample.read(
              whole.getExamples(),
              whole.getInfo(),
              Splits.TEST,
              places.subList(from, Math.min(places.size(), from + HELD_BATCHES * batch)));
      for (int i = 0; i < images.size(); i += batch) {
        add(images.subList(i, Math.min(images.size(), i + batch)), lease);
      }
    }
  }

  private void add(List<ImageRecord> batch, Classifiers.Lease lease) throws IOException {
    boolean multilabel = whole.getInfo().getTask().getMultilabel();
    float[][] probabilities =
        lease.classifier().probabilities(ImageRecord.pixels(batch), batch.size());
    for (int i = 0; i < batch.size(); i++) {
      ImageRecord image = batch.get(i);
      int predicted = TopOne.of(probabilities[i]); // refuses what is not finite
      computed.put(
          image.key(),
          new Prediction(
              image.key(), image.labels(), multilabel ? -1 : predicted, probabilities[i]));
    }
    Progress.of("evaluate", "images").done(batch.size());
  }

  /** How many images were classified. */
  int images() {
    return computed.size();
  }

  /**
   * An alarm for each image that is not as it was stored: another class, or a probability that has
   * moved by more than rounding does.
   *
   * @param tolerance of a probability
   * @param evaluation id of the one that stored them
   * @throws IOException if an image is not among the stored ones
   */
  List<Alarm> alarms(Predictions stored, float tolerance, String evaluation) throws IOException {
    List<Alarm> alarms = new ArrayList<>();
    int compared = 0;
    for (Prediction was; (was = stored.next()) != null; ) {
      Prediction is = computed.get(was.key());
      if (is == null) {
        continue;
      }
      compared++;
      float moved = largestDifference(was, is);
      if (was.predicted() != is.predicted() || !(moved <= tolerance)) {
        alarms.add(
            Alarm.newBuilder()
                .setJob(whole.getJob().getKey())
                .setJobId(whole.getJob().getJobId())
                .setRun(whole.getRun())
                .setImageKey(was.key())
                .setStoredClass(was.predicted())
                .setComputedClass(is.predicted())
                .setDifference(moved)
                .setEvaluationId(evaluation)
                .build());
      }
    }
    if (compared != computed.size()) {
      throw new IOException(
          "%d of %d images are not among the stored predictions"
              .formatted(computed.size() - compared, computed.size()));
    }
    return alarms;
  }

  private static float largestDifference(Prediction a, Prediction b) {
    if (a.probabilities().length != b.probabilities().length) {
      return 1;
    }
    float largest = 0;
    for (int i = 0; i < a.probabilities().length; i++) {
      largest = Math.max(largest, Math.abs(a.probabilities()[i] - b.probabilities()[i]));
    }
    return largest;
  }
}
