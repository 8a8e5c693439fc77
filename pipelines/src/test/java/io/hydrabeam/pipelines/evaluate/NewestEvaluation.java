package io.hydrabeam.pipelines.evaluate;

import io.hydrabeam.pipelines.evaluations.EvaluationFolder;
import java.io.IOException;

/** What a run of the stage has left. */
final class NewestEvaluation {
  private NewestEvaluation() {}

  static EvaluationFolder in(String scores) throws IOException {
    return EvaluationFolder.open(EvaluationFolder.newestFirst(scores).get(0));
  }
}
