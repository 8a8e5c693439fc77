package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.ImageSamples;
import io.hydrabeam.model.Samples;
import io.hydrabeam.model.metrics.MetricAccumulator;
import io.hydrabeam.model.train.BatchScorer;
import io.hydrabeam.model.train.Evaluation;
import io.hydrabeam.model.train.TrainingFailedException;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.pipelines.records.ImageRecords;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;

/**
 * The task's metric on a split, read from its shards anew at each scoring: memory does not grow.
 * Scores are softmax outputs, for several labels too, as in the original.
 */
final class SplitScoring implements Evaluation {
  /** Images that are decoded before they are scored. */
  private static final int CHUNK = 128;

  private final String examples;
  private final DatasetInfo info;
  private final String split;
  private final JobKey key;

  /**
   * @param key of the job that is scored: the metric, and what it needs to know
   */
  SplitScoring(String examples, DatasetInfo info, String split, JobKey key) {
    this.examples = examples;
    this.info = info;
    this.split = split;
    this.key = key;
  }

  @Override
  public long images() {
    return ExampleFolder.split(info, split).getImages();
  }

  @Override
  public double score(BatchScorer scorer) throws IOException, TrainingFailedException {
    SplitInfo of = ExampleFolder.split(info, split);
    if (of.getImages() == 0) {
      throw new IOException("%s/%s has no images".formatted(info.getTask().getName(), split));
    }
    MetricAccumulator metric =
        MetricAccumulator.of(
            key.getMetric(), key.getClasses(), key.getMultilabel(), of.getClassCountList());
    int side = info.getImageOptions().getImageSize();
    int length = side * side * 3;
    int chunk = (int) Math.min(CHUNK, of.getImages());
    byte[] pixels = new byte[chunk * length];
    int[][] labels = new int[chunk][];
    int held = 0;
    for (StoredShard shard : ExampleFolder.shards(examples, info, split)) {
      try (ImageRecords records = ImageRecords.open(shard, info.getImageOptions())) {
        for (ImageRecord record; (record = records.next()) != null; ) {
          System.arraycopy(record.rgb(), 0, pixels, held * length, length);
          labels[held++] = record.labels();
          if (held == chunk) {
            add(scorer, new ImageSamples(side, pixels, held), labels, metric);
            held = 0;
          }
        }
      }
    }
    if (held > 0) {
      add(scorer, new ImageSamples(side, pixels, held), labels, metric);
    }
    return metric.value();
  }

  private static void add(
      BatchScorer scorer, Samples samples, int[][] labels, MetricAccumulator metric)
      throws TrainingFailedException {
    float[][] logits = scorer.logits(samples);
    for (int i = 0; i < samples.count(); i++) {
      metric.add(softmax(logits[i]), labels[i]);
    }
  }

  /** In double precision, so that scores that differ keep doing so. */
  private static double[] softmax(float[] logits) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    double[] shares = new double[logits.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Math.exp(logits[i] - largest);
      sum += shares[i];
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }
}
