package io.hydrabeam.pipelines.report;

import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.JobKey;
import java.util.stream.Stream;

/**
 * Tells which files of scores have the fields of few-shot benchmarks: metric, quirks, shots and PE.
 * Those of a benchmark of accuracies on fixed splits stay as they have always been, as the fields
 * would say nothing there.
 */
final class FewShotFields {
  private FewShotFields() {}

  static boolean in(EvaluationResult evaluation) {
    return !MetricText.allAccuracy(evaluation.getTaskList())
        || Stream.concat(
                evaluation.getScoreList().stream().map(score -> score.getJob()),
                evaluation.getFailureList().stream().map(failure -> failure.getKey()))
            .anyMatch(FewShotFields::has);
  }

  private static boolean has(JobKey key) {
    return key.getShots() != 0 || key.getQuirkCount() > 0;
  }
}
