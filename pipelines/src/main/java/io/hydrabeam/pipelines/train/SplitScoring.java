package io.hydrabeam.pipelines.train;

import io.hydrabeam.model.train.BatchScorer;
import io.hydrabeam.model.train.Evaluation;
import io.hydrabeam.model.train.TrainingFailedException;
import io.hydrabeam.pipelines.common.TopOne;
import io.hydrabeam.pipelines.records.ExampleFolder;
import io.hydrabeam.pipelines.records.ImageRecord;
import io.hydrabeam.pipelines.records.ImageRecords;
import io.hydrabeam.protos.DatasetInfo;
import java.io.IOException;

/** Top-1 accuracy on a split, read from its shards anew at each scoring: memory does not grow. */
final class SplitScoring implements Evaluation {
  /** Images that are decoded before they are scored. */
  private static final int CHUNK = 128;

  private final String examples;
  private final DatasetInfo info;
  private final String split;

  SplitScoring(String examples, DatasetInfo info, String split) {
    this.examples = examples;
    this.info = info;
    this.split = split;
  }

  @Override
  public double score(BatchScorer scorer) throws IOException, TrainingFailedException {
    int side = info.getImageOptions().getImageSize();
    int length = side * side * 3;
    byte[] pixels = new byte[CHUNK * length];
    int[] labels = new int[CHUNK];
    int held = 0;
    long correct = 0;
    long images = 0;
    for (String shard : ExampleFolder.shards(examples, info, split)) {
      try (ImageRecords records = ImageRecords.open(shard, info.getImageOptions())) {
        for (ImageRecord record; (record = records.next()) != null; ) {
          System.arraycopy(record.rgb(), 0, pixels, held * length, length);
          labels[held++] = record.label();
          images++;
          if (held == CHUNK) {
            correct += correct(scorer, pixels, labels, held);
            held = 0;
          }
        }
      }
    }
    if (held > 0) {
      correct += correct(scorer, pixels, labels, held);
    }
    if (images == 0) {
      throw new IOException("%s/%s has no images".formatted(info.getTask().getName(), split));
    }
    return (double) correct / images;
  }

  private static int correct(BatchScorer scorer, byte[] pixels, int[] labels, int count)
      throws IOException, TrainingFailedException {
    float[][] logits = scorer.logits(pixels, count);
    int correct = 0;
    for (int i = 0; i < count; i++) {
      correct += TopOne.of(logits[i]) == labels[i] ? 1 : 0;
    }
    return correct;
  }
}
