package io.hydrabeam.pipelines.evaluate;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hydrabeam.pipelines.catalog.Splits;
import io.hydrabeam.pipelines.common.Hashing;
import io.hydrabeam.pipelines.common.TopOne;
import io.hydrabeam.pipelines.evaluations.Prediction;
import io.hydrabeam.pipelines.evaluations.Predictions;
import io.hydrabeam.pipelines.records.RecordSample;
import io.hydrabeam.pipelines.records.StoredRecord;
import io.hydrabeam.protos.Alarm;
import io.hydrabeam.protos.EvaluationShard;
import io.hydrabeam.protos.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Random test images of a job that are classified again, and what differs from what an evaluation
 * has stored of them.
 */
public final class Canary {
  /** Images that are in memory at once, in batches. */
  private static final int HELD_BATCHES = 8;

  /** The same program on the same kind of device, with the images in other batches. */
  private static final float TOLERANCE = 1e-5f;

  private static final float TOLERANCE_BF16 = 1e-2f;

  private final EvaluationShard whole;
  private final ModelSetup setup;

  /** By the images' keys. */
  private final Map<String, Prediction> computed = new HashMap<>();

  private Canary(EvaluationShard whole, ModelSetup setup) {
    this.whole = whole;
    this.setup = setup;
  }

  /**
   * An image as it was stored and as it comes out now.
   *
   * @param computed its labels are those of the test data
   */
  public record Pair(Prediction stored, Prediction computed) {
    /** Whether it is another class now. */
    public boolean flipped() {
      return stored.predicted() != computed.predicted();
    }

    /** Whether the stored labels, or a regression's stored number, are not the data's. */
    public boolean relabelled() {
      return stored.number() != computed.number()
          || !Arrays.equals(
              Arrays.stream(stored.labels()).sorted().toArray(),
              Arrays.stream(computed.labels()).sorted().toArray());
    }

    /** Whether a number was predicted, not a class. */
    public boolean isNumber() {
      return stored.isNumber();
    }

    /**
     * Largest difference of a probability; 1 where there are more or fewer classes. Of a number
     * beyond 1 its share, as rounding grows with it.
     */
    public float moved() {
      float[] was = stored.probabilities();
      float[] is = computed.probabilities();
      if (was.length != is.length) {
        return 1;
      }
      float largest = 0;
      for (int i = 0; i < was.length; i++) {
        largest = Math.max(largest, Math.abs(was[i] - is[i]) / Math.max(1, Math.abs(was[i])));
      }
      return largest;
    }
  }

  /** By how much a probability may move without anything being wrong: by rounding. */
  public static float tolerance(Precision precision) {
    return precision == Precision.BF16 ? TOLERANCE_BF16 : TOLERANCE;
  }

  /**
   * Draws images and classifies them.
   *
   * @param whole all of the job's test split
   * @param wanted how many; all, if there are fewer
   * @param seed any text; the same one draws the same images
   * @throws IOException if images or the job's files cannot be read
   */
  public static Canary recompute(EvaluationShard whole, ModelSetup setup, int wanted, String seed)
      throws IOException {
    Canary canary = new Canary(whole, setup);
    long number = ByteBuffer.wrap(Hashing.sha256Hex(List.of(seed)).getBytes(UTF_8)).getLong();
    List<Long> places =
        RecordSample.drawn(EvaluationShards.images(whole), wanted, new Random(number));
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
      List<StoredRecord> images =
          RecordSample.read(
              whole.getExamples(),
              whole.getInfo(),
              Splits.TEST,
              places.subList(from, Math.min(places.size(), from + HELD_BATCHES * batch)));
      for (int i = 0; i < images.size(); i += batch) {
        add(images.subList(i, Math.min(images.size(), i + batch)), lease);
      }
    }
  }

  private void add(List<StoredRecord> batch, Classifiers.Lease lease) throws IOException {
    boolean multilabel = whole.getInfo().getTask().getMultilabel();
    float[][] probabilities = ModelOutputs.of(lease.classifier(), whole.getInfo().getTask(), batch);
    for (int i = 0; i < batch.size(); i++) {
      StoredRecord image = batch.get(i);
      int predicted = TopOne.of(probabilities[i]); // refuses what is not finite
      computed.put(
          image.key(),
          new Prediction(
              image.key(),
              image.labels(),
              multilabel ? -1 : predicted,
              probabilities[i],
              image.number()));
    }
  }

  /** How many images were classified. */
  public int images() {
    return computed.size();
  }

  /**
   * The images beside what is stored of them, in stored order.
   *
   * @throws IOException if an image is not among the stored ones, or is twice
   */
  public List<Pair> compare(Predictions stored) throws IOException {
    List<Pair> pairs = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Prediction was; (was = stored.next()) != null; ) {
      Prediction is = computed.get(was.key());
      if (is != null) {
        if (!seen.add(was.key())) {
          throw new IOException("image %s has two stored predictions".formatted(was.key()));
        }
        pairs.add(new Pair(was, is));
      }
    }
    if (pairs.size() != computed.size()) {
      throw new IOException(
          "%d of %d images are not among the stored predictions"
              .formatted(computed.size() - pairs.size(), computed.size()));
    }
    return pairs;
  }

  /**
   * An alarm for each image that is not as it was stored: another class, or a probability that has
   * moved by more than rounding does.
   *
   * @param evaluation id of the one that stored them
   * @throws IOException if an image is not among the stored ones, or is twice
   */
  List<Alarm> alarms(Predictions stored, String evaluation) throws IOException {
    float tolerance = tolerance(setup.precision());
    return compare(stored).stream()
        .filter(pair -> pair.flipped() || !(pair.moved() <= tolerance))
        .map(
            pair ->
                Alarm.newBuilder()
                    .setJob(whole.getJob().getKey())
                    .setJobId(whole.getJob().getJobId())
                    .setRun(whole.getRun())
                    .setImageKey(pair.stored().key())
                    .setStoredClass(pair.stored().predicted())
                    .setComputedClass(pair.computed().predicted())
                    .setDifference(pair.moved())
                    .setEvaluationId(evaluation)
                    .build())
        .toList();
  }
}
