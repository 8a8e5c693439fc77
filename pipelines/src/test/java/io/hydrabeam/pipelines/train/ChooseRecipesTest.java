package io.hydrabeam.pipelines.train;

import static com.google.common.truth.Truth.assertThat;

import io.hydrabeam.protos.JobOutcome;
import io.hydrabeam.protos.JobResult;
import io.hydrabeam.protos.TrainingJob;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChooseRecipesTest {

  @Test
  void best_highestValidationScore_wins() {
    assertThat(best(scored(0, 0.5), scored(1, 0.7), scored(2, 0.6))).isEqualTo(1);
  }

  @Test
  void best_equalScores_firstInTheGridWinsWhateverTheOrder() {
    assertThat(best(scored(2, 0.7), scored(1, 0.7), scored(3, 0.7))).isEqualTo(1);
  }

  @Test
  void best_failedCandidates_doNotCompete() {
    assertThat(best(failed(0), scored(1, 0.1))).isEqualTo(1);
  }

  @Test
  void best_allFailed_isNobody() {
    assertThat(ChooseRecipes.best(List.of(failed(0), failed(1))).isEmpty()).isTrue();
  }

  private static int best(JobOutcome... group) {
    return ChooseRecipes.best(List.of(group)).orElseThrow().getJob().getTuningOrder();
  }

  private static JobOutcome scored(int order, double score) {
    return JobOutcome.newBuilder()
        .setJob(TrainingJob.newBuilder().setTuningOrder(order))
        .setResult(JobResult.newBuilder().setEvalScore(score))
        .build();
  }

  private static JobOutcome failed(int order) {
    return JobOutcome.newBuilder()
        .setJob(TrainingJob.newBuilder().setTuningOrder(order))
        .setFailure("the loss is NaN")
        .build();
  }
}
