package io.hydrabeam.pipelines.report;

import static com.google.common.truth.Truth.assertThat;
import static io.hydrabeam.pipelines.report.Evaluations.failure;
import static io.hydrabeam.pipelines.report.Evaluations.hydra;
import static io.hydrabeam.pipelines.report.Evaluations.linear;
import static io.hydrabeam.pipelines.report.Evaluations.score;
import static io.hydrabeam.pipelines.report.Evaluations.threeTasks;

import io.hydrabeam.pipelines.report.ScoreTable.Row;
import io.hydrabeam.pipelines.report.ScoreTable.Status;
import io.hydrabeam.protos.EvaluationResult;
import io.hydrabeam.protos.JobKey;
import io.hydrabeam.protos.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreTableTest {

  @Test
  void of_completeSeeds_averagesGroupsWithinEachSeed() {
    EvaluationResult evaluation =
        threeTasks()
            .addScore(score(hydra("a", 0), 0.2))
            .addScore(score(hydra("b", 0), 0.4))
            .addScore(score(hydra("c", 0), 0.9))
            .addScore(score(hydra("a", 1), 0.4))
            .addScore(score(hydra("b", 1), 0.6))
            .addScore(score(hydra("c", 1), 0.7))
            .build();
    Row row = onlyRow(evaluation);
    assertThat(row.groupMeans().get(0).orElseThrow().mean()).isWithin(1e-12).of(0.4);
    assertThat(row.groupMeans().get(1).orElseThrow().mean()).isWithin(1e-12).of(0.8);
    // Seed 0: (0.3 + 0.9) / 2; seed 1: (0.5 + 0.7) / 2.
    assertThat(row.mean().orElseThrow().mean()).isWithin(1e-12).of(0.6);
    assertThat(row.mean().orElseThrow().deviation().orElseThrow()).isWithin(1e-12).of(0);
    assertThat(row.cells().get(0).spread().orElseThrow().deviation().orElseThrow())
        .isWithin(1e-12)
        .of(Math.sqrt(0.02));
    assertThat(row.notes()).isEmpty();
  }

  @Test
  void of_taskMissing_leavesTheSeedOutOfTheMeansAndSaysSo() {
    EvaluationResult evaluation =
        threeTasks()
            .addScore(score(hydra("a", 0), 0.2))
            .addScore(score(hydra("b", 0), 0.4))
            .addScore(score(hydra("c", 0), 0.9))
            .addScore(score(hydra("a", 1), 0.4))
            .build();
    Row row = onlyRow(evaluation);
    assertThat(row.mean().orElseThrow().count()).isEqualTo(1);
    assertThat(row.mean().orElseThrow().mean()).isWithin(1e-12).of(0.6);
    assertThat(row.cells().stream().map(ScoreTable.Cell::status))
        .containsExactly(Status.SCORED, Status.PARTIAL, Status.PARTIAL)
        .inOrder();
    assertThat(row.notes()).containsExactly("seed 1 is left out of the means: no score for b, c");
  }

  @Test
  void of_noSeedComplete_hasNoMean() {
    Row row = onlyRow(threeTasks().addScore(score(hydra("a", 0), 0.2)).build());
    assertThat(row.mean()).isEmpty();
    assertThat(row.groupMeans().get(0)).isEmpty();
    assertThat(row.cells().get(1).status()).isEqualTo(Status.MISSING);
  }

  @Test
  void of_failedJob_isShownAsFailed() {
    Row row =
        onlyRow(
            threeTasks()
                .addScore(score(hydra("a", 0), 0.2))
                .addFailure(failure(hydra("b", 0), "the loss is not a number"))
                .build());
    assertThat(row.cells().stream().map(ScoreTable.Cell::status))
        .containsExactly(Status.SCORED, Status.FAILED, Status.MISSING)
        .inOrder();
  }

  @Test
  void of_onlyFailures_stillHasTheRow() {
    Row row = onlyRow(threeTasks().addFailure(failure(linear("b", 0), "x")).build());
    assertThat(row.label()).isEqualTo("linear");
    assertThat(row.cells().get(1).status()).isEqualTo(Status.FAILED);
  }

  @Test
  void of_twoProtocols_areTwoRows() {
    JobKey paper = hydra("a", 0).toBuilder().setProtocol(Protocol.PAPER).build();
    EvaluationResult evaluation =
        threeTasks().addScore(score(hydra("a", 0), 0.2)).addScore(score(paper, 0.3)).build();
    assertThat(ScoreTable.of(evaluation).rows().stream().map(row -> row.setting().protocol()))
        .containsExactly("holdout", "paper")
        .inOrder();
  }

  @Test
  void of_twoLearningRatesForOneTaskAndSeed_areTwoRowsThatNameThem() {
    JobKey.Builder other = hydra("a", 0).toBuilder();
    other.getRecipeBuilder().setLearningRate(0.5);
    EvaluationResult evaluation =
        threeTasks()
            .addScore(score(hydra("a", 0), 0.2))
            .addScore(score(other.build(), 0.3))
            .build();
    assertThat(ScoreTable.of(evaluation).rows().stream().map(Row::label))
        .containsExactly("hydra rank 2, learningRate 0.001", "hydra rank 2, learningRate 0.5")
        .inOrder();
  }

  @Test
  void of_runsThatDifferByProtocol_areNotNamed() {
    JobKey paper = hydra("a", 0).toBuilder().setProtocol(Protocol.PAPER).build();
    EvaluationResult evaluation =
        threeTasks()
            .addScore(score(hydra("a", 0), 0.2))
            .addScore(score(paper, 0.3).toBuilder().setRun("r2"))
            .build();
    assertThat(ScoreTable.of(evaluation).rows().stream().map(Row::label))
        .containsExactly("hydra rank 2", "hydra rank 2");
  }

  @Test
  void of_runsThatDifferByNothingElse_areNamed() {
    EvaluationResult evaluation =
        threeTasks()
            .addScore(score(hydra("a", 0), 0.2))
            .addScore(score(hydra("a", 0), 0.2).toBuilder().setRun("r2"))
            .build();
    assertThat(ScoreTable.of(evaluation).rows().stream().map(Row::label))
        .containsExactly("hydra rank 2, run r1", "hydra rank 2, run r2")
        .inOrder();
  }

  @Test
  void of_learningRatesThatDifferByTask_areOneRow() {
    JobKey.Builder other = hydra("b", 0).toBuilder();
    other.getRecipeBuilder().setLearningRate(0.5);
    EvaluationResult evaluation =
        threeTasks()
            .addScore(score(hydra("a", 0), 0.2))
            .addScore(score(other.build(), 0.3))
            .build();
    assertThat(ScoreTable.of(evaluation).rows()).hasSize(1);
  }

  @Test
  void of_nothing_hasNoRows() {
    assertThat(ScoreTable.of(threeTasks().build()).rows()).isEqualTo(List.of());
  }

  private static Row onlyRow(EvaluationResult evaluation) {
    List<Row> rows = ScoreTable.of(evaluation).rows();
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }
}
