package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.metrics.MetricAccumulator;
import io.hydrabeam.model.train.BatchScorer;
import io.hydrabeam.model.train.Evaluation;
import io.hydrabeam.model.train.TrainingFailedException;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.StoredRecord;
import io.hydrabeam.pipelines.records.StoredRecords;
import io.hydrabeam.pipelines.records.StoredShard;
import io.hydrabeam.protos.DatasetInfo;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.SplitInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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
    List<StoredRecord> held = new ArrayList<>();
    for (StoredShard shard : ExampleFolder.shards(examples, info, split)) {
      try (StoredRecords records = StoredRecords.open(shard, info.getImageOptions())) {
        for (StoredRecord record; (record = records.next()) != null; ) {
          held.add(record);
          if (held.size() == CHUNK) {
            add(scorer, held, metric);
            held.clear();
          }
        }
      }
    }
    if (!held.isEmpty()) {
      add(scorer, held, metric);
    }
    return metric.value();
  }

  private void add(BatchScorer scorer, List<StoredRecord> records, MetricAccumulator metric)
      throws IOException, TrainingFailedException {
    float[][] logits = scorer.logits(StoredRecord.samples(records));
    for (int i = 0; i < logits.length; i++) {
      StoredRecord record = records.get(i);
      if (key.getRegression()) {
        metric.addNumber(logits[i][0], record.number());
      } else {
        metric.add(softmax(logits[i]), record.labels());
      }
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
