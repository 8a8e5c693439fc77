package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.model.Samples;
import io.hydrabeam.model.infer.Classifier;
import io.hydrabeam.pipelines.records.StoredRecord;
import io.hydrabeam.protos.Task;
import java.io.IOException;
import java.util.List;

/** What a model says of records: class probabilities, or the number of a regression. */
final class ModelOutputs {

  private ModelOutputs() {}

  /** {@code [records][classes]}. */
  static float[][] of(Classifier classifier, Task task, List<? extends StoredRecord> records)
      throws IOException {
    Samples samples = StoredRecord.samples(records);
    return task.getRegression() ? classifier.logits(samples) : classifier.probabilities(samples);
  }
}
